"""The media worker dies or hangs in mid-check: until that is said, and until a new check runs."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bench.check.pages import Pages
from bench.check.served import Served, served, worker_of
from bench.figures import row, spread
from tests.bots.checker import a_checker
from tests.bots.visit import Visit, a_visit
from tests.netlab.load import Load

REPEATS: Final = int(os.environ.get("BENCH_REPEATS", "10"))
RUNNING: Final = 3
"""Checks under way when it happens."""
GIVE_UP_S: Final = 20.0
PAUSE_S: Final = 0.05


async def measure() -> None:
    for how in (signal.SIGKILL, signal.SIGSTOP):
        load, said_ms, again_ms = Load(), list[float](), list[float]()
        with tempfile.TemporaryDirectory() as folder:
            async with served(Path(folder)) as server, Pages(server.origin) as pages:
                for _ in range(REPEATS):
                    said, again = await _lose(server, how)
                    said_ms.append(said)
                    again_ms.append(again)
        row(f"{how.name}: until those under way are told 'This check is over'", spread(said_ms, "ms"))
        row(f"{how.name}: until a new check's packets travel", spread(again_ms, "ms"))
        row(f"{how.name}: the front page meanwhile", str(pages))
        row("machine", str(load))


async def _lose(server: Served, how: signal.Signals) -> tuple[float, float]:
    """Milliseconds until the slowest of those under way is told, and until the next check is connected."""
    async with AsyncExitStack() as stack:
        visits = [await stack.enter_async_context(a_visit(server.origin)) for _ in range(RUNNING)]
        for visit in visits:
            assert await _connected(visit, stack)
        worker = worker_of(server.pid)
        assert worker
        began = time.monotonic()
        os.kill(worker, how)
        told = asyncio.gather(*(_told(visit) for visit in visits))
        again = await stack.enter_async_context(a_visit(server.origin))
        async with asyncio.timeout(GIVE_UP_S):
            while not await _connected(again, stack):
                pass
        again_ms = (time.monotonic() - began) * 1000
        said_ms = (max(await told) - began) * 1000
        for visit in (*visits, again):
            await visit.post("/check/end", ticket=visit.ticket)
        return said_ms, again_ms


async def _connected(visit: Visit, stack: AsyncExitStack) -> bool:
    """Whether packets can travel until the stack ends; False for a refusal that says when to come again."""
    checker = await stack.enter_async_context(a_checker())
    for step in (visit.begin, lambda: visit.connect(checker)):
        status, body = await step()
        if status != 200:
            assert (status, body["error"], body["retryS"] > 0) == (429, "check.unavailable", True), body
            return False
    return True


async def _told(visit: Visit) -> float:
    """When the server says of a check under way that it is over."""
    async with asyncio.timeout(GIVE_UP_S):
        while True:
            status, body = await visit.post("/check/up", ticket=visit.ticket)
            if status == 409:
                assert body["error"] == "check.over"
                return time.monotonic()
            await asyncio.sleep(PAUSE_S)
