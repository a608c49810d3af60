"""What a checked line would hold, told by the ladder that calls follow, and the one thing to do about it.

Not here: measuring and its units (`line_record`), words for people (`webclient/src/ui/words/check.ts`). A
call is played through on the measured line: the ladder sees, twice a second, what it would see there, and
the verdict is the worst rung it needs once it has found its feet.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from signalling.checked_call import worst_rung
from signalling.ladder_table import TABLE, Table
from signalling.line_record import DEEPEST_MS, QUEUED_MS, Figures, Record
from signalling.protocol import Readiness

Remedy = Literal["none", "nearer", "others", "voice_first", "telephone", "network", "microphone"]
"""`nearer`: to the router, or a cable; `others`: what else uses the line; `network`: another network."""

LOSSY_PM: Final = 20
WORTH_A_WORD_PM: Final = 60
"""A call with sound sent twice bears this much, and is better without."""


class Direction(msgspec.Struct, frozen=True, rename="camel"):
    """One way over the line."""

    loss_pm: int
    jitter_ms: int
    reordered_pm: int
    kbps: int | None


class Verdict(msgspec.Struct, frozen=True, rename="camel"):
    """`rung` is what a call would hold today, the worse of both directions."""

    readiness: Readiness
    rung: str
    remedy: Remedy
    up: Direction
    down: Direction


def judge(figures: Figures, table: Table = TABLE) -> Verdict:
    """The verdict on one check."""
    up = Record(figures.up, figures.up_kbps, figures.every_ms)
    down = Record(figures.down, figures.down_kbps, figures.every_ms)
    usable = figures.connected and figures.socket and not up.is_dead and not down.is_dead
    phone = len(table.rungs) - 1
    at = worst_rung(up, down, table) if usable else phone
    readiness = _readiness(at, figures, table)
    remedy = _remedy(readiness, phone - at, figures, (up, down)) if usable else "network"
    return Verdict(readiness, table.rungs[at].name, remedy, _direction(up), _direction(down))


def _readiness(at: int, figures: Figures, table: Table) -> Readiness:
    if at == len(table.rungs) - 1 or figures.microphone == "none":
        return "not_ready"
    return "good" if at <= table.index(table.start) and figures.microphone == "heard" else "weak"


def _remedy(readiness: Readiness, left: int, figures: Figures, records: tuple[Record, Record]) -> Remedy:
    """What is most in the way comes first. `left` counts the rungs there are above the telephone's."""
    if left == 0:
        return "telephone"
    if figures.microphone != "heard":
        return "microphone"
    if readiness == "good":
        return "nearer" if any(record.lost_pm >= WORTH_A_WORD_PM for record in records) else "none"
    # A queue that stands while little more than speech is sent is somebody else's. Where the check's own
    # packets filled it, neither others nor the way to the router is to be blamed.
    if any(not record.is_thin and record.delay_ms(500) >= QUEUED_MS for record in records):
        return "others"
    if any(_is_torn(record) for record in records):
        return "nearer"
    return "voice_first" if left > 1 else "telephone"


def _is_torn(record: Record) -> bool:
    """Packets are lost or late, and not by the queue that the check's own ones filled."""
    if record.is_thin and record.delay_ms(900) >= QUEUED_MS:
        return False
    return record.lost_pm >= LOSSY_PM or record.buffer_ms >= DEEPEST_MS


def _direction(record: Record) -> Direction:
    return Direction(record.lost_pm, record.jitter_ms, record.reordered_pm, record.kbps)
