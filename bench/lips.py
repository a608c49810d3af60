"""How far lips and speech are apart: what each side shows of the picture beside what it plays of speech.

Two real browsers in network namespaces (`tests.netlab`); needs root. Speech and picture go out apart, so that
speech need not wait for a late picture (docs/decisions/0021). Both travel the same way; what sets them apart
is how long each waits at the listener's: speech in the jitter buffer, a picture there and until it is decoded
(`jitterBufferDelay`, `totalProcessingDelay` of webrtc-stats), means of half a second each.
"""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Any, Final

from bench.figures import percentile, row
from bench.settled_call import settled_call
from tests.netlab import namespaces
from tests.netlab.lab import Participant
from tests.netlab.load import Load
from tests.netlab.product import Session

LINES: Final[dict[str, dict[str, Any]]] = {
    "clean": {},
    "100 +- 25 ms, 2 %": {"delay_ms": 100, "jitter_ms": 25, "loss_pm": 20},
    "500 kbit/s": {"rate_kbps": 500},
    "20 % at random": {"loss_pm": 200},
}
SETTLING_S: Final = 15
LOOKS: Final = 40
EVERY_S: Final = 0.5
WAITED: Final = """async () => {
  const found = {speech: [0, 0], picture: [0, 0]};
  for (const connection of globalThis.netlabConnections ?? [])
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      if (report.kind === 'audio') found.speech = [report.jitterBufferDelay, report.jitterBufferEmittedCount];
      else found.picture = [report.totalProcessingDelay, report.framesDecoded];
    }
  return found;
}"""
"""Running totals of the newest connection: seconds waited, and by how much."""


async def measure() -> None:
    if reason := namespaces.missing():
        print(f"| not measured | {reason} |")
        return
    load = Load()
    async with settled_call() as session:
        await _each_line(session)
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
    late = f"speech late by {median(looks):.0f} ms (median)"
    return f"{late}, {percentile(looks, 5):.0f} to {percentile(looks, 95):.0f} ms in 90 of 100 looks"


async def _apart_ms(person: Participant) -> list[float]:
    """How much longer speech waited than pictures, look by look; none while no picture came."""
    found: list[float] = []
    before: dict[str, list[float]] = await person.page.evaluate(WAITED)
    for _ in range(LOOKS):
        await asyncio.sleep(EVERY_S)
        after: dict[str, list[float]] = await person.page.evaluate(WAITED)
        picture, speech = (_mean_ms(before[kind], after[kind]) for kind in ("picture", "speech"))
        if picture is not None and speech is not None:
            found.append(speech - picture)
        before = after
    return found


def _mean_ms(before: list[float], after: list[float]) -> float | None:
    waited_s, count = after[0] - before[0], after[1] - before[1]
    return 1000 * waited_s / count if count > 0 else None
