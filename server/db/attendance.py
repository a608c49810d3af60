"""Who was in a session's call and when, and when it was on the telephone.

Not here: what a room does about it (`signalling.room`), what was sent (`call_record`), nor how it is told
afterwards (`server.summaries`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.engine import Database
from server.db.records import Clock, Held, PhoneStep, Stay
from server.db.session_rows import running
from server.seal import Sealer
from signalling.protocol import PhoneState, Role

MAX_STAYS: Final = 500
"""Of one participant in a session; more are no meeting. The last stay is opened again then, so that nobody is
kept out and no row is added."""
MAX_PHONE_CHANGES: Final = 500
"""Of a session; beyond, the last one is replaced, so that the record ends with what is."""


class Attendance:
    """The live side of sessions, as far as it is kept."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    async def entered(self, session_id: str, role: Role) -> int:
        """A participant is in the call; the number is for `exited`. Raises `InvalidError`."""
        now = self._clock()
        async with self._database.writing() as session:
            row = await running(session, session_id)
            await close_stays(session, now, session_id, role)
            stay = await _latest_of_many(session, session_id, role)
            if stay is None:
                stay = models.Presence(session_id=session_id, role=role, joined=now)
                session.add(stay)
            stay.left = row.left = None
            await session.flush()
            return stay.id

    async def exited(self, presence_id: int, at: datetime | None = None) -> None:
        """The stay is over, since `at` or now; with nobody left in the call, it is quiet from then."""
        now = at or self._clock()
        async with self._database.writing() as session:
            stay = await session.get(models.Presence, presence_id)
            if stay is None or stay.left is not None:
                return
            stay.left = max(now, stay.joined)
            await session.flush()
            if not await _somebody_in(session, stay.session_id):
                await session.execute(
                    update(models.Session)
                    .where(models.Session.id == stay.session_id, models.Session.left.is_(None))
                    .values(left=now)
                )

    async def set_met(self, session_id: str) -> None:
        """Both are in the call; the first time counts."""
        await self._set(session_id, models.Session.met.is_(None), met=self._clock())

    async def set_left(self, session_id: str, at: datetime | None) -> None:
        """When the last one left the call; None while somebody is in it."""
        await self._set(session_id, models.Session.ended.is_(None), left=at)

    async def set_phone(self, session_id: str, state: PhoneState) -> None:
        """What the telephone prompt shows from now on. Raises `InvalidError`."""
        async with self._database.writing() as session:
            row = await running(session, session_id)
            if row.phone == state:
                return
            row.phone = state
            changes = await phone_changes(session, session_id)
            if len(changes) < MAX_PHONE_CHANGES:
                session.add(models.PhoneChange(session_id=session_id, at=self._clock(), state=state))
            else:
                changes[-1].at, changes[-1].state = self._clock(), state

    async def presences(self, session_id: str) -> list[Stay]:
        """All stays, by when they began."""
        async with self._database.reading() as session:
            return await stays(session, session_id)

    async def heal_presences(self, started_at: datetime) -> list[Held]:
        """After a crash or a restart: nobody is in a call that this process does not know of.

        Nobody can say when those stays ended; they count to the session's planned end at most. The
        quiet time before the summary begins anew, so that browsers still talking can come back. Sessions
        on the telephone are given back as they were, for mobile browsers freeze the page meanwhile and
        cannot come back before the telephone call is over.
        """
        held: dict[str, dict[Role, int]] = {}
        async with self._database.writing() as session:
            open_stays = await session.execute(
                select(models.Presence, models.Session)
                .join(models.Session, models.Session.id == models.Presence.session_id)
                .where(models.Presence.left.is_(None), models.Presence.joined < started_at)
            )
            for stay, row in open_stays.all():
                if row.phone == "active" and row.left is None:
                    held.setdefault(row.id, {})[cast("Role", stay.role)] = stay.id
                    continue
                planned = row.starts + timedelta(minutes=row.minutes)
                stay.left = max(stay.joined, min(started_at, planned))
                row.left = row.left or started_at
        return [Held(session_id, stays) for session_id, stays in held.items()]

    async def _set(self, session_id: str, condition: ColumnElement[bool], **values: object) -> None:
        async with self._database.writing() as session:
            await session.execute(
                update(models.Session).where(models.Session.id == session_id, condition).values(**values)
            )


async def close_stays(
    session: AsyncSession, now: datetime, session_id: str, role: Role | None = None
) -> None:
    """End the open stays of a session, or of one role in it, so that nobody counts twice."""
    matching = models.Presence.session_id == session_id, models.Presence.left.is_(None)
    change = update(models.Presence).where(*matching).values(left=now)
    await session.execute(change if role is None else change.where(models.Presence.role == role))


async def stays(session: AsyncSession, session_id: str) -> list[Stay]:
    rows = await session.scalars(
        select(models.Presence)
        .where(models.Presence.session_id == session_id)
        .order_by(models.Presence.joined, models.Presence.id)
    )
    return [Stay(cast("Role", row.role), row.joined, row.left) for row in rows]


async def phone_steps(session: AsyncSession, session_id: str) -> list[PhoneStep]:
    rows = await phone_changes(session, session_id)
    return [PhoneStep(row.at, cast("PhoneState", row.state)) for row in rows]


async def phone_changes(session: AsyncSession, session_id: str) -> Sequence[models.PhoneChange]:
    rows = await session.scalars(
        select(models.PhoneChange)
        .where(models.PhoneChange.session_id == session_id)
        .order_by(models.PhoneChange.at, models.PhoneChange.id)
    )
    return rows.all()


async def _latest_of_many(session: AsyncSession, session_id: str, role: Role) -> models.Presence | None:
    """The participant's latest stay, once there are as many as are kept."""
    theirs = models.Presence.session_id == session_id, models.Presence.role == role
    count = await session.scalar(select(func.count()).select_from(models.Presence).where(*theirs))
    if (count or 0) < MAX_STAYS:
        return None
    latest = select(models.Presence).where(*theirs).order_by(models.Presence.id.desc()).limit(1)
    stay: models.Presence | None = await session.scalar(latest)
    return stay


async def _somebody_in(session: AsyncSession, session_id: str) -> bool:
    found = await session.scalar(
        select(models.Presence.id)
        .where(models.Presence.session_id == session_id, models.Presence.left.is_(None))
        .limit(1)
    )
    return found is not None
