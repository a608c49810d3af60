"""A server in a process of its own, with its media worker up, for measures of the connection check."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.check.whole import UNGUARDED
from bench.processes import children, free_port, healthy, process
from tests.rig import stand_in_client, until


@dataclass(frozen=True)
class Served:
    """`pid` is the server's, `worker` the media worker's when it had just come up."""

    origin: str
    pid: int
    worker: int


@asynccontextmanager
async def served(folder: Path, *, core: set[int] | None = None) -> AsyncGenerator[Served]:
    """`core`: the processors that server and worker may use."""
    port = free_port()
    origin = f"http://localhost:{port}"
    settings = {
        **UNGUARDED,
        "RINGBACK_PORT": str(port),
        "RINGBACK_DATA": str(folder / "data"),
        "RINGBACK_STATIC": str(stand_in_client(folder / "client")),
        "RINGBACK_LOG_LEVEL": "error",
    }
    async with process("server", "serve", **settings) as pid:
        if core:
            os.sched_setaffinity(pid, core)
        await healthy(f"{origin}/healthz")
        async with aiohttp.ClientSession() as http, http.get(f"{origin}/check"):
            await until(lambda: worker_of(pid) is not None)
        yield Served(origin, pid, worker_of(pid) or 0)


def worker_of(server: int) -> int | None:
    """The media worker, by its command line; None while there is none."""
    for child in children(server):
        try:
            if b"server.media" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        except FileNotFoundError:
            continue
    return None
