"""What everybody else notices meanwhile: the front page asked for again and again, and how long each took."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Final, Self

import aiohttp

from bench.figures import percentile

EVERY_S: Final = 0.02


class Pages:
    """Asks while the block lasts; printed, it says how long that took."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._asking: asyncio.Task[None] | None = None
        self.took_ms: list[float] = []

    async def __aenter__(self) -> Self:
        self._asking = asyncio.create_task(self._ask())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._asking is None:
            return
        if self._asking.done():
            self._asking.result()
        self._asking.cancel()
        await asyncio.gather(self._asking, return_exceptions=True)

    def __str__(self) -> str:
        took = self.took_ms
        return f"p99 {percentile(took, 99):.0f} ms, slowest {max(took):.0f} ms of {len(took)}"

    async def _ask(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                began = time.monotonic()
                async with http.get(f"{self._origin}/") as answer:
                    await answer.read()
                    assert answer.status == 200
                self.took_ms.append((time.monotonic() - began) * 1000)
                await asyncio.sleep(EVERY_S)
