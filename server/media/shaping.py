"""The shaped line of one connection: its datagrams, out and in, held back, dropped, or let through at once.

Not here: when each is due (`shaper`), how datagrams are had from aioice (`compat`). Everything is shaped,
STUN as well: in the dark nothing at all gets through.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from server.media.shaper import LINES, LineName, Shaper

Deliver = Callable[[], None]


class Shaping:
    """Both directions of one line."""

    def __init__(self, name: LineName, random: Random | None = None) -> None:
        random = random or Random()
        self.name = name
        self._out, self._in = Shaper(LINES[name], random), Shaper(LINES[name], random)
        self._waiting: set[asyncio.TimerHandle] = set()
        self.arrived_at_s: float | None = None
        """When something came through last, on the loop's clock."""
        self.arrived_bytes = 0

    def become(self, name: LineName) -> None:
        """From now on the line is another. In the dark nothing that was under way arrives any more."""
        self.name = name
        self._out.line = self._in.line = LINES[name]
        if LINES[name].silent:
            self.close()

    def backlog_ms(self, now_s: float) -> int:
        """What anything else on this line, there and back, would have to wait."""
        return self._out.backlog_ms(now_s) + self._in.backlog_ms(now_s)

    def send(self, size_bytes: int, deliver: Deliver) -> None:
        self._pass(self._out, size_bytes, deliver)

    def receive(self, size_bytes: int, deliver: Deliver) -> None:
        def arrive() -> None:
            self.arrived_at_s = asyncio.get_running_loop().time()
            self.arrived_bytes += size_bytes
            deliver()

        self._pass(self._in, size_bytes, arrive)

    def close(self) -> None:
        """What waits is dropped."""
        for handle in self._waiting:
            handle.cancel()
        self._waiting.clear()

    def _pass(self, shaper: Shaper, size_bytes: int, deliver: Deliver) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        due_s = shaper.due_s(now_s, size_bytes)
        if due_s is None:
            return
        if due_s <= now_s and not self._waiting:
            deliver()
            return

        def out() -> None:
            self._waiting.discard(handle)
            deliver()

        handle = loop.call_at(due_s, out)
        self._waiting.add(handle)
