"""How late the worker's loop is: whether it can take on more without spoiling what it has."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

EVERY_S: Final = 0.05
LOOKS: Final = 60
"""3 s."""


class Lag:
    """Sleeps again and again, and notes by how much it overslept."""

    def __init__(self) -> None:
        self._late_ms: deque[float] = deque(maxlen=LOOKS)

    def note(self, late_s: float) -> None:
        self._late_ms.append(max(0.0, late_s * 1000))

    @property
    def p95_ms(self) -> int:
        """0 before anything was noted."""
        ordered = sorted(self._late_ms)
        return round(ordered[len(ordered) * 95 // 100]) if ordered else 0

    async def run(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self.note(loop.time() - due_s)
