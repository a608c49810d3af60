"""One thing of several that holds until another is due: the sound of a rung, the side that is in trouble.

Not here: the rules (`ladder.json`). The same in TypeScript: `webclient/src/ladder-choice.ts`.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from signalling.ladder_table import Choice
from signalling.ladder_watch import Watch

T = TypeVar("T")


class Chosen(Generic[T]):
    """`value` gives way at once to what is more urgent, and to the rest when it has stayed its time.

    What comes first in the table is more urgent, but not than what stays as long: mirror images wait alike,
    or both screens would say "mine" when the trouble changes sides.
    """

    def __init__(self, choices: tuple[Choice[T], ...], value: T) -> None:
        self.value = value
        self._choices = choices
        self._order = [choice.to for choice in choices]
        self._stays_ms = self._stays_until = 0

    def step(self, at_ms: int, watch: Watch) -> bool:
        """Whether another has been chosen."""
        due = watch.first(self._choices)
        if due is None or due.to == self.value:
            return False
        earlier = self._order.index(due.to) < self._order.index(self.value)
        at_once = earlier and due.stays_ms != self._stays_ms
        if not at_once and at_ms < self._stays_until:
            return False
        self.value, self._stays_ms = due.to, due.stays_ms
        self._stays_until = at_ms + due.stays_ms
        return True
