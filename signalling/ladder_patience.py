"""How long the ladder waits before it tries to climb: longer after each try that came to nothing.

Not here: when the line is good enough to try (`climb.ready`). The same: `webclient/src/ladder-patience.ts`.
"""

from __future__ import annotations

from signalling.ladder_table import Climb


class Patience:
    """The back-off. A new trouble begins with the shortest wait."""

    def __init__(self, climb: Climb) -> None:
        self._climb = climb
        self._wait_ms = 0
        self._not_before: int | None = None
        self._climbed_at: int | None = None
        self._squeezed = False
        """A queue has taken a rung before in this call."""
        self._best = 0
        self._best_until = 0

    def allows(self, at_ms: int) -> bool:
        return self._not_before is None or at_ms >= self._not_before

    def best(self, at_ms: int) -> int:
        """No better rung is worth a try: the line swings."""
        return self._best if at_ms < self._best_until else 0

    def hurry(self) -> None:
        """Somebody asked: the next try need not wait."""
        self._not_before, self._best = None, 0

    def forget(self) -> None:
        """A new start: the next trouble is a new one."""
        self._wait_ms, self._not_before, self._climbed_at, self._best = 0, None, None, 0

    def climbed(self, at_ms: int) -> None:
        self._climbed_at, self._not_before = at_ms, at_ms + self._climb.between_ms

    def held(self, at_ms: int) -> None:
        """Called at every look: a climb that has lasted makes good what was before."""
        if self._climbed_at is not None and at_ms - self._climbed_at >= self._climb.relapse_ms:
            self._wait_ms, self._climbed_at = 0, None

    def failed(self, at_ms: int) -> None:
        """A try came to nothing."""
        self._wait(at_ms, self._climb.failed_times)

    def fell(self, at_ms: int, *, probing: bool, held_ms: int) -> None:
        """The rung, held for `held_ms`, was lost."""
        if self._climbed_at is not None:
            self._wait(at_ms, self._climb.relapse_times)
        elif probing:
            self._wait(at_ms, self._climb.failed_times)
        else:
            self._wait_ms = 0 if held_ms >= self._climb.relapse_ms else self._wait_ms
            self._wait(at_ms, 1)

    def squeezed(self, at_ms: int, best: int) -> None:
        """Before `fell`: a queue is taking the rung, and leaves `best`.

        The second time that so short a climb ends so, it is the line that comes and goes.
        """
        if self._squeezed and self._climbed_at is not None:
            self._best, self._best_until = best, at_ms + self._climb.swing_ms
        self._squeezed = True

    def _wait(self, at_ms: int, times: int) -> None:
        self._wait_ms = min(self._wait_ms * times, self._climb.max_wait_ms) or self._climb.wait_ms
        self._not_before, self._climbed_at = at_ms + self._wait_ms, None
