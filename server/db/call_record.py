"""The record of a call: every change of what one side sends, and numbers of each minute from both browsers.

Not here: what is made of it (`server.call_story`, `server.call_health`). The record is kept best effort: it
may arrive late, after the session's end too, and what is too much of it is refused. It goes with its session.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.engine import Database
from server.db.records import Minute, RungStep
from server.errors import InvalidError
from signalling.protocol import AddMinute, Role, Rung, SetRung, Whose

MAX_CHANGES: Final = 2000
"""Changes of rung of one side in a session; a ladder makes some dozens in a bad hour."""
MAX_MINUTES: Final = 1500
"""Minutes of one side in a session, parts of minutes included: more than its links live."""
SLACK_S: Final = 60
"""So much more than the session's age may be recorded: clocks and rounding."""

FULL: Final = "The record of this call is full; nothing needs to be done, and the call goes on."


class Calls:
    """What is known of calls, for reading."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rungs(self, session_id: str) -> list[RungStep]:
        """All changes of rung, by when they happened."""
        async with self._database.reading() as session:
            return await rung_steps(session, session_id)

    async def minutes(self, session_ids: Collection[str]) -> dict[str, list[Minute]]:
        """The minutes of each of these sessions."""
        async with self._database.reading() as session:
            return await minutes_of(session, session_ids)


async def add_rung(
    session: AsyncSession, row: models.Session, role: Role, change: SetRung, now: datetime
) -> None:
    """Raises `InvalidError` when there are too many."""
    counted = select(func.count()).where(
        models.RungChange.session_id == row.id, models.RungChange.role == role
    )
    if (await session.scalar(counted) or 0) >= MAX_CHANGES:
        raise InvalidError("record.full", FULL)
    session.add(
        models.RungChange(
            session_id=row.id,
            role=role,
            at=_when(row, change.age_ms, now),
            rung=change.rung,
            previous=change.previous,
            reason=change.reason,
            whose=change.whose,
        )
    )


async def add_minute(
    session: AsyncSession, row: models.Session, role: Role, minute: AddMinute, now: datetime
) -> None:
    """Raises `InvalidError` for what cannot be, and when there are too many."""
    length_s = sum(minute.seconds.values())
    counted = select(func.count(), func.coalesce(func.sum(models.CallMinute.length_s), 0)).where(
        models.CallMinute.session_id == row.id, models.CallMinute.role == role
    )
    count, recorded_s = (await session.execute(counted)).one()
    if count >= MAX_MINUTES:
        raise InvalidError("record.full", FULL)
    possible_s = (now - row.created).total_seconds() + SLACK_S
    if not minute.lost_s <= length_s <= 60 or not length_s or recorded_s + length_s > possible_s:
        raise InvalidError("minute.impossible", "These numbers do not add up to a minute; leave them out.")
    session.add(
        models.CallMinute(
            session_id=row.id,
            role=role,
            at=_when(row, minute.age_ms, now),
            length_s=length_s,
            seconds={str(rung): spent for rung, spent in minute.seconds.items() if spent},
            lost_s=minute.lost_s,
            breaks=minute.breaks,
            concealed_pm=minute.concealed_pm,
            loss_pm=minute.loss_pm,
            rtt_ms=minute.rtt_ms,
        )
    )


async def rung_steps(session: AsyncSession, session_id: str) -> list[RungStep]:
    rows = await session.scalars(
        select(models.RungChange)
        .where(models.RungChange.session_id == session_id)
        .order_by(models.RungChange.at, models.RungChange.id)
    )
    return [
        RungStep(
            role=cast("Role", row.role),
            at=row.at,
            rung=cast("Rung", row.rung),
            previous=cast("Rung", row.previous),
            reason=row.reason,
            whose=cast("Whose", row.whose),
        )
        for row in rows
    ]


async def minutes_of(session: AsyncSession, session_ids: Collection[str]) -> dict[str, list[Minute]]:
    rows = await session.scalars(
        select(models.CallMinute)
        .where(models.CallMinute.session_id.in_(session_ids))
        .order_by(models.CallMinute.at, models.CallMinute.id)
    )
    found: dict[str, list[Minute]] = {session_id: [] for session_id in session_ids}
    for row in rows:
        found[row.session_id].append(
            Minute(
                role=cast("Role", row.role),
                at=row.at,
                seconds=cast("dict[Rung, int]", row.seconds),
                lost_s=row.lost_s,
                breaks=row.breaks,
                concealed_pm=row.concealed_pm,
                loss_pm=row.loss_pm,
                rtt_ms=row.rtt_ms,
            )
        )
    return found


def _when(row: models.Session, age_ms: int, now: datetime) -> datetime:
    """As long ago as the browser says, but within the session."""
    at = now - min(timedelta(milliseconds=age_ms), max(now - row.created, timedelta()))
    return min(at, row.ended) if row.ended else at
