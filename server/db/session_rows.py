"""From rows of a session, its partnership, people and seats to one `SessionView`.

Not here: changes (`sessions`, `attendance`, `endings`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.db import models
from server.db.person_rows import person_of
from server.db.records import CLOSES_AFTER, Partnership, SeatView, SessionView
from server.errors import InvalidError
from signalling.protocol import PhoneState, Role

_Mentor = aliased(models.Person)
_Mentee = aliased(models.Person)


async def views(
    session: AsyncSession,
    condition: ColumnElement[bool],
    *,
    newest_first: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[SessionView]:
    """The sessions that fulfil a condition, by their start; of many, `limit` after the first `offset`."""
    order = (models.Session.starts, models.Session.created, models.Session.id)
    rows = await session.execute(
        select(models.Session, models.Partnership, _Mentor, _Mentee)
        .join(models.Partnership, models.Partnership.id == models.Session.partnership_id)
        .join(_Mentor, _Mentor.id == models.Partnership.mentor_id)
        .join(_Mentee, _Mentee.id == models.Partnership.mentee_id)
        .where(condition)
        .order_by(*(column.desc() for column in order) if newest_first else order)
        .limit(limit)
        .offset(offset)
    )
    found = rows.all()
    seats = await _seats(session, [row.id for row, *_ in found])
    return [_view(row, pair, mentor, mentee, seats) for row, pair, mentor, mentee in found]


async def view(session: AsyncSession, session_id: str) -> SessionView | None:
    found = await views(session, models.Session.id == session_id)
    return found[0] if found else None


async def booked(session: AsyncSession, session_id: str) -> models.Session:
    """The row of a session. Raises `InvalidError`."""
    row = await session.get(models.Session, session_id)
    if row is None:
        raise InvalidError("session.unknown", "There is no such session; open your personal link again.")
    return row


async def taking_edits(session: AsyncSession, session_id: str, now: datetime) -> models.Session:
    """The row of a session that people may still write into: until its links die, though it be over.

    What was typed offline before the partner's end arrives after it, and nobody's clock has to be believed
    to tell it from what was typed later. Raises `InvalidError`.
    """
    row = await booked(session, session_id)
    if now >= row.starts + timedelta(minutes=row.minutes) + CLOSES_AFTER:
        raise _over()
    return row


async def running(session: AsyncSession, session_id: str) -> models.Session:
    """The row of a session that is not over. Raises `InvalidError`."""
    row = await booked(session, session_id)
    if row.ended is not None:
        raise _over()
    return row


def _over() -> InvalidError:
    return InvalidError("session.ended", "This session is over; nothing can be changed in it any more.")


async def _seats(session: AsyncSession, ids: Sequence[str]) -> dict[tuple[str, str], SeatView]:
    rows = await session.scalars(select(models.Seat).where(models.Seat.session_id.in_(ids)))
    return {
        (row.session_id, row.role): SeatView(
            cast("Role", row.role), row.generation, row.link_hash is not None
        )
        for row in rows
    }


def _view(
    row: models.Session,
    pair: models.Partnership,
    mentor: models.Person,
    mentee: models.Person,
    seats: dict[tuple[str, str], SeatView],
) -> SessionView:
    return SessionView(
        id=row.id,
        starts=row.starts,
        minutes=row.minutes,
        opened_by=row.opened_by,
        created=row.created,
        met=row.met,
        left=row.left,
        ended=row.ended,
        ended_by=cast("Role | None", row.ended_by),
        summarised=row.summarised,
        phone=cast("PhoneState", row.phone),
        partnership=Partnership(pair.id, cast("Role", pair.rings), pair.mentor_granted, pair.mentee_granted),
        mentor=person_of(mentor),
        mentee=person_of(mentee),
        seats=(seats[row.id, "mentor"], seats[row.id, "mentee"]),
    )
