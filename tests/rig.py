"""The real application on a real port with a database of its own, and a session to go into.

Not here: participants (`tests.bots`). The client is a stand-in: pages need its names, not its code.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web

import server
from server import app as application
from server import keys
from server.booking import Booking, Opened, open_session
from server.config import Config, load
from server.contacts import Contact
from server.db.records import Clock
from server.db.store import Store
from server.rooms import Rooms

ANN = Contact("Ann Archer", "ann@example.org")
BEN = Contact("Ben Brook", "ben@example.org")
NUMBERS = ("+447700900001", "+447700900002")
TEMPLATES = Path(server.__file__).parent / "templates"


@dataclass
class Rig:
    """A running server. `url` is its origin."""

    config: Config
    running: application.Running

    @property
    def url(self) -> str:
        return self.config.public_url

    @property
    def app(self) -> web.Application:
        return self.running.app

    @property
    def store(self) -> Store:
        return self.app[keys.STORE]

    @property
    def rooms(self) -> Rooms:
        return self.app[keys.ROOMS]

    async def open(self, *, starts_in_s: float = 0, numbers: bool = False, minutes: int = 30) -> Opened:
        """A session of Ann and Ben, with their links."""
        starts = self.app[keys.CLOCK]() + timedelta(seconds=starts_in_s)
        mentor_number, mentee_number = NUMBERS if numbers else ("", "")
        booking = Booking(ANN, BEN, starts, minutes, mentor_number, mentee_number, numbers_agreed=numbers)
        return await open_session(self.store, self.config, booking, opened_by=None, invite=False)

    async def written(self, session_id: str) -> None:
        """Until everything that has happened in a room is in the store."""
        await until(lambda: session_id not in self.rooms or self.rooms[session_id].desk.idle)


@asynccontextmanager
async def a_rig(
    folder: Path, settings: dict[str, str] | None = None, clock: Clock = application.utc_now, port: int = 0
) -> AsyncGenerator[Rig]:
    """Serve in a folder until the block ends; what is in the folder stays, for a server after this one.

    `port` 0: any that is free.
    """
    listener = socket.create_server(("127.0.0.1", port))
    port = listener.getsockname()[1]
    config = load(
        {
            "RINGBACK_PORT": str(port),
            "RINGBACK_DATA": str(folder / "data"),
            "RINGBACK_STATIC": str(stand_in_client(folder / "client")),
            "RINGBACK_JOINS_PER_MINUTE": "100000",
            **(settings or {}),
        }
    )
    running = await application.start(application.build(config, clock=clock), listener)
    try:
        yield Rig(config, running)
    finally:
        await running.stop()


def stand_in_client(folder: Path) -> Path:
    """A folder as a build of the client leaves it, with every name that a template asks for."""
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    names = {"ticker.js", "copies.js"}
    for template in TEMPLATES.rglob("*.html"):
        names.update(re.findall(r"asset\('([^']+)'\)", template.read_text()))
    manifest = {}
    for name in names:
        stem, _, suffix = name.rpartition(".")
        file = f"{stem}-AAAAAAAA.{suffix}"
        (folder / file).write_text(f"/* {name} */")
        integrity = f"sha384-{base64.b64encode(bytes(48)).decode()}"
        manifest[name] = {"file": file, "integrity": integrity, "preload": []}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


async def until(claim: Callable[[], bool | Awaitable[bool]], within_s: float = 20.0) -> None:
    """Wait for a claim about the server's inside or its store, which tell nobody when it comes true."""
    async with asyncio.timeout(within_s):
        while not (await found if isinstance(found := claim(), Awaitable) else found):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
