"""The build hook: a wheel carries the client as it is served.

It installs what the client's lock names, builds it and fails the build when that fails. An editable
installation is left alone: there the Makefile builds the client, and only when a source is newer.
"""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClientBuildHook(BuildHookInterface[Any]):
    """Builds webclient/ into server/static/ before the wheel's files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling; `version` is "standard" or "editable". Raises RuntimeError."""
        if version == "editable":
            return
        root = Path(self.root)
        try:
            if not (root / "webclient" / "node_modules").is_dir():
                subprocess.run([root / "scripts" / "setup-node"], check=True)
            subprocess.run(["node", "build.mjs"], cwd=root / "webclient", check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            message = "The client could not be built: install Node.js 20 or newer and try again."
            raise RuntimeError(message) from error
