"""How late a loop with nothing to do is, as the media worker reckons it: a line of milliseconds every second.

A yardstick: what the machine does to any loop. `late` reads it from a process of its own.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from server.media.lag import Lag


@asynccontextmanager
async def late() -> AsyncGenerator[list[int]]:
    """Grows by a figure a second, milliseconds at the 95th percentile, while the block lasts."""
    idle = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.idle_loop", stdout=asyncio.subprocess.PIPE
    )
    figures: list[int] = []
    assert idle.stdout is not None
    reading = asyncio.create_task(_read(idle.stdout, figures))
    try:
        yield figures
    finally:
        reading.cancel()
        idle.terminate()
        await idle.wait()


async def _read(lines: asyncio.StreamReader, figures: list[int]) -> None:
    while line := await lines.readline():
        figures.append(int(line))


async def main() -> None:
    lag = Lag()
    noting = asyncio.create_task(lag.run())
    while not noting.done():
        await asyncio.sleep(1)
        print(lag.p95_ms, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
