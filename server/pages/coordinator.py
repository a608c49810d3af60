"""The coordinator's pages: today's rooms, and opening a session.

They show who is in a room, since when, and how the call does in numbers; they reach nothing that was said or
written there. Not here: other days
(`coordinator_lists`), one session and its links (`coordinator_session`).
"""

from __future__ import annotations

import secrets
from typing import Final

from aiohttp import web

from server import keys
from server.booking import open_session
from server.call_health import health
from server.pages import booking_form
from server.pages.coordinator_lists import by_day
from server.pages.coordinator_view import ROLES, numbers, page, room, zone_words
from server.pages.once import used_once
from server.pages.signin import signed_in
from server.zones import zone_or_utc

routes = web.RouteTableDef()

SOON: Final = 10
"""Of the sessions to come, those that today's page names."""
OPENED = {
    True: "Both links are on their way by mail.",
    False: "No mail server is set, so the mails with both links stay on this machine.",
}
"""By whether mail goes out."""


@routes.get("/coordinator")
async def today(request: web.Request) -> web.Response:
    person = await signed_in(request)
    store, zone = request.app[keys.STORE], zone_or_utc(person.zone)
    sessions = await store.calendar.around()
    calls = await store.calls.minutes([each.id for each in sessions])
    words = await store.readiness.of([each.person(role).id for each in sessions for role in ROLES])
    coming, earlier = await store.calendar.coming(1, SOON), await store.calendar.earlier(1, 1)
    return page(
        request,
        person,
        "today",
        rooms=[room(request, each, zone, words) | numbers(health(calls[each.id])) for each in sessions],
        days=by_day(coming.sessions, zone),
        coming=coming.total,
        more=coming.pages > 1,
        earlier=earlier.total,
        zone=zone_words(person),
    )


@routes.get("/coordinator/open")
async def show_form(request: web.Request) -> web.Response:
    person = await signed_in(request)
    form = booking_form.blank(request.app[keys.CLOCK](), person.zone)
    form_id, unknown = secrets.token_hex(16), person.zone == "UTC"
    return page(request, person, "open", form=form, problems={}, form_id=form_id, guess_zone=unknown)


@routes.post("/coordinator/sessions")
async def open_(request: web.Request) -> web.Response:
    person, posted = await signed_in(request), await request.post()
    answer = booking_form.read(posted, request.app[keys.CLOCK]())
    form_id = str(posted.get("form_id", ""))[:64]
    if answer.booking is None:
        form, problems = answer.form, answer.problems
        return page(
            request, person, "open", 400, form=form, problems=problems, form_id=form_id, guess_zone=False
        )
    store, config = request.app[keys.STORE], request.app[keys.CONFIG]
    with used_once(request, form_id):
        if zone := answer.form["zone"]:
            await store.people.set_zone(person.id, zone)
        opened = await open_session(store, config, answer.booking, opened_by=person.id, invite=True)
    pair = {"mentor": answer.booking.mentor.name, "mentee": answer.booking.mentee.name}
    links = [{"role": role, "name": pair[role], "url": opened.links[role]} for role in ROLES]
    return page(
        request,
        person,
        "links",
        session=opened.session,
        links=links,
        heading="The session is open",
        lead=f"{OPENED[config.sends_mail]} Here they are in case you want to pass one on yourself.",
    )
