"""A line made worse, as arithmetic: when each packet comes out at the other end, or that it never does.

Not here: packets themselves and waiting for them (`shaping`). Times are seconds of one clock that never goes
back. A bottleneck is a bucket of tokens that holds one packet (RFC 2697's idea, at its simplest), before
it a queue of bounded length that drops at its tail, as home routers do; then delay, then loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, get_args

HEADER_BYTES: Final = 28
"""IPv4 and UDP around each datagram: a line carries them as well."""

LineName = Literal["good", "thin", "voice", "dark"]
LINE_NAMES: Final = get_args(LineName)


@dataclass(frozen=True)
class Line:
    """One direction of a line. `kbps` None: no bottleneck."""

    kbps: int | None = None
    queue_ms: int = 0
    """What may wait at the bottleneck; more is dropped."""
    delay_ms: int = 0
    loss_pm: int = 0
    """Per mille, at random."""
    silent: bool = False
    """Nothing comes through."""


LINES: Final[Mapping[LineName, Line]] = {
    "good": Line(),
    "thin": Line(kbps=250, queue_ms=300, delay_ms=60, loss_pm=5),
    "voice": Line(kbps=64, queue_ms=400, delay_ms=60, loss_pm=10),
    "dark": Line(silent=True),
}
"""What can be practised, both ways alike. By the ladder's table 250 kbit/s carry a small picture (low: from
160) and 64 carry speech alone (voice: 40 to 75)."""


class Shaper:
    """One direction. `line` may be changed at any time; what is in the queue has its time already."""

    def __init__(self, line: Line, random: Random) -> None:
        self.line = line
        self._random = random
        self._free_s = 0.0
        """When the bottleneck has sent everything it took."""
        self._last_s = 0.0

    def backlog_ms(self, now_s: float) -> int:
        """How long a packet would wait before the bottleneck, with the line's own delay."""
        return round(max(0.0, self._free_s - now_s) * 1000) + self.line.delay_ms

    def due_s(self, now_s: float, size_bytes: int) -> float | None:
        """When a packet taken now comes out; None when it is lost. Packets never overtake each other."""
        line = self.line
        if line.silent or self._random.randrange(1000) < line.loss_pm:
            return None
        out_s = now_s
        if line.kbps:
            waits_s = max(0.0, self._free_s - now_s)
            if waits_s * 1000 > line.queue_ms:
                return None
            out_s = self._free_s = now_s + waits_s + (size_bytes + HEADER_BYTES) * 8 / (line.kbps * 1000)
        else:
            self._free_s = now_s
        self._last_s = max(self._last_s, out_s + line.delay_ms / 1000)
        return self._last_s
