"""Finding and starting Chromium, with the devices that a test wants it to have.

Not here: pages (`pages`).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.async_api import Browser, Playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Kind = Literal["ready", "asking", "bare", "sharing"]
"""`ready`: fake cameras and microphones, allowed; `asking`: the same, refused; `bare`: none at all;
`sharing`: as `ready`, and whoever shares a screen shares the tab named `SHARED`."""

FAKE_DEVICES: Final = "--use-fake-device-for-media-stream=device-count=3"
"""The second, as Chromium makes it, is a depth camera whose pictures no codec takes: the third is used."""
ALLOWED: Final = "--use-fake-ui-for-media-stream"
REFUSED: Final = "--deny-permission-prompts"
SHARED: Final = "Slides"
OF_KIND: Final[dict[Kind, tuple[str, ...]]] = {
    "ready": (FAKE_DEVICES, ALLOWED),
    "asking": (FAKE_DEVICES, REFUSED),
    "bare": (ALLOWED,),
    # What allows all devices shares a made-up screen as well; here each profile allows them (`PROFILE`).
    "sharing": (FAKE_DEVICES, f"--auto-select-tab-capture-source-by-title={SHARED}"),
}
PROFILE: Final[dict[Kind, dict[str, Any]]] = {"sharing": {"permissions": ["camera", "microphone"]}}
"""Options of `Browser.new_context`."""


def find(playwright: Playwright) -> Path | None:
    """What CHROMIUM names, else what is on PATH, else Playwright's own, else nothing."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else None


async def launch(playwright: Playwright, voice: Path | None = None, kind: Kind = "ready") -> Browser:
    """Start one, or skip the test where there is none. The microphone loops the WAV file `voice`."""
    path = find(playwright)
    if path is None:
        pytest.skip(f"no Chromium: install {', '.join(NAMES)}, or name one in CHROMIUM")
    flags = [*FLAGS, *OF_KIND[kind]]
    if voice:
        flags.append(f"--use-file-for-fake-audio-capture={voice}")
    return await playwright.chromium.launch(args=flags, executable_path=path)
