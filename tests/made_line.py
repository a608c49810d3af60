"""One direction of a line, made up packet by packet: what a check hands in, without measuring anything."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from signalling.line_record import LOST

PACKETS = 400
"""8 s."""


@dataclass(frozen=True)
class Path:
    """One direction, made up: `bursts` are lost in a row in the mean, `queue_ms` stand in the way."""

    kbps: int | None = 20_000
    loss_pm: int = 0
    bursts: int = 1
    jitter_ms: int = 3
    queue_ms: int = 0
    outage_s: tuple[float, float] = (0, 0)

    def delays(self, seed: int, packets: int = PACKETS) -> tuple[int, ...]:
        random, delays, losing = Random(seed), [], False
        lost = min(self.loss_pm, 1000) / 1000
        ends = 1 / self.bursts if self.bursts > 1 else 1 - lost
        for at in range(packets):
            losing = random.random() < (1 - ends if losing else ends * lost / (1 - lost) if lost < 1 else 1)
            dark = self.outage_s[0] <= at / 50 < self.outage_s[1]
            standing = self.queue_ms if at % 50 else 0
            delays.append(LOST if losing or dark else standing + random.randrange(self.jitter_ms + 1))
        return tuple(delays)
