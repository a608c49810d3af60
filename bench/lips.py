"""How far lips and speech are apart: what each side shows of the picture beside what it plays of speech.

Two real browsers in network namespaces (`tests.netlab`); needs root. Speech and picture go out apart, so that
speech need not wait for a late picture (docs/decisions/0021). When what is played out was sent comes from the
RTCP sender reports of both (`estimatedPlayoutTimestamp`, webrtc-stats).
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.async_api import async_playwright

from bench.figures import percentile, row
from tests.netlab import namespaces
from tests.netlab.lab import Participant, open_lab
from tests.netlab.load import Load
from tests.netlab.product import Session, a_session

LINES: Final[dict[str, dict[str, Any]]] = {
    "clean": {},
    "100 +- 25 ms, 2 %": {"delay_ms": 100, "jitter_ms": 25, "loss_pm": 20},
    "500 kbit/s": {"rate_kbps": 500},
    "20 % at random": {"loss_pm": 200},
}
SETTLING_S: Final = 15
LOOKS: Final = 40
EVERY_S: Final = 0.5
APART: Final = """async () => {
  for (const connection of (globalThis.netlabConnections ?? []).toReversed()) {
    const played = {};
    for (const report of (await connection.getStats()).values())
      if (report.type === 'inbound-rtp') played[report.kind] = report.estimatedPlayoutTimestamp;
    if (played.audio && played.video) return played.audio - played.video;
  }
  return null;
}"""
"""Milliseconds that the speech played is younger than the picture shown; null without either."""


async def measure() -> None:
    if reason := namespaces.missing():
        print(f"| not measured | {reason} |")
        return
    load = Load()
    async with async_playwright() as playwright:
        with tempfile.TemporaryDirectory() as folder:
            lab = open_lab(playwright, Path(folder))
            try:
                async with a_session(lab, Path(folder)) as session:
                    await _each_line(session)
            finally:
                await lab.close()
    row("machine", str(load))


async def _each_line(session: Session) -> None:
    for name, impaired in LINES.items():
        session.lab.line("a").set(**impaired)
        await asyncio.sleep(SETTLING_S)
        found = await asyncio.gather(*(_apart_ms(person) for person in session.people))
        session.lab.line("a").clear()
        row(name, _told([each for side in found for each in side]))


def _told(looks: list[float]) -> str:
    if not looks:
        return "no picture"
    early = f"speech early by {median(looks):.0f} ms (median)"
    return f"{early}, {percentile(looks, 5):.0f} to {percentile(looks, 95):.0f} ms in 90 of 100 looks"


async def _apart_ms(person: Participant) -> list[float]:
    found: list[float] = []
    for _ in range(LOOKS):
        apart = await person.page.evaluate(APART)
        if apart is not None:
            found.append(apart)
        await asyncio.sleep(EVERY_S)
    return found
