"""The connection check over HTTP: its page, its ticket, its offer, bytes to measure with, and the verdict.

Not here: who may have a check (`server.checks`), media (`server.media`), what figures mean
(`signalling.verdict`). From a seat the word is kept for the person; from the open link nothing is stored.
"""

from __future__ import annotations

import asyncio
import random
from functools import wraps
from typing import Final

import msgspec
from aiohttp import web

from server import keys
from server.checks import CheckRefusedError, Owner, Ticket
from server.db.records import Person, SessionView
from server.errors import InvalidError
from server.guard import Handler, address_of
from server.idempotency import once
from server.media.wire import MAX_SDP_BYTES
from server.seats import COOKIE, is_role, seat_path
from signalling import protocol as p
from signalling.line_record import decode_figures
from signalling.room import PEER_OF
from signalling.verdict import judge

routes = web.RouteTableDef()

BLOCK: Final = random.Random(0).randbytes(1024 * 1024)
"""What is sent to measure with: nothing a proxy could compress."""
LEAST_BYTES: Final = 1024
"""What a small request counts for: its headers, and our trouble."""
NO_STORE: Final = {"Cache-Control": "no-store"}


class Begun(msgspec.Struct, rename="camel"):
    """What a page needs for one check."""

    ticket: str
    ice_servers: list[p.IceServer]


class Refused(msgspec.Struct, rename="camel"):
    """As on the socket, and when it is worth another try."""

    error: str
    sentence: str
    retry_s: int


def refusals_as_json(handler: Handler) -> Handler:
    """For what scripts ask for: they need the id and the time of a refusal, not a page."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except InvalidError as error:
            return _refused(error)

    return answer


@routes.get("/check")
async def open_page(request: web.Request) -> web.Response:
    """For anybody, without an account; nothing is stored."""
    return _page(request, begin="/check", back="", peer="", readiness="")


@routes.get("/session/{session}/{role}/check")
async def seat_page(request: web.Request) -> web.Response:
    """For the browser that has the seat's cookie; for all others the same 404 as the seat's page."""
    session, _ = await _seat(request)
    role = request.match_info["role"]
    assert is_role(role)  # noqa: S101 - a seat was found
    peer = session.person(PEER_OF[role])
    words = await request.app[keys.STORE].readiness.of([peer.id])
    path = seat_path(session.id, role)
    return _page(request, begin=f"{path}/check", back=path, peer=peer.name, readiness=words[peer.id])


@routes.post("/check/begin")
@once
@refusals_as_json
async def begin_open(request: web.Request) -> web.Response:
    return _begin(request, None)


@routes.post("/session/{session}/{role}/check/begin")
@once
@refusals_as_json
async def begin_seat(request: web.Request) -> web.Response:
    session, person = await _seat(request)
    return _begin(request, Owner(person.id, session.id))


@routes.post("/check/offer")
@once
@refusals_as_json
async def offer(request: web.Request) -> web.Response:
    """The browser's offer; the answer comes from the media worker."""
    ticket, sdp = await _ticket(request), str((await request.post()).get("sdp", ""))
    if not 0 < len(sdp.encode()) <= MAX_SDP_BYTES:
        raise InvalidError("check.offer", "Your browser's connection was not understood. Try again.")
    return _json({"sdp": await request.app[keys.CHECKS].answer(ticket, sdp)})


@routes.post("/check/up")
@refusals_as_json
async def up(request: web.Request) -> web.Response:
    """Takes what was sent, to be timed by the browser; nothing is looked at."""
    ticket = await _ticket(request)
    _spend(ticket, len(await request.read()))
    return web.Response(status=204, headers=NO_STORE)


@routes.post("/check/down")
@refusals_as_json
async def down(request: web.Request) -> web.Response:
    """Bytes to be timed; the browser hangs up when it has seen enough."""
    ticket = await _ticket(request)
    _spend(ticket, len(BLOCK))
    return web.Response(body=BLOCK, content_type="application/octet-stream", headers=NO_STORE)


@routes.post("/check/result")
@once
@refusals_as_json
async def result(request: web.Request) -> web.Response:
    """What the browser measured; the verdict in return. The check is over."""
    ticket = await _ticket(request)
    try:
        figures = decode_figures(str((await request.post()).get("figures", "")))
    except (msgspec.DecodeError, UnicodeError):
        raise InvalidError("check.malformed", "These figures were not understood. Check once more.") from None
    request.app[keys.CHECKS].end(ticket.id)
    # Some 40 ms of computing, which nobody's message should wait for.
    verdict = await asyncio.to_thread(judge, figures)
    if ticket.owner:
        await request.app[keys.STORE].readiness.keep(ticket.owner.person, verdict.readiness)
        await request.app[keys.ROOMS].checked(ticket.owner.session)
    return _json(verdict)


@routes.post("/check/end")
async def end(request: web.Request) -> web.Response:
    """The page is being left."""
    request.app[keys.CHECKS].end(str((await request.post()).get("ticket", "")))
    return web.Response(status=204, headers=NO_STORE)


def _page(request: web.Request, begin: str, back: str, peer: str, readiness: str) -> web.Response:
    checks = request.app[keys.CHECKS]
    checks.expect()
    return request.app[keys.RENDERER].page(
        "check.html", offered=checks.offered, begin=begin, back=back, peer=peer, readiness=readiness
    )


async def _seat(request: web.Request) -> tuple[SessionView, Person]:
    """Raises 404."""
    path, cookie = request.match_info, request.cookies.get(COOKIE, "")
    role = path["role"]
    session = await request.app[keys.ADMISSION].by_cookie(path["session"], role, cookie)
    if session is None or not is_role(role):
        raise web.HTTPNotFound
    return session, session.person(role)


def _begin(request: web.Request, owner: Owner | None) -> web.Response:
    checks = request.app[keys.CHECKS]
    ticket = checks.begin(address_of(request), owner)
    return _json(Begun(ticket.id, checks.ice_servers(ticket)))


async def _ticket(request: web.Request) -> Ticket:
    """Raises `InvalidError` for a ticket that is not, or no longer, a check's."""
    ticket = request.app[keys.CHECKS].find(str((await request.post()).get("ticket", "")))
    if ticket is None:
        raise InvalidError("check.over", "This check is over. Start a new one.")
    return ticket


def _spend(ticket: Ticket, count: int) -> None:
    if not ticket.spend(max(count, LEAST_BYTES)):
        raise InvalidError("check.spent", "This check has measured enough. Start a new one.")


def _refused(error: InvalidError) -> web.Response:
    """409, or 429 with a time to come again; the sentence is for the person."""
    retry_s = error.retry_s if isinstance(error, CheckRefusedError) else 0
    answer = _json(Refused(error.error, error.sentence, retry_s), 429 if retry_s else 409)
    if retry_s:
        answer.headers["Retry-After"] = str(retry_s)
    return answer


def _json(value: object, status: int = 200) -> web.Response:
    body = msgspec.json.encode(value)
    return web.Response(body=body, status=status, content_type="application/json", headers=NO_STORE)
