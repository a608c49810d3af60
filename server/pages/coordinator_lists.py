"""Sessions that are not around today, by day: those to come and those before.

Not here: today's rooms (`coordinator`), one session (`coordinator_session`), and which sessions belong where
(`server.db.calendar`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from itertools import groupby
from typing import Final

from aiohttp import web

from server import keys
from server.db.calendar import Listing
from server.db.records import Person, SessionView
from server.pages.coordinator_view import ROLES, over_words, page, zone_words
from server.pages.signin import signed_in
from server.zones import zone_or_utc

routes = web.RouteTableDef()

PER_PAGE: Final = 50


@routes.get("/coordinator/coming")
async def coming(request: web.Request) -> web.Response:
    person = await signed_in(request)
    found = await request.app[keys.STORE].calendar.coming(_number(request), PER_PAGE)
    return _list(request, person, "coming", found)


@routes.get("/coordinator/earlier")
async def earlier(request: web.Request) -> web.Response:
    person = await signed_in(request)
    found = await request.app[keys.STORE].calendar.earlier(_number(request), PER_PAGE)
    return _list(request, person, "earlier", found)


def by_day(sessions: Iterable[SessionView], zone: tzinfo) -> list[dict[str, object]]:
    """For `coordinator/days.html`: each day with its sessions, in the order they come."""
    local = ((each.starts.astimezone(zone), each) for each in sessions)
    return [
        {
            "iso": day.isoformat(),
            "words": f"{day:%A %-d %B %Y}",
            "sessions": [
                {
                    "id": session.id,
                    "time": f"{starts:%H:%M}",
                    "starts_iso": starts.isoformat(timespec="minutes"),
                    "minutes": session.minutes,
                    "names": f"{session.mentor.name} and {session.mentee.name}",
                    "badges": _badges(session),
                }
                for starts, session in those
            ],
        }
        for day, those in groupby(local, key=lambda each: each[0].date())
    ]


def _badges(session: SessionView) -> list[tuple[str, str]]:
    """How it was, or who cannot come to it; with the badge's colour."""
    if session.ended:
        return [over_words(session)]
    return [
        (f"no link for {session.person(role).name}", "needs") for role in ROLES if not session.seat(role).link
    ]


def _list(request: web.Request, person: Person, which: str, found: Listing) -> web.Response:
    days = by_day(found.sessions, zone_or_utc(person.zone))
    return page(request, person, "list", which=which, days=days, found=found, zone=zone_words(person))


def _number(request: web.Request) -> int:
    """The page asked for; the first where that is no number."""
    text = request.query.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
