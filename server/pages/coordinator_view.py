"""What the coordinator's pages have in common: a room in words, a call in numbers, the page around them.

Not here: handlers (`coordinator`, `coordinator_lists`, `coordinator_session`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta, tzinfo

from aiohttp import web

from server import keys
from server.call_health import Health
from server.db.records import Person, SessionView
from server.pages.call_numbers import call_line, loss_line, rung_rows
from signalling.protocol import Presence, Readiness, Role

ROLES: tuple[Role, Role] = ("mentor", "mentee")
READINESS_WORDS: dict[Readiness, str] = {
    "good": "line good",
    "weak": "line weak",
    "not_ready": "not ready",
    "not_checked": "not checked",
}
PRESENCE_WORDS: dict[Presence, str] = {"away": "not here", "lobby": "in the lobby", "call": "in the call"}


def room(
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
    state, badge = _state(request, session, presences)
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


def numbers(call: Health) -> dict[str, object]:
    return {"call": call_line(call), "lost": loss_line(call), "rungs": rung_rows(call)}


def over_words(session: SessionView) -> tuple[str, str]:
    """How a session that is over was, and how its badge is coloured."""
    return ("held", "good") if session.met else ("ended", "")


def _state(request: web.Request, session: SessionView, presences: Mapping[Role, Presence]) -> tuple[str, str]:
    """The room in a word or two, and how its badge is coloured."""
    if session.ended:
        return over_words(session)
    if session.phone == "active":
        return "by telephone", "lit"
    if all(presence == "call" for presence in presences.values()):
        return "in the call", "lit"
    if "call" in presences.values():
        return "waiting", "lit"
    opens = session.starts - timedelta(minutes=request.app[keys.CONFIG].early_minutes)
    return ("open" if request.app[keys.CLOCK]() >= opens else "planned"), ""


def zone_words(person: Person) -> str:
    return person.zone.replace("_", " ")


def page(
    request: web.Request, person: Person, name: str, status: int = 200, **context: object
) -> web.Response:
    return request.app[keys.RENDERER].page(
        f"coordinator/{name}.html", status=status, coordinator=person, here=request.path, **context
    )
