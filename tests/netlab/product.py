"""Ringback itself in the laboratory: a server at its place, a session, two people in their call.

Not here: what is done to their lines (`test_product`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, expect

from tests.netlab.lab import PORT, Lab, Participant

COMMAND = (sys.executable, "-m", "server")
SETTLED_MS = 8_000
"""After joining: jitter buffers at rest, the first bandwidth estimates in."""


@dataclass
class Server:
    """A `ringback serve` at the laboratory's server place, which can be killed and started again."""

    lab: Lab
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    """More of RINGBACK_*."""
    process: asyncio.subprocess.Process | None = None

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "RINGBACK_HOST": self.lab.server.address,
            "RINGBACK_PORT": str(PORT),
            "RINGBACK_PUBLIC_URL": self.lab.server_origin,
            "RINGBACK_DATA": str(self.folder / "data"),
            **self.settings,
        }

    async def start(self) -> int:
        """Returns when it was seen to listen (epoch, ms)."""
        self.process = await asyncio.create_subprocess_exec(
            *self.lab.server.command(*COMMAND, "serve"),
            env=self.environ,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        return await self.lab.server_listens(within_ms=30_000)

    async def kill(self) -> None:
        """As a power cut would: SIGKILL to the server and its worker, which share a process group."""
        if self.process and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()

    async def open_session(self) -> dict[str, str]:
        """Both personal links of a new session whose two know each other's numbers."""
        words = (
            *("open", "--json", "--numbers-agreed"),
            *("--mentor", "Ann Archer <ann@example.org>", "--mentor-phone", "+447700900001"),
            *("--mentee", "Ben Brook <ben@example.org>", "--mentee-phone", "+447700900002"),
        )
        printed = await asyncio.to_thread(
            subprocess.run, (*COMMAND, *words), env=self.environ, check=True, capture_output=True, timeout=60
        )
        links: dict[str, str] = json.loads(printed.stdout)
        return links


@dataclass(frozen=True)
class Session:
    """Two people in a call on clean lines."""

    lab: Lab
    server: Server
    ann: Participant
    ben: Participant

    @property
    def people(self) -> tuple[Participant, Participant]:
        return self.ann, self.ben


@asynccontextmanager
async def a_session(
    lab: Lab, folder: Path, settings: dict[str, str] | None = None, *, settled_ms: int = SETTLED_MS
) -> AsyncIterator[Session]:
    """Serve, open a session, bring both into the call and let it settle."""
    server = Server(lab, folder, settings or {})
    try:
        await asyncio.gather(server.start(), lab.browser("a"), lab.browser("b"))
        links = await server.open_session()
        ann, ben = await asyncio.gather(lab.join("a", links["mentor"]), lab.join("b", links["mentee"]))
        for person in (ann, ben):
            await person.wait_for("data-phase", "call", within_ms=30_000)
            since_ms = await person.wait_for("data-link", "connected", within_ms=30_000)
            assert await person.hearing.reach(since_ms + settled_ms, within_ms=settled_ms + 10_000)
        yield Session(lab, server, ann, ben)
    finally:
        await server.kill()


async def notes(person: Participant) -> Locator:
    """The person's shared notes, ready to be written in."""
    await person.page.get_by_role("tab", name="Notes", exact=True).click()
    area = person.page.get_by_role("textbox", name="Shared notes", exact=True)
    await expect(area).to_be_editable(timeout=20_000)
    return area


async def reads(area: Locator, *lines: str, within_ms: int) -> None:
    """Wait until the notes hold each of these exactly once."""
    async with asyncio.timeout(within_ms / 1000):
        while any(count != 1 for count in map((await area.input_value()).count, lines)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
