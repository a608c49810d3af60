"""The form that opens a session: from its fields to a booking, or to one sentence per field.

Not here: the handler (`coordinator`) and the template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TypeVar

from server.booking import Booking
from server.contacts import check_addresses, check_email, check_minutes, check_start, contact
from server.errors import InvalidError
from server.names import check_name
from server.numbers import parse_number
from server.zones import zone as zone_named
from server.zones import zone_or_utc

T = TypeVar("T")

FIELDS = (
    "mentor_name", "mentor_email", "mentor_number", "mentee_name", "mentee_email", "mentee_number",
    "day", "time", "minutes", "zone", "numbers_agreed",
)  # fmt: skip
MAX_FIELD = 300


@dataclass(frozen=True)
class Answer:
    """What came in, cut to a sane length, and either a booking or what is wrong with which field."""

    form: dict[str, str]
    problems: dict[str, str]
    booking: Booking | None


def blank(now: datetime, zone: str) -> dict[str, str]:
    """The form as first shown: today, now, half an hour."""
    here = now.astimezone(zone_or_utc(zone))
    return dict.fromkeys(FIELDS, "") | {
        "day": here.strftime("%Y-%m-%d"), "time": here.strftime("%H:%M"), "minutes": "30", "zone": zone,
    }  # fmt: skip


def read(posted: Mapping[str, object], now: datetime) -> Answer:
    """The answer to a posted form. Raises nothing."""
    form = {name: str(posted.get(name, ""))[:MAX_FIELD] for name in FIELDS}
    problems: dict[str, str] = {}

    def check(name: str, rule: Callable[[str], T]) -> T | None:
        try:
            return rule(form[name])
        except InvalidError as error:
            problems[name] = error.sentence
            return None

    for role in ("mentor", "mentee"):
        check(f"{role}_name", check_name)
    mentor_email = check("mentor_email", check_email)
    check("mentee_email", lambda text: _other_email(text, mentor_email))
    mentor_number = check("mentor_number", _number)
    mentee_number = check("mentee_number", _number)
    minutes = check("minutes", _minutes)
    starts = _starts(form, now, problems)
    if problems or minutes is None or starts is None:
        return Answer(form, problems, None)
    mentor = contact(form["mentor_name"], form["mentor_email"])
    mentee = contact(form["mentee_name"], form["mentee_email"])
    agreed = form["numbers_agreed"] == "1"
    return Answer(
        form, {}, Booking(mentor, mentee, starts, minutes, mentor_number or "", mentee_number or "", agreed)
    )


def _other_email(text: str, mentor: str | None) -> str:
    email = check_email(text)
    if mentor is not None:
        check_addresses(mentor, email)
    return email


def _number(text: str) -> str:
    return parse_number(text) if text.strip() else ""


def _minutes(text: str) -> int:
    if not text.strip().isdecimal():
        return check_minutes(0)
    return check_minutes(int(text))


def _starts(form: dict[str, str], now: datetime, problems: dict[str, str]) -> datetime | None:
    zone = zone_named(form["zone"])
    if zone is None:
        problems["zone"] = "Write a time zone such as Europe/London."
    try:
        day, hour = date.fromisoformat(form["day"]), time.fromisoformat(form["time"])
        starts = datetime.combine(day, hour.replace(tzinfo=None), zone or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        problems["day"] = "Give a day and a time, for example 2026-03-01 and 14:00."
        return None
    try:
        return check_start(starts, now)
    except InvalidError as error:
        problems["day"] = error.sentence
        return None
