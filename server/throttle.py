"""Counting tries within a window, per key, in memory. Not here: what is counted or how it is told."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

MAX_KEYS = 10_000
"""The oldest keys are forgotten first, so that made-up keys cannot fill the memory."""


class Throttle:
    """Allows `limit` counted tries of a key within `window_s` seconds, counted from the first one."""

    def __init__(self, limit: int, window_s: int) -> None:
        self._limit = limit
        self._window = timedelta(seconds=window_s)
        self._tries: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def allows(self, key: str, now: datetime) -> bool:
        """Whether this key may try once more."""
        first, count = self._tries.get(key, (now, 0))
        return count < self._limit or now - first > self._window

    def count(self, key: str, now: datetime) -> None:
        """Count one try."""
        first, count = self._tries.pop(key, (now, 0))
        if now - first > self._window:
            first, count = now, 0
        self._tries[key] = (first, count + 1)
        if len(self._tries) > MAX_KEYS:
            self._tries.popitem(last=False)

    def uncount(self, key: str) -> None:
        """Take one counted try back: it turned out well."""
        if key in self._tries:
            first, count = self._tries[key]
            self._tries[key] = (first, max(count - 1, 0))
