"""A browser's tab as the server sees it: a link, a cookie, a WebSocket and typed messages.

Not here: media (`participant`).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import aiohttp

from signalling import protocol as p
from signalling.protocol import Role

M = TypeVar("M")

WITHIN_S = 20.0
"""An upper bound for a busy machine; everything here takes milliseconds."""
ALIVE = 0
"""The number of the pings that only say so."""
JOINED = p.Status(microphone="on", camera="off")


class UnexpectedError(AssertionError):
    """What was waited for did not come; the message tells what came instead."""


@dataclass
class Seat:
    """What a browser has after opening its link: a cookie jar and the page's address."""

    http: aiohttp.ClientSession
    page: str
    origin: str

    @property
    def role(self) -> Role:
        return cast("Role", self.page.rsplit("/", 1)[1])

    @property
    def socket(self) -> str:
        return f"{self.page}/socket"


@dataclass
class Tab:
    """One connection. What comes in is kept until `expect` takes it."""

    seat: Seat
    ws: aiohttp.ClientWebSocketResponse
    client: str
    inbox: list[Any] = field(default_factory=list)
    notes: list[tuple[int, bytes]] = field(default_factory=list)
    close_code: int | None = None
    on_message: Callable[[Any], None] = lambda message: None
    """Sees every message as it comes in, besides the inbox."""
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reader: asyncio.Task[None] | None = None
    _pinger: asyncio.Task[None] | None = None

    async def send(self, message: p.ClientMessage) -> None:
        await self.ws.send_str(p.encode(message))

    async def send_note(self, update: bytes, update_id: str | None = None) -> str:
        """Send a note update; gives its id."""
        update_id = update_id or new_id()
        await self.ws.send_bytes(uuid.UUID(update_id).bytes + update)
        return update_id

    async def hello(self, *, in_call: bool = False, note_seq: int = 0, zone: str = "") -> p.Welcome:
        await self.send(
            p.Hello(
                version=p.VERSION,
                client=self.client,
                note_seq=note_seq,
                stay="call" if in_call else "lobby",
                zone=zone,
                status=JOINED if in_call else None,
            )
        )
        self._pinger = asyncio.create_task(self._ping())
        return await self.expect(p.Welcome)

    async def join(self) -> None:
        await self.send(p.Join(status=JOINED))

    async def expect(
        self, kind: type[M], that: Callable[[M], bool] = lambda message: True, within_s: float = WITHIN_S
    ) -> M:
        """The first message of a kind that fulfils a claim; takes it and whatever came before it."""

        def found() -> M | None:
            return next((each for each in self.inbox if isinstance(each, kind) and that(each)), None)

        message = await self._until(found, within_s, f"no {kind.__name__}; came: {self.inbox}")
        del self.inbox[: self.inbox.index(message) + 1]
        return message

    async def expect_note(self, update: bytes) -> int:
        """The sequence number of a note update that arrives or has arrived."""

        def found() -> int | None:
            return next((seq for seq, data in self.notes if data == update), None)

        return await self._until(found, WITHIN_S, f"no such note; came: {self.notes}")

    async def closed(self, within_s: float = WITHIN_S) -> int:
        """The close code, once the server has closed the connection."""
        return await self._until(lambda: self.close_code, within_s, f"still open; came: {self.inbox}")

    async def settle(self) -> None:
        """Until the server has taken everything sent so far: it answers in order."""
        number = 1 + uuid.uuid4().int % (1 << 30)
        await self.send(p.Ping(n=number))
        while not any(isinstance(each, p.Pong) and each.n == number for each in self.inbox):
            async with self._came:
                await asyncio.wait_for(self._came.wait(), WITHIN_S)

    def of(self, kind: type[M]) -> list[M]:
        """Messages of a kind not taken yet."""
        return [each for each in self.inbox if isinstance(each, kind)]

    async def leave_page(self, code: int = 1001) -> None:
        """As a browser does that closes or reloads the page."""
        await self.ws.close(code=code)
        await self.stop()

    def break_off(self) -> None:
        """As a network does that goes away: no close frame."""
        self.ws.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    async def stop(self) -> None:
        for task in filter(None, (self._reader, self._pinger)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if not self.ws.closed:
            await self.ws.close()

    def start(self) -> None:
        self._reader = asyncio.create_task(self._read())

    async def _ping(self) -> None:
        """As browsers do; the answers are no news."""
        while not self.ws.closed:
            await asyncio.sleep(p.PING_EVERY_MS / 1000)
            with contextlib.suppress(ConnectionError):
                await self.send(p.Ping(n=ALIVE))

    async def _read(self) -> None:
        async for message in self.ws:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(p.decode_server(message.data))
            elif message.type is aiohttp.WSMsgType.BINARY:
                self.notes.append((int.from_bytes(message.data[:8]), message.data[8:]))
            async with self._came:
                self._came.notify_all()
        self.close_code = self.ws.close_code
        async with self._came:
            self._came.notify_all()

    def _take(self, message: p.ServerMessage) -> None:
        if message != p.Pong(n=ALIVE):
            self.inbox.append(message)
            self.on_message(message)

    async def _until(self, found: Callable[[], M | None], within_s: float, otherwise: str) -> M:
        try:
            async with asyncio.timeout(within_s), self._came:
                while (value := found()) is None:
                    await self._came.wait()
                return value
        except TimeoutError:
            raise UnexpectedError(otherwise) from None


def new_id() -> str:
    return str(uuid.uuid4())


@asynccontextmanager
async def a_browser() -> AsyncGenerator[aiohttp.ClientSession]:
    """A browser profile: one cookie jar."""
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of a bare address, as in tests
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield http


async def open_link(http: aiohttp.ClientSession, link: str) -> Seat:
    """Open a personal link as a browser does: follow the redirect, load the page."""
    async with http.get(link) as answer:
        if answer.status != 200:
            raise UnexpectedError(f"{answer.status} for the link")
        return Seat(http, str(answer.url), str(answer.url.origin()))


async def connect(seat: Seat, *, client: str | None = None, origin: str | None = None) -> Tab:
    """A connection that has not said hello yet."""
    ws = await seat.http.ws_connect(seat.socket, headers={"Origin": origin or seat.origin}, max_msg_size=0)
    tab = Tab(seat, ws, client or new_id())
    tab.start()
    return tab


@asynccontextmanager
async def a_tab(
    link: str, *, client: str | None = None, in_call: bool = False, http: aiohttp.ClientSession | None = None
) -> AsyncGenerator[Tab]:
    """A tab that has opened a link and said hello."""
    async with a_browser() as own:
        tab = await connect(await open_link(http or own, link), client=client)
        try:
            await tab.hello(in_call=in_call)
            yield tab
        finally:
            await tab.stop()


@asynccontextmanager
async def both_in_call(mentor_link: str, mentee_link: str) -> AsyncGenerator[tuple[Tab, Tab]]:
    """The mentor's tab and the mentee's, both in the call and told so."""
    async with a_tab(mentor_link) as mentor, a_tab(mentee_link) as mentee:
        await mentor.join()
        await mentee.join()
        await mentor.expect(p.PeerChanged, lambda told: told.peer.presence == "call")
        await mentee.expect(p.PeerChanged, lambda told: told.peer.presence == "call")
        for tab in (mentor, mentee):
            await tab.settle()
            tab.inbox.clear()
        yield mentor, mentee
