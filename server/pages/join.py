"""The personal link: swapped for a cookie at once, so that its token stays out of the page's address.

Nothing is stored and nothing used up: mail scanners open links too. Not here: the room (`call`).
"""

from __future__ import annotations

from aiohttp import web

from server import keys
from server.guard import address_of
from server.seats import COOKIE, seat_path

routes = web.RouteTableDef()


@routes.get("/join/{token}")
async def join(request: web.Request) -> web.StreamResponse:
    """303 to the seat's page, or the same 404 for every link that opens nothing."""
    throttle, address, now = request.app[keys.JOINS], address_of(request), request.app[keys.CLOCK]()
    if not throttle.allows(address, now):
        raise web.HTTPTooManyRequests(headers={"Retry-After": "60"})
    throttle.count(address, now)
    found = await request.app[keys.ADMISSION].by_link(request.match_info["token"])
    if found is None:
        raise web.HTTPNotFound
    seat, cookie = found
    path = seat_path(seat.session_id, seat.role)
    answer = web.HTTPSeeOther(path, headers={"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE, cookie, path=path, httponly=True, samesite="Lax", secure=request.app[keys.CONFIG].secure
    )
    raise answer
