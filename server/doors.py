"""Connections before they are requests: a deadline for the first headers, and how many an address may hold.

aiohttp 3.14 waits for the first request's headers for ever (`keepalive_timeout` guards only the next
ones). Not here: anything about a request (`guard`).
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from aiohttp import web
from aiohttp.http import HttpProcessingError

from server.addresses import bucket, is_trusted, parse
from server.config_kinds import Network

HEADERS_WITHIN_S: Final = 10.0
KEEPALIVE_S: Final = 30.0
"""For the next request of a connection, its headers included."""
BACKLOG: Final = 1024
"""Connections the kernel holds until we accept them; after a restart everybody comes at once."""
END_OF_HEADERS: Final = b"\r\n\r\n"

log = logging.getLogger(__name__)
"""For aiohttp as well, which would call what is no HTTP an error, with its sender's address and words."""
log.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError)))


class Census:
    """How many connections each address holds now."""

    def __init__(self, limit: int, proxies: tuple[Network, ...]) -> None:
        self._limit = limit
        self._proxies = proxies
        self._held: Counter[str] = Counter()

    def key(self, peer: str) -> str | None:
        """What a peer's connections are counted under; None for our proxies, who speak for many."""
        address = parse(peer)
        return None if is_trusted(address, self._proxies) else bucket(address)

    def enter(self, key: str) -> bool:
        """Count one more; false, and not counted, when that is too many."""
        if self._held[key] >= self._limit:
            return False
        self._held[key] += 1
        return True

    def leave(self, key: str) -> None:
        self._held[key] -= 1
        if not self._held[key]:
            del self._held[key]

    @contextmanager
    def one(self, key: str) -> Iterator[bool]:
        """Count one connection that came through a proxy for as long as the block runs."""
        entered = self.enter(key)
        try:
            yield entered
        finally:
            if entered:
                self.leave(key)


class Door(asyncio.Protocol):
    """Stands before aiohttp's protocol for one connection and passes everything on."""

    __slots__ = ("_census", "_deadline", "_inner", "_key", "_server", "_tail")

    def __init__(self, server: web.Server, census: Census) -> None:
        self._server = server
        self._census = census
        self._inner: asyncio.Protocol | None = None
        self._key: str | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        key = self._census.key(peer[0] if isinstance(peer, tuple) else "")
        if key is not None and not self._census.enter(key):
            transport.abort()
            return
        self._key = key
        self._deadline = asyncio.get_running_loop().call_later(HEADERS_WITHIN_S, transport.abort)
        self._inner = self._server()
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._deadline is not None:
            self._look_for_headers(data)
        if self._inner is not None:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received() if self._inner is not None else None

    def pause_writing(self) -> None:
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._inner is not None:
            self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._key is not None:
            self._census.leave(self._key)
        if self._inner is not None:
            self._inner.connection_lost(exc)
        self._inner = None

    def _look_for_headers(self, data: bytes) -> None:
        """The end may arrive in pieces; its last three bytes are enough to remember."""
        if END_OF_HEADERS in self._tail + data and self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._tail = (self._tail + data)[1 - len(END_OF_HEADERS) :]


class GuardedSite(web.SockSite):
    """Serves a listening socket; every connection comes in through a `Door`."""

    __slots__ = ("_census", "_listener")

    def __init__(self, runner: web.BaseRunner, listener: socket.socket, census: Census) -> None:
        super().__init__(runner, listener, backlog=BACKLOG)
        self._listener = listener
        self._census = census

    async def start(self) -> None:
        await web.BaseSite.start(self)
        server, census = self._runner.server, self._census
        if server is None:
            raise RuntimeError("the runner is not set up")
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Door(server, census), sock=self._listener, backlog=BACKLOG
        )
