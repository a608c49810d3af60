"""How wide the way is, asked by long questions: `webclient/src/capacity.ts`, on modelled lines.

Not here: whether it is wanted to know (`browser`). Jitter makes answers late, never early.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from signalling.simulate.hearing import Path

EXTRA_KBIT: Final = 4.8
"""By which a long question is longer than a short one: 600 bytes."""
LONG_EVERY_MS: Final = 3000
FIRST_LONG_EVERY_MS: Final = 1000
SELDOM_MS: Final = 9000
LONG_VALID_MS: Final = 10_000
LONGS_KEPT: Final = 3
"""When long questions are asked and how many count: as in `webclient/src/capacity.ts`."""


class Capacity:
    """What was found of late."""

    def __init__(self) -> None:
        self._asked_at = 0
        self._found: list[tuple[int, int]] = []
        """When long questions were answered, and the capacity that each found, in kbit/s."""

    def due(self, at_ms: int, seldom: bool) -> bool:
        often_ms = FIRST_LONG_EVERY_MS if len(self._found) < LONGS_KEPT else LONG_EVERY_MS
        return at_ms - self._asked_at >= (SELDOM_MS if seldom else often_ms)

    def ask(self, at_ms: int, there: Path, back: Path, random: Callable[[], float]) -> None:
        """The answer comes at once, or never."""
        self._asked_at = at_ms
        if random() < (1 - there.loss) * (1 - back.loss):
            late_ms = (there.jitter_ms + back.jitter_ms) * random()
            took_ms = late_ms + sum(1000 * EXTRA_KBIT / (link.phase.kbps or 1) for link in there.links)
            found = (at_ms, int(1000 * EXTRA_KBIT / max(1.0, took_ms)))
            self._found = [*self._found, found][-LONGS_KEPT:]

    def kbps(self, at_ms: int) -> int | None:
        """None when nothing was asked of late."""
        self._found = [each for each in self._found if at_ms - each[0] <= LONG_VALID_MS]
        return max((kbps for _, kbps in self._found), default=None)

    def pass_by(self, ms: int) -> None:
        """A calm while was left out."""
        self._asked_at += ms
        self._found = [(then + ms, kbps) for then, kbps in self._found]
