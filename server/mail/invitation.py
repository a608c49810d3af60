"""The mails around a personal link: the invitation, and what is said when a link is replaced or withdrawn.

Not here: making links (`server.seats`) and deciding to (`server.booking`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from server.config import Config
from server.db.records import Mail, Person, SessionView
from server.mail.pair import Draft, Reader, to_both
from server.mail.times import same_clock, span
from signalling.protocol import Role

INVITED: Final = "Your personal link to your mentoring session"
SUBJECTS: Final = {
    ("replaced", True): "Your new personal link to your mentoring session",
    ("replaced", False): "A link to your mentoring session was replaced",
    ("withdrawn", True): "Your personal link was withdrawn",
    ("withdrawn", False): "A link to your mentoring session was withdrawn",
}
"""By what happened, and whether it is the reader's own link."""


def invitations(
    config: Config,
    session_id: str,
    mentor: Person,
    mentee: Person,
    starts: datetime,
    minutes: int,
    links: Mapping[Role, str],
    opener: Person | None,
    now: datetime,
) -> list[Mail]:
    """One mail to each with the own link and the time in the own zone. Raises `UnsafeMailError`.

    `opener` is the coordinator who opened the session, None the operator at the command line.
    """

    def draft(reader: Reader) -> Draft:
        context = {
            "link": links[reader.role],
            "opener": opener,
            "early_minutes": config.early_minutes,
            **_when(reader, starts, minutes),
        }
        return Draft(f"invitation/{session_id}/{reader.role}", "invitation", INVITED, context)

    return to_both(config, mentor, mentee, now, draft)


def link_notices(
    config: Config, session: SessionView, role: Role, url: str | None, now: datetime
) -> list[Mail]:
    """Tell both that the link of `role` is dead, and its owner the new one. Raises `UnsafeMailError`."""
    what = "withdrawn" if url is None else "replaced"
    ends = hashlib.sha256(f"{url} {session.seat(role).generation}".encode()).hexdigest()[:12]

    def draft(reader: Reader) -> Draft:
        own = reader.role == role
        context = {
            "owner": session.person(role),
            "own": own,
            "link": url,
            "early_minutes": config.early_minutes,
            **_when(reader, session.starts, session.minutes),
        }
        return Draft(f"link/{session.id}/{role}/{ends}/{reader.role}", "link", SUBJECTS[what, own], context)

    return to_both(config, session.mentor, session.mentee, now, draft)


def _when(reader: Reader, starts: datetime, minutes: int) -> dict[str, str]:
    """The session's time for its reader, and for the peer where clocks differ."""
    ends = starts + timedelta(minutes=minutes)
    own, theirs = reader.person.zone, reader.peer.zone
    return {
        "when": span(starts, ends, own),
        "theirs": "" if same_clock(starts, own, theirs) else span(starts, ends, theirs),
    }
