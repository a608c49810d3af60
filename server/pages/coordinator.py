"""The coordinator's pages: today's rooms, opening a session, its links.

They show who is in a room, since when, and how the call does in numbers; they reach nothing that was said or
written there.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import tzinfo

from aiohttp import web

from server import keys
from server.booking import open_session, replace_link
from server.call_health import Health, health
from server.db.records import Person, SessionView
from server.pages import booking_form
from server.pages.call_numbers import call_line, loss_line, rung_rows
from server.pages.signin import signed_in
from server.seats import is_role
from server.zones import zone_or_utc
from signalling.protocol import Presence, Readiness, Role

routes = web.RouteTableDef()

ROLES: tuple[Role, Role] = ("mentor", "mentee")
HOURS_AROUND = 36
REMEMBERED_FORMS = 1000
USED_FORMS: web.AppKey[OrderedDict[str, None]] = web.AppKey("used forms")
"""Forms already acted on: a page that is loaded again must not open a second session."""
READINESS_WORDS: dict[Readiness, str] = {
    "good": "line good",
    "weak": "line weak",
    "not_ready": "not ready",
    "not_checked": "not checked",
}
OPENED = {
    True: "Both links are on their way by mail.",
    False: "No mail server is set, so the mails with both links stay on this machine.",
}
REPLACED = {
    True: "Both are told by mail, and this link is on its way.",
    False: "No mail server is set, so the mails stay on this machine: pass this link on yourself.",
}
"""By whether mail goes out."""
PRESENCE_WORDS: dict[Presence, str] = {"away": "not here", "lobby": "in the lobby", "call": "in the call"}


@routes.get("/coordinator")
async def today(request: web.Request) -> web.Response:
    person = await signed_in(request)
    store, now = request.app[keys.STORE], request.app[keys.CLOCK]()
    sessions = await store.sessions.around(now, HOURS_AROUND)
    calls = await store.calls.minutes([each.id for each in sessions])
    words = await store.readiness.of([each.person(role).id for each in sessions for role in ROLES])
    rooms = [
        _room(request, each, zone_or_utc(person.zone), words) | _numbers(health(calls[each.id]))
        for each in sessions
    ]
    return _page(request, person, "today", rooms=rooms, zone=_zone_words(person), told="")


@routes.get("/coordinator/open")
async def show_form(request: web.Request) -> web.Response:
    person = await signed_in(request)
    form = booking_form.blank(request.app[keys.CLOCK](), person.zone)
    form_id, unknown = secrets.token_hex(16), person.zone == "UTC"
    return _page(request, person, "open", form=form, problems={}, form_id=form_id, guess_zone=unknown)


@routes.post("/coordinator/sessions")
async def open_(request: web.Request) -> web.Response:
    person, posted = await signed_in(request), await request.post()
    answer = booking_form.read(posted, request.app[keys.CLOCK]())
    form_id = str(posted.get("form_id", ""))[:64]
    if answer.booking is None:
        form, problems = answer.form, answer.problems
        return _page(
            request, person, "open", 400, form=form, problems=problems, form_id=form_id, guess_zone=False
        )
    store, config = request.app[keys.STORE], request.app[keys.CONFIG]
    with _used_once(request, form_id):
        if zone := answer.form["zone"]:
            await store.people.set_zone(person.id, zone)
        opened = await open_session(store, config, answer.booking, opened_by=person.id, invite=True)
    pair = {"mentor": answer.booking.mentor.name, "mentee": answer.booking.mentee.name}
    links = [{"role": role, "name": pair[role], "url": opened.links[role]} for role in ROLES]
    return _page(
        request,
        person,
        "links",
        links=links,
        heading="The session is open",
        lead=f"{OPENED[config.sends_mail]} Here they are in case you want to pass one on yourself.",
    )


@routes.get("/coordinator/sessions/{session}")
async def show_session(request: web.Request) -> web.Response:
    person = await signed_in(request)
    session = await _session(request)
    seats = [
        {
            "role": role,
            "name": session.person(role).name,
            "link": session.seat(role).link,
            "form_id": secrets.token_hex(16),
        }
        for role in ROLES
    ]
    room = _room(request, session, zone_or_utc(person.zone), {})
    calls = await request.app[keys.STORE].calls.minutes([session.id])
    room |= _numbers(health(calls[session.id]))
    running, dead = session.ended is None, request.app[keys.CLOCK]() >= session.closes
    return _page(request, person, "session", room=room, seats=seats, open=running, dead=dead)


@routes.post("/coordinator/sessions/{session}/links/{role}")
async def change_link(request: web.Request) -> web.StreamResponse:
    """Replace or revoke one personal link; both participants are told, the old seat is closed at once."""
    person, posted = await signed_in(request), await request.post()
    session, role = await _session(request), request.match_info["role"]
    if not is_role(role) or posted.get("do") not in ("replace", "revoke"):
        raise web.HTTPNotFound
    with _used_once(request, str(posted.get("form_id", ""))[:64]):
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
    return _page(
        request,
        person,
        "links",
        links=[{"role": role, "name": name, "url": url}],
        heading=f"A new link for {name}",
        lead=f"The old one opens nothing any more. {REPLACED[request.app[keys.CONFIG].sends_mail]}",
    )


@contextmanager
def _used_once(request: web.Request, form_id: str) -> Iterator[None]:
    """Act on a form; when that fails, it may be sent again.

    Raises a redirect to today's rooms when this form has been acted on before.
    """
    used = request.app[USED_FORMS]
    if form_id in used:
        raise web.HTTPSeeOther("/coordinator")
    used[form_id] = None
    if len(used) > REMEMBERED_FORMS:
        used.popitem(last=False)
    try:
        yield
    except BaseException:
        used.pop(form_id, None)
        raise


async def _session(request: web.Request) -> SessionView:
    session = await request.app[keys.STORE].sessions.load(request.match_info["session"])
    if session is None:
        raise web.HTTPNotFound
    return session


def _room(
    request: web.Request, session: SessionView, zone: tzinfo, words: Mapping[str, Readiness]
) -> dict[str, object]:
    presences = request.app[keys.ROOMS].presences(session.id)
    people = [
        {
            "role": role,
            "name": session.person(role).name,
            "presence": presences[role],
            "words": PRESENCE_WORDS[presences[role]],
            "readiness": READINESS_WORDS[words.get(session.person(role).id, "not_checked")],
        }
        for role in ROLES
    ]
    state, badge = _state(session, presences)
    starts = session.starts.astimezone(zone)
    return {
        "id": session.id,
        "starts": starts.strftime("%a %-d %b, %H:%M"),
        "starts_iso": starts.isoformat(timespec="minutes"),
        "minutes": session.minutes,
        "people": people,
        "state": state,
        "badge": badge,
        "over": session.ended is not None,
    }


def _numbers(call: Health) -> dict[str, object]:
    return {"call": call_line(call), "lost": loss_line(call), "rungs": rung_rows(call)}


def _state(session: SessionView, presences: dict[Role, Presence]) -> tuple[str, str]:
    """The room in a word or two, and how its badge is coloured."""
    if session.ended:
        return ("held", "good") if session.met else ("ended", "")
    if session.phone == "active":
        return "by telephone", "lit"
    if all(presence == "call" for presence in presences.values()):
        return "in the call", "lit"
    return ("waiting", "lit") if "call" in presences.values() else ("open", "")


def _zone_words(person: Person) -> str:
    return person.zone.replace("_", " ")


def _page(
    request: web.Request, person: Person, name: str, status: int = 200, **context: object
) -> web.Response:
    return request.app[keys.RENDERER].page(
        f"coordinator/{name}.html", status=status, coordinator=person, here=request.path, **context
    )
