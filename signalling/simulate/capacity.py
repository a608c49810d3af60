"""How wide the way is, asked by long questions: `webclient/src/capacity.ts`, on modelled lines.

Not here: whether it is wanted to know (`browser`). Jitter makes answers late, never early.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from signalling.shared import SHARED
from signalling.simulate.hearing import Path

QUESTION: Final = SHARED.question
EXTRA_KBIT: Final = 8 * QUESTION.extra_bytes / 1000


class Capacity:
    """What was found of late."""

    def __init__(self) -> None:
        self._asked_at = 0
        self._found: list[tuple[int, int]] = []
        """When long questions were answered, and the capacity that each found, in kbit/s."""

    def due(self, at_ms: int, seldom: bool) -> bool:
        little = len(self._found) < QUESTION.kept
        often_ms = QUESTION.first_every_ms if little else QUESTION.every_ms
        return at_ms - self._asked_at >= (QUESTION.seldom_ms if seldom else often_ms)

    def ask(self, at_ms: int, there: Path, back: Path, random: Callable[[], float]) -> None:
        """The answer comes at once, or never."""
        self._asked_at = at_ms
        if random() < (1 - there.loss) * (1 - back.loss):
            late_ms = (there.jitter_ms + back.jitter_ms) * random()
            took_ms = late_ms + sum(1000 * EXTRA_KBIT / (link.phase.kbps or 1) for link in there.links)
            found = (at_ms, int(1000 * EXTRA_KBIT / max(1.0, took_ms)))
            self._found = [*self._found, found][-QUESTION.kept :]

    def kbps(self, at_ms: int) -> int | None:
        """None when nothing was asked of late."""
        self._found = [each for each in self._found if at_ms - each[0] <= QUESTION.fresh_ms]
        return max((kbps for _, kbps in self._found), default=None)

    def pass_by(self, ms: int) -> None:
        """A calm while was left out."""
        self._asked_at += ms
        self._found = [(then + ms, kbps) for then, kbps in self._found]
