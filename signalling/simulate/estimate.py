"""A sender's estimate of the line, as Chromium's was seen to behave (docs/decisions/0003).

Not here: what is sent (`browser`). It is about twice what is sent, goes down to what arrives when a queue
grows, and down without end from 10 % loss on.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from signalling.simulate.hearing import Path
from signalling.simulate.line import LOOK_MS

LEAST_KBPS: Final = 30.0
GROWS: Final = 1.045
"""In half a second, while what is sent fills the estimate: 8 to 14 % a second were seen."""
HEEDS_LOOKS: Final = 3
"""It stood for 1.2 s after the line had collapsed, or for 3: what would tell of a full queue stands in it."""
DOUBTS_LOOKS: Final = 30
"""After congestion the estimate only grows for 15 s; later it leaps when more is allowed to be sent."""
OPEN_SHARE: Final = 0.8
"""Of the narrowest link: on a line of 2 Mbit/s the estimate was seen to settle at 1.5."""


class Estimate:
    """Of one path; `kbps` is all that may be sent, speech included."""

    def __init__(self, path: Path) -> None:
        self.kbps = 980.0
        self.steady = False
        """The last half second has not changed it."""
        self._path = path
        self._allowed = self._arrived = 0.0
        self._congested_looks = DOUBTS_LOOKS
        self._felt: deque[tuple[bool, float]] = deque([(False, 0.0)] * HEEDS_LOOKS, HEEDS_LOOKS)
        """Whether a full queue grew, and what arrived meanwhile: not known to the estimate yet."""

    def pass_by(self, ms: int) -> None:
        """A calm while was left out."""
        self._congested_looks += ms // LOOK_MS

    def reckon(self, sent: float, allowed: float) -> None:
        """The estimate after half a second of sending so much of what was allowed."""
        estimate, path = self.kbps, self._path
        self._congested_looks += 1
        arrived, self._arrived = (path.received_kbps + self._arrived) / 2, path.received_kbps
        full, arrived_then = self._felt[0]
        self._felt.append((path.filling and path.overflow > 0, arrived))
        if full or (path.filling and not path.overflow):
            estimate = min(estimate, max(LEAST_KBPS, 0.85 * (arrived_then if full else arrived)))
            self._congested_looks = 0
        elif allowed > self._allowed and self._congested_looks > DOUBTS_LOOKS:
            estimate = min(2.0 * allowed, max(estimate, OPEN_SHARE * self._bottleneck()))
        elif estimate < min(1.5 * sent + 10, 2.0 * allowed):
            estimate *= GROWS
        elif allowed == self._allowed:
            estimate = min(estimate, 2.0 * allowed)
        if path.links[0].loss or path.links[1].loss:
            lost = sum(path.lost) / len(path.lost)
            if lost > 0.1:
                estimate = max(LEAST_KBPS, min(estimate, 0.85 * sent), estimate * (1 - lost))
        self.steady = estimate == self.kbps
        self._allowed, self.kbps = allowed, estimate

    def _bottleneck(self) -> int:
        return min(link.phase.kbps for link in self._path.links)
