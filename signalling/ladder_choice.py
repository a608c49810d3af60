"""One thing of several that holds until another is due: the sound of a rung, the side that is in trouble.

Not here: the rules (`ladder.json`). The same in TypeScript: `webclient/src/ladder-choice.ts`.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from signalling.ladder_table import Choice
from signalling.ladder_watch import Watch

T = TypeVar("T")


class Chosen(Generic[T]):
    """`value` gives way at once to what is more urgent, and to the rest when it has stayed its time."""

    def __init__(self, choices: tuple[Choice[T], ...], value: T) -> None:
        self.value = value
        self._choices = choices
        self._order = [choice.to for choice in choices]
        self._stays_until = 0

    def step(self, at_ms: int, watch: Watch) -> bool:
        """Whether another has been chosen."""
        due = watch.first(self._choices)
        if due is None or due.to == self.value:
            return False
        more_urgent = self._order.index(due.to) < self._order.index(self.value)
        if not more_urgent and at_ms < self._stays_until:
            return False
        self.value, self._stays_until = due.to, at_ms + due.stays_ms
        return True
