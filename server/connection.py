"""The writing side of one WebSocket: a bounded queue and the task that empties it.

Not here: reading (`socket`) and what is said (`rooms`). Whoever sends never waits: a browser that reads
more slowly than its room talks is cut off, and gets everything anew when it connects again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol

from aiohttp import WSCloseCode

from signalling.effects import ConnectionId
from signalling.protocol import ServerMessage, Welcome, encode

MAX_QUEUED_BYTES: Final = 256 * 1024
CLOSE_WITHIN_S: Final = 3.0
"""For what is queued and the browser's answer to our close frame."""
SEQ_BYTES: Final = 8


class Frame(NamedTuple):
    """`weight` is how much it counts against the bound, bytes."""

    payload: str | bytes
    weight: int


class Outlet(Protocol):
    """Where frames go: a WebSocket, or whatever else somebody is reached by."""

    async def send_str(self, data: str) -> None: ...

    async def send_bytes(self, data: bytes) -> None: ...

    async def close(self, *, code: int, message: bytes) -> bool: ...


class Breakable(Protocol):
    """What is under it, to be cut off without a word."""

    def abort(self) -> None: ...


class Connection:
    """What is sent before `greet` goes out after the welcome."""

    def __init__(self, connection_id: ConnectionId, response: Outlet, transport: Breakable) -> None:
        self.id = connection_id
        self.generation = 0
        """Of the seat's link, when this connection was let in by it."""
        self.refresh_at_s: float | None = None
        """When fresh TURN credentials are due, on the loop's clock."""
        self._response = response
        self._transport = transport
        self._queue: deque[Frame] = deque()
        self._held: list[Frame] | None = []
        self._queued_bytes = 0
        self._wake = asyncio.Event()
        self._goodbye: tuple[int, str] | None = None

    @property
    def closing(self) -> bool:
        """We have ended it, or are about to."""
        return self._goodbye is not None

    def send(self, message: ServerMessage) -> None:
        """Queue a message, or cut the connection when too much is queued already."""
        text = encode(message)
        self._put(Frame(text, len(text)))

    def send_note(self, seq: int, update: bytes, *, whole: bool = False) -> None:
        """Queue a note update; before the greeting, which contains it, there is no need to.

        A `whole` document may exceed the bound on its own and is not counted.
        """
        if self._held is None:
            self._put(Frame(seq.to_bytes(SEQ_BYTES) + update, 0 if whole else len(update)))

    def greet(self, welcome: Welcome, notes: Iterable[tuple[int, bytes]]) -> None:
        """Send the welcome, the notes, then what has been held back; nothing once it is closing."""
        if self.closing:
            return  # what was held back is on its way before the goodbye
        held, self._held = self._held or [], None
        self._put(Frame(encode(welcome), 0))
        for seq, update in notes:
            self.send_note(seq, update, whole=True)
        self._queue.extend(held)

    def close(self, code: int, reason: str) -> None:
        """Close when everything queued has gone out, or when that takes too long."""
        if self._goodbye is None:
            self._queue.extend(self._held or ())
            self._goodbye = code, reason
            self._wake.set()
            asyncio.get_running_loop().call_later(CLOSE_WITHIN_S, self._transport.abort)

    def abort(self) -> None:
        """End it without a word."""
        self._goodbye = WSCloseCode.ABNORMAL_CLOSURE, ""
        self._queue.clear()
        self._transport.abort()

    async def write(self) -> None:
        """Empty the queue until the connection is closed by us; cancelled when it is by anybody else."""
        try:
            while not (self._goodbye and not self._queue):
                if not self._queue:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                frame = self._queue.popleft()
                await self._write(frame)
                self._queued_bytes -= frame.weight
            code, reason = self._goodbye
            await self._response.close(code=code, message=reason.encode())
        except ConnectionError:
            self._transport.abort()

    async def _write(self, frame: Frame) -> None:
        if isinstance(frame.payload, str):
            await self._response.send_str(frame.payload)
        else:
            await self._response.send_bytes(frame.payload)

    def _put(self, frame: Frame) -> None:
        if self._goodbye is not None:
            return
        (self._queue if self._held is None else self._held).append(frame)
        self._queued_bytes += frame.weight
        self._wake.set()
        if self._queued_bytes > MAX_QUEUED_BYTES:
            self.abort()
