"""The call page: lobby, call and end are one page, and this is its shell.

It says nothing of a person; names and numbers come over the socket. Not here: `webclient`.
"""

from __future__ import annotations

from aiohttp import web

from server import keys
from server.seats import COOKIE

routes = web.RouteTableDef()


@routes.get("/session/{session}/{role}")
async def call(request: web.Request) -> web.Response:
    """The shell, for the browser that has the seat's cookie; for all others the same 404."""
    path, cookie = request.match_info, request.cookies.get(COOKIE, "")
    if await request.app[keys.ADMISSION].by_cookie(path["session"], path["role"], cookie) is None:
        raise web.HTTPNotFound
    practise = request.path + "/practise" if request.app[keys.REHEARSALS].offered else ""
    boot = boot_of(request) | {"practise": practise}
    return request.app[keys.RENDERER].page("call.html", boot=boot)


def boot_of(request: web.Request) -> dict[str, object]:
    """What every call page needs to connect."""
    return {
        "ticker": request.app[keys.CLIENT].asset("ticker.js").url,
        "copies": request.app[keys.CLIENT].asset("copies.js").url,
        "relayOnly": request.app[keys.CONFIG].relay_only,
        "summaryDelayS": request.app[keys.CONFIG].summary_delay_s,
    }
