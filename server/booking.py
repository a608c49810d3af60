"""Opening a session for two people: one function for the command line, the coordinator and the demonstration.

Not here: who may do it, the checks of single fields (`contacts`, `numbers`), and how it is stored
(`server.db`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from server.config import Config
from server.contacts import Contact, check_minutes, check_pair
from server.db.records import SessionView
from server.db.sessions import new_session_id
from server.db.store import Store
from server.mail.invitation import invitations, link_notices
from server.seats import link_url
from server.tokens import Token, new_token
from signalling.protocol import Role


@dataclass(frozen=True)
class Booking:
    """What is asked for. Numbers are E.164, empty when there is none."""

    mentor: Contact
    mentee: Contact
    starts: datetime
    minutes: int = 30
    mentor_number: str = ""
    mentee_number: str = ""
    numbers_agreed: bool = False
    """Both owners have consented to show the other their number."""

    @property
    def numbers(self) -> dict[Role, str]:
        """The numbers that were given."""
        both: dict[Role, str] = {"mentor": self.mentor_number, "mentee": self.mentee_number}
        return {role: number for role, number in both.items() if number}


@dataclass(frozen=True)
class Opened:
    """A new session and its two personal links, which are known only now."""

    session: str
    links: dict[Role, str]


async def open_session(
    store: Store,
    config: Config,
    booking: Booking,
    *,
    opened_by: str | None,
    invite: bool,
    tokens: dict[Role, Token] | None = None,
    session_id: str | None = None,
) -> Opened:
    """Open it, and with `invite` put both links into the outbox in the same transaction.

    `opened_by` is a coordinator's person id, None for the operator. Raises `InvalidError`.
    """
    check_pair(booking.mentor, booking.mentee)
    check_minutes(booking.minutes)
    opener = await store.people.person(opened_by) if opened_by else None
    zone = opener.zone if opener else "UTC"
    mentor = await store.people.ensure(booking.mentor.name, booking.mentor.email, zone)
    mentee = await store.people.ensure(booking.mentee.name, booking.mentee.email, zone)
    tokens = tokens or {"mentor": new_token(), "mentee": new_token()}
    session_id = session_id or new_session_id()
    links = {role: link_url(config.public_url, token.text) for role, token in tokens.items()}
    now, starts, minutes = store.clock(), booking.starts, booking.minutes
    mails = invitations(config, session_id, mentor, mentee, starts, minutes, links, opener, now)
    await store.sessions.open(
        mentor,
        mentee,
        starts,
        minutes,
        opened_by,
        booking.numbers_agreed,
        {role: token.hash for role, token in tokens.items()},
        mails if invite else (),
        session_id,
        booking.numbers,
    )
    return Opened(session_id, links)


async def replace_link(
    store: Store, config: Config, session: SessionView, role: Role, *, revoke: bool, who: str
) -> str | None:
    """Let a seat's link die; gives the new one's URL unless it is only revoked. Both are told by mail.

    `who` is `coordinator:ID` or `operator`. Raises `InvalidError` when the session is over.
    """
    token = None if revoke else new_token()
    url = link_url(config.public_url, token.text) if token else None
    mails = link_notices(config, session, role, url, store.clock())
    await store.sessions.replace_link(session.id, role, token.hash if token else None, who, mails)
    return url
