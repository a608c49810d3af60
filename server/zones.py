"""IANA time zones as browsers tell them. How moments are written for people is in `server.mail.times`."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo


def zone(name: str) -> tzinfo | None:
    """The zone of that name, or None when there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # unknown, not a zone's name, a folder of zones
        return None


def zone_or_utc(name: str) -> tzinfo:
    return zone(name) or UTC
