"""From the click to one's own voice and to the verdict, by a real browser and server on one machine."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.async_api import async_playwright

from bench.figures import row, spread
from server import keys
from tests.browser.client import REAL_CLIENT
from tests.browser.media import media
from tests.browser.visitors import Chromiums, Visitors
from tests.netlab.check import SETTINGS, reach, start
from tests.netlab.load import Load
from tests.rig import a_rig, until

REPEATS: Final = int(os.environ.get("BENCH_REPEATS", "10"))
AUDIBLE: Final = 1e-4
"""totalAudioEnergy that a word leaves and silence does not."""
GIVE_UP_S: Final = 25.0
AT_REST: Final = 2
"""Tasks of a worker without a check: its loop's own."""


async def measure() -> None:
    load, echo_ms, verdict_ms = Load(), list[float](), list[float]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with async_playwright() as playwright, a_rig(folder, {**REAL_CLIENT, **SETTINGS}) as rig:
            chromiums = Chromiums(playwright, folder)
            try:
                for _ in range(REPEATS):
                    echo, verdict = await _check(rig.url, chromiums)
                    echo_ms.append(echo)
                    verdict_ms.append(verdict)
                    await until(lambda: rig.app[keys.CHECKS].worker.tasks <= AT_REST)
            finally:
                await chromiums.close()
    row("click to the first audible echo, one machine", spread(echo_ms, "ms"))
    row("click to the verdict, one machine", spread(verdict_ms, "ms"))
    row("machine", str(load))


async def _check(origin: str, chromiums: Chromiums) -> tuple[float, float]:
    """Milliseconds until the voice is heard, and until the verdict is shown."""
    visitors = Visitors(chromiums)
    try:
        page = await visitors.open(f"{origin}/check", await visitors.context("ann"))
        began = time.monotonic()
        await start(page)
        while (heard := await media(page)) is None or heard.energy < AUDIBLE:
            assert time.monotonic() - began < GIVE_UP_S
        echo_ms = (time.monotonic() - began) * 1000
        await reach(page, "done")
        return echo_ms, (time.monotonic() - began) * 1000
    finally:
        await visitors.close()
