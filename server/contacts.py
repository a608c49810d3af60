"""Who a session is for and how long it is, as somebody writes it down.

Not here: what a name or number may contain (`names`, `numbers`), or the opening itself (`booking`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.errors import InvalidError
from server.names import FORBIDDEN, check_name

MAX_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""
MIN_MINUTES, MAX_MINUTES = 5, 480
SOONEST, LATEST = timedelta(hours=-6), timedelta(days=730)
"""Links die twelve hours after the planned end; one that opens nothing is of no use."""

_WORD = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+{_LABEL}")
"""A dot-atom (RFC 5322, section 3.2.3) at a host name (RFC 1123, section 2.1): what mail servers take."""
_CONTACT = re.compile(r"^\s*(?P<name>[^<>]*?)\s*<(?P<email>[^<>\s]+)>\s*$")


@dataclass(frozen=True)
class Contact:
    """Somebody's name and e-mail address, both checked."""

    name: str
    email: str


def contact(name: str, email: str) -> Contact:
    """The checked contact; the address in lower case. Raises `InvalidError`."""
    return Contact(check_name(name), check_email(email))


def check_email(email: str) -> str:
    """One address, in lower case. Raises `InvalidError`."""
    email = email.strip().lower()
    if len(email) > MAX_EMAIL or FORBIDDEN.search(email) or not _ADDRESS.fullmatch(email):
        raise InvalidError("email.unusable", "Write one e-mail address, for example ann@example.org.")
    return email


def parse_contact(text: str) -> Contact:
    """The contact in `Ann Archer <ann@example.org>`. Raises `InvalidError`."""
    found = _CONTACT.match(text)
    if not found:
        raise InvalidError(
            "contact.unusable", 'Write a name and an address like "Ann Archer <ann@example.org>".'
        )
    return contact(found["name"], found["email"])


def check_pair(mentor: Contact, mentee: Contact) -> None:
    """Raises `InvalidError` when both seats would be one person's."""
    check_addresses(mentor.email, mentee.email)


def check_addresses(mentor: str, mentee: str) -> None:
    """Of two addresses in lower case. Raises `InvalidError` when they are one."""
    if mentor == mentee:
        raise InvalidError(
            "pair.same", "Both seats have the same e-mail address; give each person their own."
        )


def check_minutes(minutes: int) -> int:
    """The length in minutes. Raises `InvalidError`."""
    if not MIN_MINUTES <= minutes <= MAX_MINUTES:
        raise InvalidError("minutes.unusable", f"Give a length of {MIN_MINUTES} to {MAX_MINUTES} minutes.")
    return minutes


def check_start(starts: datetime, now: datetime) -> datetime:
    """The start of a session that can still be joined, within two years. Raises `InvalidError`."""
    if not SOONEST < starts - now < LATEST:
        raise InvalidError(
            "starts.unusable", "Choose a start between a few hours ago and two years from now."
        )
    return starts
