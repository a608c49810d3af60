"""Reports between the two sides of a call, as docs/protocol.md has them, and round trips measured by them.

Not here: what is measured (`hearing`) and what follows from it (`partner`). The same in TypeScript:
`webclient/src/report.ts` and `questions.ts`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from signalling.shared import SHARED

SHAPE: Final = struct.Struct("!BBHHHHHHII")
EXTRA_BYTES: Final = SHARED.question.extra_bytes
"""By which a long question is longer."""
VERSION: Final = 1
NO_DATA: Final = 0xFFFF
NO_ECHO: Final = 0xFFFFFFFF
AT_LAST_RUNG: Final = 1
SPEECH_LOST: Final = 2
FRESH_MS: Final = 1000
"""Answers of so long ago still count."""
KEPT: Final = 1000


@dataclass(frozen=True)
class Report:
    """Metrics as the ladder's table defines them; None is "no data"."""

    n: int
    echo: int | None = None
    held_ms: int = 0
    received_kbps: int | None = None
    loss_pm: int | None = None
    concealed_pm: int | None = None
    silence_ms: int | None = None
    server_rise_ms: int | None = None
    at_last_rung: bool = False
    speech_lost: bool = False
    long: bool = False


def encode(report: Report) -> bytes:
    """As it goes over the channel."""
    metrics = (
        report.received_kbps,
        report.loss_pm,
        report.concealed_pm,
        report.silence_ms,
        report.server_rise_ms,
    )
    flags = AT_LAST_RUNG * report.at_last_rung | SPEECH_LOST * report.speech_lost
    packed = SHAPE.pack(
        VERSION,
        flags,
        *(NO_DATA if each is None else min(max(each, 0), NO_DATA - 1) for each in metrics),
        min(report.held_ms, NO_DATA),
        report.n,
        NO_ECHO if report.echo is None else report.echo,
    )
    return packed + bytes(EXTRA_BYTES if report.long else 0)


def decode(data: object) -> Report | None:
    """None for what is no report: the other side may send anything."""
    if not isinstance(data, bytes) or len(data) not in (SHAPE.size, SHAPE.size + EXTRA_BYTES):
        return None
    version, flags, *metrics, held_ms, n, echo = SHAPE.unpack_from(data)
    if version != VERSION:
        return None
    received, loss, concealed, silence, rise = (None if each == NO_DATA else each for each in metrics)
    return Report(
        n=n,
        echo=None if echo == NO_ECHO else echo,
        held_ms=held_ms,
        received_kbps=received,
        loss_pm=loss,
        concealed_pm=concealed,
        silence_ms=silence,
        server_rise_ms=rise,
        at_last_rung=bool(flags & AT_LAST_RUNG),
        speech_lost=bool(flags & SPEECH_LOST),
        long=len(data) > SHAPE.size,
    )


class Questions:
    """Round trips by numbered questions, of which any may be lost with its answer. Times in ms."""

    def __init__(self) -> None:
        self._open: list[tuple[int, int]] = []
        self._answers: list[tuple[int, int]] = []

    def asked(self, n: int, at_ms: int) -> None:
        self._open = [*self._open, (n, at_ms)][-KEPT:]

    def answered(self, n: int, held_ms: int, at_ms: int) -> None:
        """The answer to question `n` came; what was asked before it is answered with it."""
        asked_ms = next((then for number, then in self._open if number == n), None)
        if asked_ms is None:
            return
        self._open = [each for each in self._open if each[0] > n]
        self._answers.append((at_ms, max(0, at_ms - asked_ms - held_ms)))

    def rtt_ms(self, at_ms: int) -> int | None:
        """The shortest round trip of the last second; if there was none, the age of the oldest question."""
        self._answers = [each for each in self._answers if at_ms - each[0] <= FRESH_MS]
        if self._answers:
            return min(rtt for _, rtt in self._answers)
        return at_ms - self._open[0][1] if self._open else None
