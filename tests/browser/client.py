"""The client as built, for servers of the browser tests. Not here: building it (`make client`)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import server

FOLDER: Final = Path(server.__file__).parent / "static"
REAL_CLIENT: Final = {"RINGBACK_STATIC": str(FOLDER)}
"""Settings for `tests.rig.a_rig`."""


def built() -> bool:
    return (FOLDER / "manifest.json").exists()
