"""The mails around a personal link: the invitation, and what is said when a link is replaced or withdrawn.

Not here: making links (`server.seats`) and deciding to (`server.booking`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from server.config import Config
from server.db.records import Mail, Person, SessionView
from server.mail.message import compose
from server.mail.times import same_clock, span
from server.mail.words import fill
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
    opener: Person | None = None,
    now: datetime | None = None,
) -> list[Mail]:
    """One mail to each with the own link and the time in the own zone. Raises `UnsafeMailError`.

    `opener` is the coordinator who opened the session, None the operator at the command line.
    """
    pairs: tuple[tuple[Role, Person, Person], ...] = (("mentor", mentor, mentee), ("mentee", mentee, mentor))
    mails = []
    for role, reader, peer in pairs:
        bodies = fill(
            "invitation",
            subject=INVITED,
            reader=reader,
            peer=peer,
            link=links[role],
            opener=opener,
            early_minutes=config.early_minutes,
            **_when(reader, peer, starts, minutes),
        )
        mails.append(
            compose(
                config,
                key=f"invitation/{session_id}/{role}",
                recipient=reader.email,
                subject=INVITED,
                text=bodies.text,
                html=bodies.html,
                now=now or datetime.now(UTC),
            )
        )
    return mails


def link_notices(
    config: Config, session: SessionView, role: Role, url: str | None, now: datetime | None = None
) -> list[Mail]:
    """Tell both that the link of `role` is dead, and its owner the new one. Raises `UnsafeMailError`."""
    what = "withdrawn" if url is None else "replaced"
    ends = hashlib.sha256(f"{url} {session.seat(role).generation}".encode()).hexdigest()[:12]
    owner = session.person(role)
    readers: tuple[Role, Role] = ("mentor", "mentee")
    mails = []
    for reader_role in readers:
        reader = session.person(reader_role)
        peer = session.person("mentee" if reader_role == "mentor" else "mentor")
        subject = SUBJECTS[what, reader_role == role]
        bodies = fill(
            "link",
            subject=subject,
            reader=reader,
            peer=peer,
            owner=owner,
            own=reader_role == role,
            link=url,
            early_minutes=config.early_minutes,
            **_when(reader, peer, session.starts, session.minutes),
        )
        mails.append(
            compose(
                config,
                key=f"link/{session.id}/{role}/{ends}/{reader_role}",
                recipient=reader.email,
                subject=subject,
                text=bodies.text,
                html=bodies.html,
                now=now or datetime.now(UTC),
            )
        )
    return mails


def _when(reader: Person, peer: Person, starts: datetime, minutes: int) -> dict[str, str]:
    """The session's time for its reader, and for the peer where clocks differ."""
    ends = starts + timedelta(minutes=minutes)
    differs = not same_clock(starts, reader.zone, peer.zone)
    return {
        "when": span(starts, ends, reader.zone),
        "theirs": span(starts, ends, peer.zone) if differs else "",
    }
