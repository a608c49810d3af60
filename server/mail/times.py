"""Moments and days as people read them, in their own zone. Which zone that is, a person's browser tells."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date, format_datetime, format_time

from server.zones import zone as known_zone
from server.zones import zone_or_utc

LOCALE = "en_GB"
_DAY = "EEEE d MMMM y"


def span(starts: datetime, ends: datetime, zone: str) -> str:
    """From one moment to another: Monday 2 March 2026, 13:00–13:30 (Berlin time, UTC+1).

    When the day or the offset changes in between, both ends are written out; within a minute there is one.
    """
    if moment(starts, zone) == moment(ends, zone):
        return moment(starts, zone)
    first, last = _place(starts, zone), _place(ends, zone)
    if first == last and _on(starts, zone) == _on(ends, zone):
        return f"{_on(starts, zone)}, {_at(starts, zone)}–{_at(ends, zone)} ({first})"
    return f"{moment(starts, zone)} to {moment(ends, zone)}"


def moment(at: datetime, zone: str) -> str:
    """Monday 2 March 2026, 13:00 (Berlin time, UTC+1)."""
    return f"{_on(at, zone)}, {_at(at, zone)} ({_place(at, zone)})"


def day(iso: str) -> str:
    """A calendar day, which has no zone: Friday 1 May 2026. Nothing for nothing."""
    return format_date(date.fromisoformat(iso), _DAY, locale=LOCALE) if iso else ""


def same_clock(at: datetime, zone: str, other: str) -> bool:
    """Whether clocks in both zones show the same at that moment."""
    return at.astimezone(zone_or_utc(zone)).utcoffset() == at.astimezone(zone_or_utc(other)).utcoffset()


def _on(at: datetime, zone: str) -> str:
    return format_datetime(at, _DAY, tzinfo=zone_or_utc(zone), locale=LOCALE)


def _at(at: datetime, zone: str) -> str:
    return format_time(at, "HH:mm", tzinfo=zone_or_utc(zone), locale=LOCALE)


def _place(at: datetime, zone: str) -> str:
    """The offset, after the city that names the zone: an hour that comes twice a year is told apart."""
    offset = at.astimezone(zone_or_utc(zone)).utcoffset()
    seconds = int(offset.total_seconds()) if offset else 0
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "-" if seconds < 0 else "+"
    utc = "UTC" if not seconds else f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
    area, _, city = zone.rpartition("/")
    return f"{city.replace('_', ' ')} time, {utc}" if area and area != "Etc" and known_zone(zone) else utc
