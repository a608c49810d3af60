"""What people who practise alone cost the media worker: processor time, memory, and how late its loop is.

The other side is a bot in this process, whose own cost is not counted. The yardstick is a loop with nothing
to do in a process of its own, at the same time: what the machine does to any loop.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Final

from bench.figures import row
from bench.idle_loop import late
from bench.processes import cpu_s, rss_kib
from server import keys
from tests.bots.practice import a_practice
from tests.rig import a_rig, until

PEOPLE: Final = (1, 2, 3)
WATCHED_S: Final = 15.0
SETTINGS: Final = {
    "RINGBACK_DEMO": "1",
    "RINGBACK_CHECKS_LAG_MS": "10000",
    "RINGBACK_REHEARSALS_PER_ADDRESS": str(max(PEOPLE)),
    "RINGBACK_REHEARSALS_AT_ONCE": str(max(PEOPLE)),
}


async def measure() -> None:
    """As many at once as are allowed by default, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_rig(Path(folder), SETTINGS) as rig, late() as idle, AsyncExitStack() as everybody:
            worker = rig.app[keys.CHECKS].worker
            for people in PEOPLE:
                bot = await everybody.enter_async_context(a_practice(f"{rig.url}/practise"))
                await bot.join()
                await until(lambda bot=bot: bot.connected and bot.eye.pictures >= 10)  # type: ignore[misc]
                pid = worker.pid
                assert pid is not None
                before, lags, since = cpu_s(pid), list[int](), len(idle)
                for _ in range(int(WATCHED_S)):
                    await asyncio.sleep(1)
                    lags.append(worker.lag_ms)
                used = 100 * (cpu_s(pid) - before) / WATCHED_S
                row(f"{people} practising: the worker's processor time", f"{used:.0f} % of a core")
                row(f"{people} practising: the worker's loop, late (95 in 100)", _seconds(lags))
                row(f"{people} practising: an idle loop, late (95 in 100)", _seconds(idle[since:]))
                row(f"{people} practising: the worker's memory", f"{rss_kib(pid) / 1024:.0f} MiB")


def _seconds(late_ms: list[int]) -> str:
    return f"median second {median(late_ms):.0f} ms, worst {max(late_ms)} ms"
