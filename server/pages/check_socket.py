"""A WebSocket for checks to time: a network that stops WebSockets lets nobody into a room.

The first text is the check's ticket; it and every short text after it come back as they are. Not here: HTTP
(`check`).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, web

from server import keys
from server.guard import check_origin, counted

routes = web.RouteTableDef()

MAX_TEXT_BYTES: Final = 128
MOST_TEXTS: Final = 10
LIFE_S: Final = 10.0


@routes.get("/check/socket")
async def socket(request: web.Request) -> web.WebSocketResponse:
    """GET with Upgrade. Closed with 1008: after enough texts, for no such check, or too late."""
    check_origin(request)
    response = web.WebSocketResponse(max_msg_size=MAX_TEXT_BYTES, compress=False, timeout=1.0)
    if not response.can_prepare(request):
        raise web.HTTPBadRequest
    with counted(request) as may_stay:
        await response.prepare(request)
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(LIFE_S if may_stay else 0):
                await _echo(request, response)
        await response.close(code=WSCloseCode.POLICY_VIOLATION)
    return response


async def _echo(request: web.Request, response: web.WebSocketResponse) -> None:
    for turn in range(MOST_TEXTS):
        message = await response.receive()
        if message.type is not WSMsgType.TEXT:
            return
        if turn == 0 and request.app[keys.CHECKS].find(message.data) is None:
            return
        await response.send_str(message.data)
