"""What a room costs whose two people are in the call and say nothing, beside bare WebSockets that ping."""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bench.figures import row
from bench.processes import cpu_s, free_port, healthy, process, rss_kib
from server.booking import Booking, open_session
from server.config import Config, load
from server.contacts import Contact
from server.db.engine import connect, database_url
from server.db.store import Store
from server.seal import Sealer
from signalling.protocol import PING_EVERY_MS, Ping, encode
from tests.bots.tab import a_tab

ROOMS = int(os.environ.get("BENCH_ROOMS", "300"))
AT_ONCE = 20
SETTLE_S = 3.0
PING_S = PING_EVERY_MS / 1000
WATCHED_S = 3 * PING_S
"""Whole rounds of pings: shorter, what is measured is which tabs happened to ping."""
FILES = 16_384


async def measure() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    with tempfile.TemporaryDirectory() as folder:
        rooms, cpu = await _rooms(Path(folder))
    bare, bare_cpu = await _bare()
    row(f"memory of an idle room, two in the call, of {ROOMS}", f"{rooms:.1f} KiB")
    row("yardstick: two idle WebSockets of aiohttp alone", f"{bare:.1f} KiB")
    row(f"processor time of {ROOMS} idle rooms, pings answered", f"{cpu:.1f} % of a core")
    row(f"yardstick: {2 * ROOMS} WebSockets of aiohttp alone, pings answered", f"{bare_cpu:.1f} % of a core")


async def _rooms(folder: Path) -> tuple[float, float]:
    """KiB a room, and percent of a core while nothing happens."""
    port = free_port()
    settings = {
        "RINGBACK_PORT": str(port),
        "RINGBACK_DATA": str(folder / "data"),
        "RINGBACK_JOINS_PER_MINUTE": "100000",
        "RINGBACK_CONNECTIONS_PER_ADDRESS": "100000",
        "RINGBACK_LOG_LEVEL": "warning",
    }
    config = load(settings)
    async with process("server", "serve", **settings) as pid, AsyncExitStack() as people:
        await healthy(f"{config.public_url}/healthz")
        links = await _open(config, ROOMS + 1)
        await _enter(people, links[:2])  # whatever the first room makes the process load
        before = rss_kib(pid)
        await _enter(people, links[2:])
        await asyncio.sleep(SETTLE_S)
        return (rss_kib(pid) - before) / ROOMS, await _load(pid)


async def _bare() -> tuple[float, float]:
    """The same of a server that only echoes."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    async with process("bench.bare_sockets", str(port)) as pid, AsyncExitStack() as sockets:
        http = await sockets.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        await healthy(url)
        before = rss_kib(pid)
        opened = [await sockets.enter_async_context(http.ws_connect(url)) for _ in range(2 * ROOMS)]
        await asyncio.sleep(SETTLE_S)
        memory = (rss_kib(pid) - before) / ROOMS
        async with asyncio.TaskGroup() as pinging:
            starts = (PING_S * number / len(opened) for number in range(len(opened)))
            tasks = [pinging.create_task(_ping(ws, after)) for ws, after in zip(opened, starts, strict=True)]
            await asyncio.sleep(PING_S)
            load = await _load(pid)
            for task in tasks:
                task.cancel()
        return memory, load


async def _ping(ws: aiohttp.ClientWebSocketResponse, after_s: float) -> None:
    """As a tab does."""
    await asyncio.sleep(after_s)
    while True:
        await ws.send_str(encode(Ping(n=0)))
        await ws.receive()
        await asyncio.sleep(PING_S)


async def _load(pid: int) -> float:
    """Percent of a core that a process uses while it is watched."""
    used, began = cpu_s(pid), time.monotonic()
    await asyncio.sleep(WATCHED_S)
    return (cpu_s(pid) - used) / (time.monotonic() - began) * 100


async def _open(config: Config, count: int) -> list[str]:
    """The links of so many sessions, two by two."""
    store = Store(connect(database_url(config.data)), Sealer(config.key_file), lambda: datetime.now(UTC))
    links: list[str] = []
    for _ in range(count):
        mentor, mentee = Contact("Ann Archer", "ann@example.org"), Contact("Ben Brook", "ben@example.org")
        booking = Booking(mentor, mentee, datetime.now(UTC))
        opened = await open_session(store, config, booking, opened_by=None, invite=False)
        links += opened.links.values()
    await store.close()
    return links


async def _enter(people: AsyncExitStack, links: list[str]) -> None:
    for first in range(0, len(links), AT_ONCE):
        tabs = [_seated(link) for link in links[first : first + AT_ONCE]]
        await asyncio.gather(*(people.enter_async_context(tab) for tab in tabs))


@asynccontextmanager
async def _seated(link: str) -> AsyncGenerator[None]:
    """Somebody in the call, whose browser has closed its idle connections by now."""
    connector = aiohttp.TCPConnector(force_close=True)
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        aiohttp.ClientSession(cookie_jar=jar, connector=connector) as http,
        a_tab(link, in_call=True, http=http),
    ):
        yield
