"""How long `ringback serve` takes until it answers, the first time and after that."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from bench.figures import row, spread

PORT = 8471
REPEATS = 5
DEADLINE_S = 30.0


async def measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = await _start(Path(folder))
        later = [await _start(Path(folder)) for _ in range(REPEATS)]
    row("first start, database made, until /healthz answers", f"{first:.0f} ms")
    row("later start until /healthz answers", spread(later, "ms"))


async def _start(folder: Path) -> float:
    """Milliseconds from exec to the first good answer."""
    environ = {**os.environ, "RINGBACK_DATA": str(folder / "data"), "RINGBACK_PORT": str(PORT)}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "serve", env=environ,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(DEADLINE_S):
            await _healthy()
        return (time.perf_counter() - began) * 1000
    finally:
        process.terminate()
        await process.wait()


async def _healthy() -> None:
    async with aiohttp.ClientSession() as browser:
        while True:
            try:
                async with browser.get(f"http://localhost:{PORT}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.sleep(0.01)
