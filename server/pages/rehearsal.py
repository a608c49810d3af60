"""Practising alone over HTTP: the ways in, the call page with its line, and refusals in a sentence.

Not here: who may have a rehearsal (`server.rehearsal`), the socket (`server.socket`), the client.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from server import keys
from server.demo import MENTOR
from server.errors import InvalidError
from server.guard import address_of
from server.media.shaper import LINE_NAMES
from server.pages.call import boot_of
from server.pages.home import local_demonstration
from server.rehearsal.gate import RehearsalRefusedError
from server.rehearsal.passes import Pass
from server.rehearsal.rehearsals import LIFE, VISITOR
from server.seats import COOKIE, is_role, seat_path

PREFIX: Final = "/rehearsal"
routes = web.RouteTableDef()
"""The ways in."""
room_routes = web.RouteTableDef()
"""Of the application below `PREFIX`, whose rooms are in memory."""


@routes.get("/practise")
async def from_the_demonstration(request: web.Request) -> web.StreamResponse:
    """For whoever looks at the demonstration and has nobody to call."""
    local_demonstration(request)
    return _begin(request, MENTOR.name, "/")


@routes.get("/session/{session}/{role}/practise")
async def from_a_seat(request: web.Request) -> web.StreamResponse:
    """For the browser that has the seat's cookie; for all others the same 404 as the seat's page."""
    path, cookie = request.match_info, request.cookies.get(COOKIE, "")
    role = path["role"]
    session = await request.app[keys.ADMISSION].by_cookie(path["session"], role, cookie)
    if session is None or not is_role(role):
        raise web.HTTPNotFound
    return _begin(request, session.person(role).name, seat_path(session.id, role))


@room_routes.get("/session/{session}/{role}")
async def call(request: web.Request) -> web.Response:
    """The call page; for whoever has no pass, or one past its time, a sentence."""
    granted = _pass(request)
    if granted is None:
        raise web.HTTPNotFound
    again = "/practise" if granted.back == "/" else granted.back + "/practise"
    line = request.app[keys.REHEARSALS].line(granted.rehearsal)
    rehearsal = {"lines": LINE_NAMES, "line": line, "again": again, "back": granted.back}
    return request.app[keys.RENDERER].page("call.html", boot=boot_of(request) | {"rehearsal": rehearsal})


@room_routes.post("/session/{session}/{role}/line")
async def set_line(request: web.Request) -> web.Response:
    """Make the partner's line another: 204, or 409 with a sentence."""
    granted, name = _pass(request), str((await request.post()).get("line", ""))
    if granted is None:
        raise web.HTTPNotFound
    line = next((each for each in LINE_NAMES if each == name), None)
    if line is None:
        raise InvalidError("line.unknown", f"Choose one of these lines: {', '.join(LINE_NAMES)}.")
    request.app[keys.REHEARSALS].set_line(granted.rehearsal, line)
    return web.Response(status=204, headers={"Cache-Control": "no-store"})


def _begin(request: web.Request, name: str, back: str) -> web.StreamResponse:
    """303 to the rehearsal's page with its pass, or a page that says when to try again.

    Nothing is stored: a mail scanner that follows the link costs a sealed cookie.
    """
    rehearsals = request.app[keys.REHEARSALS]
    try:
        rehearsal, text = rehearsals.admit(address_of(request), name, back)
    except RehearsalRefusedError as error:
        return _refused(request, error, back)
    path = PREFIX + seat_path(rehearsal, VISITOR)
    answer = web.HTTPSeeOther(path, headers={"Cache-Control": "no-store"})
    age_s, secure = int(LIFE.total_seconds()), request.app[keys.CONFIG].secure
    answer.set_cookie(COOKIE, text, path=path, max_age=age_s, httponly=True, samesite="Lax", secure=secure)
    raise answer


def _pass(request: web.Request) -> Pass | None:
    path = request.match_info
    if path["role"] != VISITOR:
        return None
    return request.app[keys.REHEARSALS].read(path["session"], request.cookies.get(COOKIE, ""))


def _refused(request: web.Request, error: RehearsalRefusedError, back: str) -> web.Response:
    status = 429 if error.retry_s else 409
    page = request.app[keys.RENDERER].page(
        "practise_later.html", status=status, sentence=error.sentence, again=request.path, back=back
    )
    if error.retry_s:
        page.headers["Retry-After"] = str(error.retry_s)
    return page
