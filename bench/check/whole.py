"""A whole check without a browser: set-up, a voice that comes back, packets, bytes both ways, a verdict.

Not here: how many of them and under what (`row`, `crowd`, `spray`, `lost`).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

from signalling.line_record import EVERY_MS, LOST
from tests.bots.checker import Checker, a_checker
from tests.bots.visit import Visit, a_visit
from tests.rig import until

UNGUARDED: Final = {
    "RINGBACK_CHECKS_PRIVATE": "1",
    "RINGBACK_CHECKS_PER_ADDRESS": "1000",
    "RINGBACK_CHECKS_PER_MINUTE": "100000",
    "RINGBACK_CHECKS_LAG_MS": "10000",
}
"""One machine plays everybody and is busy with that. `CHECKS_AT_ONCE` stays as it is."""
BLOCKS_DOWN: Final = 4
PADDING: Final = "x" * 60_000
LAST_REPLIES_S: Final = 0.8
HEARD_WITHIN_S: Final = 20.0


@dataclass(frozen=True)
class Whole:
    """One check that was begun. Refused: `error` and `retry_s`; else `verdict` is the server's."""

    error: str = ""
    retry_s: int = 0
    open_s: float = 0.0
    """From asking for a ticket until packets can travel."""
    verdict: dict[str, Any] | None = None


async def whole_check(origin: str, packets: int = 400, *, voice_s: float = 4.0) -> Whole:
    """As the page does it, one step after the other."""
    async with a_visit(origin) as visit, a_checker() as checker:
        began = time.monotonic()
        for step in (visit.begin, lambda: visit.connect(checker)):
            status, body = await step()
            if status != 200:
                return Whole(body["error"], body["retryS"])
        open_s = time.monotonic() - began
        await until(lambda: checker.ear.seconds > 0, HEARD_WITHIN_S)
        await asyncio.sleep(voice_s)
        sent_ms = await send(checker, packets)
        status, body = await visit.result(**await _speed(visit), **measured(checker, sent_ms))
        return Whole(open_s=open_s, verdict=body) if status == 200 else Whole(body["error"], open_s=open_s)


async def send(checker: Checker, packets: int) -> list[float]:
    """When each packet went out, milliseconds; returns when the last replies have had their time."""
    sent_ms: list[float] = []
    began = time.monotonic()
    for seq in range(packets):
        await asyncio.sleep(max(0.0, began + seq * EVERY_MS / 1000 - time.monotonic()))
        if checker.open:
            sent_ms.append(time.monotonic() * 1000)
            checker.send(seq)
    await asyncio.sleep(LAST_REPLIES_S)
    return sent_ms


def measured(checker: Checker, sent_ms: list[float]) -> dict[str, list[int]]:
    """The figures' `up` and `down`: losses both ways, delays on the way there only."""
    there = {reply.seq: reply.at_ms - sent_ms[reply.seq] for reply in checker.replies}
    known = {
        reply.highest - ago for reply in checker.replies for ago in range(64) if reply.seen >> ago & 1
    } | set(there)
    shortest = min(there.values(), default=0.0)
    up = [round(there.get(seq, shortest) - shortest) if seq in known else LOST for seq in range(len(sent_ms))]
    numbers = {reply.n for reply in checker.replies}
    return {"up": up, "down": [0 if n in numbers else LOST for n in range(len(known))]}


async def _speed(visit: Visit) -> dict[str, int | None]:
    """Kilobits a second each way; None where the budget or the server said no."""
    return {
        "downKbps": await _timed(visit, "/check/down", 1024 * 1024),
        "upKbps": await _timed(visit, "/check/up", len(PADDING), x=PADDING),
    }


async def _timed(visit: Visit, path: str, size: int, **form: str) -> int | None:
    began, done = time.monotonic(), 0
    for _ in range(BLOCKS_DOWN):
        status, _body = await visit.post(path, ticket=visit.ticket, **form)
        done += size if status < 300 else 0
    return round(done * 8 / 1000 / (time.monotonic() - began)) or None
