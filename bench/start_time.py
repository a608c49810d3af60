"""How long Ringback takes until it answers: `ringback serve`, and `make run` for the second time.

Not here: setting up, which depends on the line more than on us.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import aiohttp

from bench.figures import row, spread

ROOT: Final = Path(__file__).parent.parent
PORT: Final = 8471
REPEATS: Final = 5
DEADLINE_S: Final = 30.0

SERVE: Final = (sys.executable, "-m", "server", "serve")
RUN: Final = ("make", "run")
MADE: Final = (
    ".venv/.build-stamp",
    ".venv/.runtime-stamp",
    "webclient/node_modules/.stamp",
    "server/static/manifest.json",
)
"""What `make run` sets up and builds when something it depends on is newer."""


async def measure() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = await _start(folder, SERVE)
        later = [await _start(folder, SERVE) for _ in range(REPEATS)]
        row("first start, database made, until /healthz answers", f"{first:.0f} ms")
        row("later start until /healthz answers", spread(later, "ms"))
        await _measure_make(folder)


async def _measure_make(folder: Path) -> None:
    """Nothing is installed here: a tree that `make run` would have to set up first is not measured."""
    if await _is_due():
        row("second `make run` until /healthz answers", "not measured: run `make run` once before")
        return
    await _start(folder, RUN)
    before = _times()
    again = [await _start(folder, RUN) for _ in range(REPEATS)]
    rebuilt = [name for name, made_at in _times().items() if made_at != before[name]]
    row("second `make run` until /healthz answers", spread(again, "ms"))
    row("what it set up or built again", ", ".join(rebuilt) or "nothing")


async def _is_due() -> bool:
    """Whether make would do anything before it serves."""
    process = await asyncio.create_subprocess_exec("make", "--question", *MADE, cwd=ROOT, env=_environ())
    return await process.wait() != 0


def _times() -> dict[str, int]:
    return {name: (ROOT / name).stat().st_mtime_ns for name in MADE}


def _environ(**settings: str) -> dict[str, str]:
    """Without what a make around this one would tell its children."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | settings


async def _start(folder: Path, command: tuple[str, ...]) -> float:
    """Milliseconds from exec to the first good answer."""
    environ = _environ(RINGBACK_DATA=str(folder / "data"), RINGBACK_PORT=str(PORT))
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, env=environ, cwd=ROOT, start_new_session=True,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(DEADLINE_S):
            await _healthy()
        return (time.perf_counter() - began) * 1000
    finally:
        # Make and its server alike.
        os.killpg(process.pid, signal.SIGTERM)
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
