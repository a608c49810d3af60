"""One direction of one person's access: a rate, a drop-tail queue, loss in bursts, stalls and outages.

Not here: what is sent into it (`browser`), what becomes of speech (`hearing`), which lines there are
(`profiles`). Traffic is a fluid in steps of a tenth of a second; only losses of speech packets are
counted one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log
from random import Random
from typing import Final

TICK_MS: Final = 100
LOOK_MS: Final = 500
"""How often a browser looks; a line that carries everything is worked out once a look."""
FOREVER_MS: Final = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of time. `kbps` 0 is an outage; `stalled` keeps packets back, and loses none."""

    for_ms: int
    kbps: int
    loss_pm: int = 0
    burst: float = 1
    """Mean length of a run of lost packets; 1 is independent loss."""
    delay_ms: int = 10
    jitter_ms: int = 0
    queue_ms: int = 300
    download: bool = False
    """A TCP flow of somebody else fills the same queue."""
    stalled: bool = False


class Link:
    """Follows its phases; the last one stays. `quiet` lines need no ticks."""

    def __init__(self, phases: Iterable[Phase], random: Random) -> None:
        self._phases: Iterator[Phase] = iter(phases)
        self._random = random
        self._until_loss = FOREVER_MS
        self.backlog = 0.0
        """kbit standing in the queue."""
        self.others_kbps = 0.0
        self.waiting_ms = 0
        """How long a stall has lasted."""
        self._enter(next(self._phases))

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.left_ms = phase.for_ms
        self.loss = loss = phase.loss_pm / 1000
        self._run = max(phase.burst, 1 / (1 - loss))
        self._gap = self._run * (1 - loss) / loss if loss else 0.0
        self._until_loss = 1 + self._drawn(self._gap) if loss else FOREVER_MS
        self.room = phase.kbps * phase.queue_ms / 1000
        self.open_kbps = 0 if phase.stalled or phase.download else phase.kbps
        """What passes without any queue; 0 when that takes ticks to find out."""

    def calm_ms(self, packet_ms: int) -> int:
        """How long everything will pass, whole and at once, if no more is sent than the rate."""
        if not self.open_kbps or self.backlog:
            return 0
        return min(self.left_ms, (self._until_loss - 1) * packet_ms)

    def pass_by(self, ms: int, packet_ms: int) -> None:
        """A part of the calm time has gone by."""
        self.left_ms -= ms
        self._until_loss -= ms // packet_ms

    def advance(self, ms: int) -> None:
        self.left_ms -= ms
        while self.left_ms <= 0:
            over_ms, phase = -self.left_ms, next(self._phases, None)
            self._enter(phase or self.phase)
            self.left_ms = FOREVER_MS if phase is None else self.left_ms - over_ms

    def _drawn(self, mean: float) -> int:
        """A geometric number of packets, at least 1."""
        if mean <= 1:
            return 1
        return 1 + int(log(1 - self._random.random()) / log(1 - 1 / mean))

    def bursts(self, packets: int) -> list[int]:
        """The runs of lost packets that begin among so many of speech."""
        found: list[int] = []
        while self._until_loss <= packets:
            length = self._drawn(self._run)
            found.append(length)
            self._until_loss += length + self._drawn(self._gap)
        self._until_loss -= packets
        return found

    @property
    def delay_ms(self) -> float:
        """Beyond that of an idle line."""
        return self.waiting_ms + 1000 * self.backlog / (self.phase.kbps or 1)

    def tick(self, offered_kbps: float) -> tuple[float, float]:
        """Carry a tenth of a second: kbit/s that come out, and the share that found the queue full."""
        phase = self.phase
        if phase.kbps == 0:
            self.backlog = 0.0
            return 0.0, 1.0
        total = offered_kbps + self.others_kbps
        self.waiting_ms = self.waiting_ms + TICK_MS if phase.stalled else 0
        drained = 0.0 if phase.stalled else min(self.backlog + total / 10, phase.kbps / 10)
        self.backlog += total / 10 - drained
        over = max(0.0, self.backlog - self.room)
        self.backlog -= over
        self._compete(over > 0)
        share = offered_kbps / total if total else 0.0
        return min(offered_kbps, 10 * drained * share), 10 * over / total if total else 0.0

    def _compete(self, overflowed: bool) -> None:
        """TCP: a little more each round trip, much less after a loss; it lets go when its phase is over."""
        if not self.phase.download:
            self.others_kbps = 0.0
        elif overflowed:
            self.others_kbps *= 0.6
        else:
            self.others_kbps = min(2.0 * self.phase.kbps, self.others_kbps + 0.02 * self.phase.kbps)
