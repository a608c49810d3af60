"""Servers in processes of their own, for measures, and what such a process uses (Linux only)."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

DEADLINE_S = 30.0


@asynccontextmanager
async def process(module: str, *arguments: str, **settings: str) -> AsyncGenerator[int]:
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        env={**os.environ, **settings}, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield running.pid
    finally:
        running.terminate()
        await running.wait()


async def healthy(url: str) -> None:
    async with asyncio.timeout(DEADLINE_S), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def rss_kib(pid: int) -> int:
    """Resident memory of a process; Linux only."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def cpu_s(pid: int) -> float:
    """Processor time a process has used (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """The processes that a process has started and not yet buried."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def threads(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/task"))


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))
