"""A participant's WebSocket: who may open it, how fast it may talk, and reading it to its end.

Not here: writing (`connection`) and what is said (`rooms`). Frames are decoded once, here; one that is no
message is answered with an error, and costs its sender nothing but a place in the pace.
"""

from __future__ import annotations

import asyncio
import logging
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Final, cast

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from server import keys
from server.connection import Connection
from server.db.errors import UnavailableError
from server.db.records import SessionView
from server.guard import check_origin, counted
from server.seats import COOKIE
from signalling import protocol as p
from signalling.protocol import Role

log = logging.getLogger(__name__)
routes = web.RouteTableDef()

HEARTBEAT_S: Final = 12.0
"""A ping after so long a silence, and half of it for the pong: a dead connection is noticed within 18 s."""


KERNEL_BUFFER_BYTES: Final = 128 * 1024
"""Left alone, Linux keeps up to 4 MiB for each browser that does not read."""


class Pace:
    """A bucket of `BURST` frames that fills again with `SUSTAINED_PER_S` a second."""

    def __init__(self, now_s: float) -> None:
        self._left = float(p.BURST)
        self._at_s = now_s

    def allows(self, now_s: float) -> bool:
        """Take one frame out; false when there is none."""
        self._left = min(p.BURST, self._left + (now_s - self._at_s) * p.SUSTAINED_PER_S)
        self._at_s = now_s
        self._left -= 1
        return self._left >= 0


@routes.get("/session/{session}/{role}/socket")
async def socket(request: web.Request) -> web.WebSocketResponse:
    """GET with Upgrade. Every end after the upgrade has a close code, so that a browser knows what to do."""
    check_origin(request)
    response = web.WebSocketResponse(
        heartbeat=HEARTBEAT_S, max_msg_size=p.MAX_FRAME_BYTES, compress=False, timeout=1.0
    )
    if not response.can_prepare(request):
        raise web.HTTPBadRequest
    with counted(request) as may_stay:
        await response.prepare(request)
        await _serve(request, response, may_stay)
    return response


async def _serve(request: web.Request, response: web.WebSocketResponse, may_stay: bool) -> None:
    """Run the connection's writer beside its reader until both are done."""
    transport = cast("asyncio.Transport", request.transport)
    if tcp := transport.get_extra_info("socket"):
        tcp.setsockopt(SOL_SOCKET, SO_SNDBUF, KERNEL_BUFFER_BYTES)
    connection = Connection(request.app[keys.ROOMS].new_id(), response, transport)
    writer = asyncio.create_task(connection.write())
    try:
        if may_stay:
            await _converse(request, response, connection)
        else:
            connection.close(p.CLOSE_LATER, "too many connections from this address")
    except Exception:
        log.exception("a connection failed")
        connection.close(WSCloseCode.INTERNAL_ERROR, "something went wrong on our side")
    finally:
        if not connection.closing:
            writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)


async def _converse(request: web.Request, response: web.WebSocketResponse, connection: Connection) -> None:
    rooms, pace = request.app[keys.ROOMS], Pace(asyncio.get_running_loop().time())
    hello = await _hello(response, connection)
    session = await _admitted(request, connection) if hello else None
    if hello is None or session is None:
        return
    role = cast("Role", request.match_info["role"])
    rooms.connect(connection, session, role, hello)
    code = None
    try:
        while (message := await response.receive()).type in (WSMsgType.TEXT, WSMsgType.BINARY):
            if not pace.allows(asyncio.get_running_loop().time()):
                connection.close(p.CLOSE_TOO_FAST, "too fast")
                break
            _take(request, session.id, connection, message)
        code = message.data if message.type is WSMsgType.CLOSE else None
    finally:
        rooms.disconnect(session.id, connection, code)


async def _hello(response: web.WebSocketResponse, connection: Connection) -> p.Hello | None:
    """The first message, or None and a close code."""
    try:
        async with asyncio.timeout(p.HELLO_WITHIN_MS / 1000):
            first = await response.receive()
    except TimeoutError:
        connection.close(p.CLOSE_HELLO, "no hello")
        return None
    try:
        message = p.decode(first.data) if first.type is WSMsgType.TEXT else None
    except p.ProtocolError as error:
        connection.send(p.Refused(error=error.error, sentence=error.sentence))
        message = None
    if not isinstance(message, p.Hello):
        connection.close(p.CLOSE_HELLO, "say hello first")
        return None
    return message


async def _admitted(request: web.Request, connection: Connection) -> SessionView | None:
    """The session whose seat the cookie opens, or None and a close code."""
    path = request.match_info
    try:
        session = await request.app[keys.ADMISSION].by_cookie(
            path["session"], path["role"], request.cookies.get(COOKIE, "")
        )
    except UnavailableError:
        connection.close(p.CLOSE_LATER, "try again later")
        return None
    if session is None:
        connection.close(p.CLOSE_SHUT_OUT, "open your personal link again")
    return session


def _take(request: web.Request, session_id: str, connection: Connection, message: WSMessage) -> None:
    rooms = request.app[keys.ROOMS]
    if message.type is WSMsgType.BINARY:
        rooms.take_note(session_id, connection, message.data)
        return
    try:
        rooms.receive(session_id, connection, p.decode(message.data))
    except p.ProtocolError as error:
        connection.send(p.Refused(error=error.error, sentence=error.sentence))
