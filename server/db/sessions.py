"""Sessions: opened for two people, found by their links, their links replaced.

Not here: which there are (`calendar`), who was in the call (`attendance`), how it ends (`endings`), what is
written (`panels`, `notes`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.carry import carry_into
from server.db.consent import grant_agreed, note_numbers, number_shown, owners_of
from server.db.endings import Endings
from server.db.outbox import add_mails
from server.db.records import Mail, Person, SeatKey, SessionView
from server.db.session_rows import running, view
from signalling.protocol import Role


def new_session_id() -> str:
    """128 random bits, base64url."""
    return secrets.token_urlsafe(16)


class Sessions(Endings):
    """Everything about sessions but their panels and notes."""

    async def open(
        self,
        mentor: Person,
        mentee: Person,
        starts: datetime,
        minutes: int,
        opened_by: str | None,
        numbers_agreed: bool,
        link_hashes: Mapping[Role, bytes],
        mails: Sequence[Mail] = (),
        session_id: str | None = None,
        numbers: Mapping[Role, str] | None = None,
    ) -> str:
        """Store a session with its two links, its invitations and what the pair carried over; gives its id.

        `opened_by` is a coordinator's person id, None the operator at the command line. `numbers` are kept as
        the people's own; `numbers_agreed` says that both owners have consented to show the number they have
        now, and does not count for whoever is to be asked (`consent`). `session_id` comes from
        `new_session_id` when the mails had to know it. Raises `InvalidError` for what is no number.
        """
        now = self._clock()
        async with self._database.writing() as session:
            pair = await _partnership(session, mentor.id, mentee.id, now)
            row = models.Session(
                id=session_id or new_session_id(),
                partnership_id=pair.id,
                opened_by=opened_by,
                starts=starts,
                minutes=minutes,
                created=now,
                phone="hidden",
            )
            session.add(row)
            await session.flush()
            for role, link_hash in link_hashes.items():
                session.add(models.Seat(session_id=row.id, role=role, link_hash=link_hash, generation=1))
            who = f"coordinator:{opened_by}" if opened_by else "operator"
            session.add(models.Audit(at=now, who=who, what="session.opened", session_id=row.id))
            await note_numbers(session, self._sealer, owners_of(pair), numbers or {}, (now, who, row.id))
            if numbers_agreed:
                await grant_agreed(session, pair)
                session.add(models.Audit(at=now, who=who, what="numbers.agreed", session_id=row.id))
            await carry_into(session, row)
            await add_mails(session, self._sealer, mails, now)
        self._outbox.wake()
        return row.id

    async def number_shown(self, session_id: str, reader: Role) -> None:
        """The reader has been given the peer's number; on record once for each time its owner granted it."""
        async with self._database.writing() as session:
            await number_shown(session, session_id, reader, self._clock())

    async def load(self, session_id: str) -> SessionView | None:
        async with self._database.reading() as session:
            return await view(session, session_id)

    async def seat_by_link(self, link_hash: bytes) -> SeatKey | None:
        """What the link with this SHA-256 opens; None when it is unknown, replaced or revoked."""
        async with self._database.reading() as session:
            row = await session.scalar(select(models.Seat).where(models.Seat.link_hash == link_hash))
            return SeatKey(row.session_id, cast("Role", row.role), row.generation) if row else None

    async def replace_link(
        self, session_id: str, role: Role, link_hash: bytes | None, who: str, mails: Sequence[Mail] = ()
    ) -> int:
        """Let the seat's link and cookies die, for a new link or, with None, for none; gives the generation.

        `who` is `coordinator:ID` or `operator`. Raises `InvalidError` when the session is over.
        """
        now = self._clock()
        async with self._database.writing() as session:
            await running(session, session_id)
            seat = await session.get_one(models.Seat, (session_id, role))
            seat.link_hash = link_hash
            seat.generation += 1
            what = "link.revoked" if link_hash is None else "link.replaced"
            session.add(models.Audit(at=now, who=who, what=f"{what}.{role}", session_id=session_id))
            await add_mails(session, self._sealer, mails, now)
        self._outbox.wake()
        return seat.generation


async def _partnership(
    session: AsyncSession, mentor_id: str, mentee_id: str, now: datetime
) -> models.Partnership:
    row = await session.scalar(
        select(models.Partnership).where(
            models.Partnership.mentor_id == mentor_id, models.Partnership.mentee_id == mentee_id
        )
    )
    if row is None:
        row = models.Partnership(
            id=secrets.token_urlsafe(16),
            mentor_id=mentor_id,
            mentee_id=mentee_id,
            rings="mentor",
            mentor_granted=False,
            mentee_granted=False,
            created=now,
        )
        session.add(row)
        await session.flush()
    return row
