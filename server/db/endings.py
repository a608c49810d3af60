"""How a session ends: by one of the two, by both having left, or by its links' death; and its one summary.

Not here: what the summary says (`server.summaries`) and when to look (`server.jobs`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.attendance import Attendance, close_stays, phone_steps, stays
from server.db.call_record import minutes_of, rung_steps
from server.db.carry import carry_from
from server.db.engine import Database
from server.db.note_rows import note_text
from server.db.outbox import Outbox, add_mails
from server.db.panel_rows import agenda_of, goal_states
from server.db.records import CLOSES_AFTER, CallFacts, Clock, Mail, SessionView, SummaryFacts
from server.db.session_rows import view
from server.seal import Sealer
from signalling.protocol import Role

LATE: Final = timedelta(seconds=2)
"""What somebody was writing when the other one ended the session for both gets here within this."""

Compose = Callable[[SummaryFacts], list[Mail]]


class Endings(Attendance):
    """The last steps of sessions."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock, outbox: Outbox) -> None:
        super().__init__(database, sealer, clock)
        self._outbox = outbox

    async def end(self, session_id: str, by: Role | None) -> None:
        """The session is over for both; the first end counts."""
        now = self._clock()
        async with self._database.writing() as session:
            row = await session.get(models.Session, session_id)
            if row is not None and row.ended is None:
                row.ended_by = by
                await _end(session, row, now)

    async def summaries_due(self, quiet_s: int) -> list[str]:
        """Sessions both met in that ended `LATE` ago, or that nobody has been in for `quiet_s` seconds."""
        now = self._clock()
        quiet = now - timedelta(seconds=quiet_s)
        async with self._database.reading() as session:
            found = await session.scalars(
                select(models.Session.id).where(
                    models.Session.met.is_not(None),
                    models.Session.summarised.is_(None),
                    (models.Session.ended <= now - LATE)
                    | models.Session.ended.is_(None) & (models.Session.left <= quiet),
                )
            )
            return list(found)

    async def closings_due(self) -> list[str]:
        """Sessions that have not ended although their links are dead."""
        latest = self._clock() - CLOSES_AFTER
        async with self._database.reading() as session:
            found = await session.scalars(
                select(models.Session).where(
                    models.Session.ended.is_(None),
                    models.Session.starts <= latest,
                )
            )
            return [row.id for row in found if row.starts + timedelta(minutes=row.minutes) <= latest]

    async def summarise(self, session_id: str, compose: Compose, quiet_s: int = 0) -> bool:
        """Put the mails of a session's one summary into the outbox; false when none is due.

        First the session ends, after which nothing in it changes. Then `compose` runs in a thread, so
        that neither the database nor the event loop waits for it. Then, in one transaction, the session
        is marked as summarised and the mails are stored. When `compose` raises, the summary stays due.
        """
        facts = await self._close(session_id, quiet_s)
        if facts is None:
            return False
        mails = await asyncio.to_thread(compose, facts)
        now = self._clock()
        async with self._database.writing() as session:
            row = await session.get_one(models.Session, session_id)
            if row.summarised is not None:
                return False
            row.summarised = now
            await add_mails(session, self._sealer, mails, now)
        self._outbox.wake()
        return True

    async def call_facts(self, session_id: str) -> CallFacts | None:
        """What is known of a session's call; None when there is no such session."""
        async with self._database.reading() as session:
            seen = await view(session, session_id)
            return await _call_facts(session, seen) if seen else None

    async def _close(self, session_id: str, quiet_s: int) -> SummaryFacts | None:
        """End a session whose summary is due, and give what it is made from."""
        now = self._clock()
        async with self._database.writing() as session:
            row = await session.get(models.Session, session_id)
            if row is None or not _is_due(row, now - timedelta(seconds=quiet_s)):
                return None
            if row.ended is None:
                await _end(session, row, now)
                await session.flush()
            seen = await view(session, session_id)
            return await self._facts(session, seen) if seen else None

    async def _facts(self, session: AsyncSession, seen: SessionView) -> SummaryFacts:
        return SummaryFacts(
            session=seen,
            agenda=tuple(await agenda_of(session, seen.id)),
            current=(await session.get_one(models.Session, seen.id)).current_item,
            goals=tuple(await goal_states(session, seen.partnership.id, seen.id)),
            notes=await note_text(session, self._sealer, seen.id),
            call=await _call_facts(session, seen),
        )


async def _call_facts(session: AsyncSession, seen: SessionView) -> CallFacts:
    return CallFacts(
        session=seen,
        stays=tuple(await stays(session, seen.id)),
        rungs=tuple(await rung_steps(session, seen.id)),
        phone=tuple(await phone_steps(session, seen.id)),
        minutes=tuple((await minutes_of(session, [seen.id]))[seen.id]),
    )


def _is_due(row: models.Session, quiet: datetime) -> bool:
    if row.met is None or row.summarised is not None:
        return False
    return row.ended is not None or (row.left is not None and row.left <= quiet)


async def _end(session: AsyncSession, row: models.Session, now: datetime) -> None:
    row.ended = now
    row.left = row.left or now
    await close_stays(session, now, row.id)
    await carry_from(session, row)
