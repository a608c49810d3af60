"""Agenda items that go on to the next session: those marked as carried and not ticked off.

They are copied when the next session is opened and again when the earlier one ends, whichever comes
last; the copy's id follows from the two, so that it is made once.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models

_NAMESPACE = uuid.UUID("5a1a2c1e-6d0c-4a53-9a3e-5d7c1f1b7c55")


async def carry_into(session: AsyncSession, target: models.Session) -> None:
    """Copy what the partnership's session before `target` left over."""
    source = await session.scalar(
        select(models.Session)
        .where(
            models.Session.partnership_id == target.partnership_id,
            models.Session.id != target.id,
            models.Session.starts <= target.starts,
        )
        .order_by(models.Session.starts.desc(), models.Session.created.desc())
        .limit(1)
    )
    if source is not None:
        await _copy(session, source, target)


async def carry_from(session: AsyncSession, source: models.Session) -> None:
    """Copy what `source` leaves over into the partnership's next session, when it is open already."""
    target = await session.scalar(
        select(models.Session)
        .where(
            models.Session.partnership_id == source.partnership_id,
            models.Session.id != source.id,
            models.Session.starts >= source.starts,
            models.Session.ended.is_(None),
        )
        .order_by(models.Session.starts, models.Session.created)
        .limit(1)
    )
    if target is not None:
        await _copy(session, source, target)


async def _copy(session: AsyncSession, source: models.Session, target: models.Session) -> None:
    items = await session.scalars(
        select(models.AgendaItem).where(
            models.AgendaItem.session_id == source.id,
            models.AgendaItem.carried,
            models.AgendaItem.done.is_(False),
            models.AgendaItem.removed.is_(False),
        )
    )
    for item in items.all():
        copy = str(uuid.uuid5(_NAMESPACE, f"{target.id}/{item.item}"))
        if await session.get(models.AgendaItem, (target.id, copy)) is None:
            session.add(
                models.AgendaItem(
                    session_id=target.id,
                    item=copy,
                    text=item.text,
                    minutes=item.minutes,
                    done=False,
                    carried=True,
                    position=item.position,
                    removed=False,
                )
            )
