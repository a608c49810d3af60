"""One session for its coordinator: who may come in, and links replaced or withdrawn.

Not here: all of them (`coordinator`). Nothing that was said or written there is reached.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from aiohttp import web

from server import keys
from server.booking import replace_link
from server.call_health import health
from server.db.records import SessionView
from server.mail.times import span
from server.pages.coordinator_view import ROLES, numbers, page, room
from server.pages.once import used_once
from server.pages.signin import signed_in
from server.seats import is_role
from server.zones import zone_or_utc

routes = web.RouteTableDef()

REPLACED = {
    True: "Both are told by mail, and this link is on its way.",
    False: "No mail server is set, so the mails stay on this machine: pass this link on yourself.",
}
"""By whether mail goes out."""


@routes.get("/coordinator/sessions/{session}")
async def show_session(request: web.Request) -> web.Response:
    person = await signed_in(request)
    session = await _session(request)
    seats = [
        {
            "role": role,
            "name": session.person(role).name,
            "email": session.person(role).email,
            "link": session.seat(role).link,
            "form_id": secrets.token_hex(16),
        }
        for role in ROLES
    ]
    calls = await request.app[keys.STORE].calls.minutes([session.id])
    shown = room(request, session, zone_or_utc(person.zone), {}) | numbers(health(calls[session.id]))
    when = span(session.starts, session.starts + timedelta(minutes=session.minutes), person.zone)
    running, dead = session.ended is None, request.app[keys.CLOCK]() >= session.closes
    return page(request, person, "session", room=shown, when=when, seats=seats, open=running, dead=dead)


@routes.post("/coordinator/sessions/{session}/links/{role}")
async def change_link(request: web.Request) -> web.StreamResponse:
    """Replace or revoke one personal link; both participants are told, the old seat is closed at once."""
    person, posted = await signed_in(request), await request.post()
    session, role = await _session(request), request.match_info["role"]
    if not is_role(role) or posted.get("do") not in ("replace", "revoke"):
        raise web.HTTPNotFound
    with used_once(request, str(posted.get("form_id", ""))[:64]):
        url = await replace_link(
            request.app[keys.STORE],
            request.app[keys.CONFIG],
            session,
            role,
            revoke=posted["do"] == "revoke",
            who=f"coordinator:{person.id}",
        )
    await request.app[keys.ROOMS].link_changed(session.id, role)
    if url is None:
        raise web.HTTPSeeOther(f"/coordinator/sessions/{session.id}")
    name = session.person(role).name
    return page(
        request,
        person,
        "links",
        session=session.id,
        links=[{"role": role, "name": name, "url": url}],
        heading=f"A new link for {name}",
        lead=f"The old one opens nothing any more. {REPLACED[request.app[keys.CONFIG].sends_mail]}",
    )


async def _session(request: web.Request) -> SessionView:
    session = await request.app[keys.STORE].sessions.load(request.match_info["session"])
    if session is None:
        raise web.HTTPNotFound
    return session
