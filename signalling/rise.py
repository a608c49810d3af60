"""How much a delay has risen above the least of the last minute, as `webclient/src/rise.ts` reckons it.

Not here: how delays come about.
"""

from __future__ import annotations

from typing import Final

WINDOW_MS: Final = 60_000
PART_MS: Final = 5_000
LONG_AGO: Final = -(1 << 40)


class Rise:
    """The minute is kept as the least of each part of 5 s; only the least of them is asked for."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """The way is another one: what was normal on the old says nothing."""
        self._parts: list[tuple[int, float]] = []
        self._least = self._current = 1e9
        self._since = LONG_AGO

    def of(self, at_ms: int, value: float) -> int:
        """The rise of `value` (ms), counting it in."""
        if at_ms - self._since >= PART_MS:
            self._parts = [part for part in self._parts if at_ms - part[0] < WINDOW_MS]
            if self._since != LONG_AGO:
                self._parts.append((self._since, self._current))
            self._least = min((least for _, least in self._parts), default=value)
            self._since, self._current = at_ms, value
        elif value < self._current:
            self._current = value
        return round(value - min(self._least, self._current))
