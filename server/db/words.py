"""What may be kept of words people type into agenda and goals. Names are in `server.names`."""

from __future__ import annotations

import re
from datetime import date

from server.errors import InvalidError

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def line(text: str) -> str:
    """Words that stay on one line: each run of control characters and line breaks becomes a space."""
    return _BREAKS.sub(" ", text)


def passage(text: str) -> str:
    """Words that may break lines and hold tabs, without other control characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def day(text: str) -> str:
    """A day that is in the calendar, or none. Raises `InvalidError`."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise InvalidError("due.unusable", "Choose a day that is in the calendar.") from error
