"""The partner's place in a room of this process: the worker's words go in, the room's go to the worker.

Not here: the worker (`server.media`), when a partner is called (`rehearsals`). The room sees a connection
like any other; instead of a WebSocket it ends in the pipe to the worker. What the worker says is decoded as
a browser's words are.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from server.connection import Connection
from server.db.records import SessionView
from server.media.stage import Part, Stage
from server.media.wire import MAX_FRAME_BYTES, Play
from server.rooms import Rooms
from signalling import protocol as p
from signalling.protocol import Role

ROLE: Final[Role] = "mentee"
"""The mentee's side leaves the first offer to the other: aiortc only answers."""
HELLO_WITHIN_S: Final = 5.0
"""What a worker that is ready needs is a thousandth of it."""
MOST_BYTES: Final = MAX_FRAME_BYTES // 2
"""A frame to the worker is a string in a frame of ours, and may grow by escapes; in bytes."""

log = logging.getLogger(__name__)


class Seat:
    """One partner's stay. `left` is set when it is over."""

    def __init__(self, rooms: Rooms, stage: Stage, session: SessionView) -> None:
        self._rooms, self._stage, self._session = rooms, stage, session
        self._connection = Connection(rooms.new_id(), Pipe(self), self)
        self._connected = False
        self.left = asyncio.Event()
        """Also set when the partner does not come."""

    async def hold(self, play: Play) -> None:
        """Until the partner is gone, or this is cancelled."""
        writing = asyncio.create_task(self._connection.write())
        self._stage.play(play, Part(self._said, self.left.set))
        late = asyncio.get_running_loop().call_later(HELLO_WITHIN_S, self._unless_connected)
        try:
            await self.left.wait()
        finally:
            late.cancel()
            self._stage.dismiss(play.rehearsal)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            if self._connected:
                self._rooms.disconnect(self._session.id, self._connection, None)

    def send(self, frame: str) -> None:
        """To the worker. What is too long for it is a welcome with goals, which a partner does not read."""
        if len(frame.encode()) <= MOST_BYTES:
            self._stage.tell(self._session.id, frame)

    def abort(self) -> None:
        """The room wants no more of it; also when the worker does not read."""
        self.left.set()

    def _unless_connected(self) -> None:
        if not self._connected:
            self.left.set()

    def _said(self, frame: str) -> None:
        try:
            message = p.decode(frame)
        except p.ProtocolError as error:
            log.warning("rehearsal %s: the partner was not understood (%s)", self._session.id, error.error)
            self.abort()
            return
        try:
            self._take(message)
        except Exception:
            # Of a room, not of the worker that everybody else's partners are in.
            log.exception("rehearsal %s: a room failed", self._session.id)
            self.abort()

    def _take(self, message: p.ClientMessage) -> None:
        if self._connected:
            self._rooms.receive(self._session.id, self._connection, message)
        elif isinstance(message, p.Hello):
            self._connected = True
            self._rooms.connect(self._connection, self._session, ROLE, message)


class Pipe:
    """What a `Connection` writes to."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat

    async def send_str(self, data: str) -> None:
        self._seat.send(data)

    async def send_bytes(self, data: bytes) -> None:
        """Notes: the partner does not read them."""

    async def close(self, *, code: int, message: bytes) -> bool:
        self._seat.abort()
        return True
