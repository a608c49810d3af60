"""Rows of agenda items and goals, and the protocol's values made from them. Edits are in `panel_edits`."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.records import GoalState
from signalling.protocol import AgendaItem, Current, Goal, GoalStatus, Owner


async def agenda_of(session: AsyncSession, session_id: str) -> list[AgendaItem]:
    rows = await session.scalars(
        select(models.AgendaItem)
        .where(models.AgendaItem.session_id == session_id, models.AgendaItem.removed.is_(False))
        .order_by(models.AgendaItem.position, models.AgendaItem.item)
    )
    return [item_of(row) for row in rows]


async def goals_of(session: AsyncSession, partnership_id: str) -> list[Goal]:
    rows = await session.scalars(
        select(models.Goal)
        .where(models.Goal.partnership_id == partnership_id, models.Goal.removed.is_(False))
        .order_by(models.Goal.position, models.Goal.goal)
    )
    return [goal_of(row) for row in rows]


async def goal_states(session: AsyncSession, partnership_id: str, session_id: str) -> list[GoalState]:
    """All goals that exist, and those removed in this session."""
    here = models.Goal.changed_in == session_id
    rows = await session.scalars(
        select(models.Goal)
        .where(models.Goal.partnership_id == partnership_id, models.Goal.removed.is_(False) | here)
        .order_by(models.Goal.position, models.Goal.goal)
    )
    return [GoalState(goal_of(row), row.removed, row.changed_in == session_id) for row in rows]


def item_of(row: models.AgendaItem) -> AgendaItem:
    return AgendaItem(
        item=row.item,
        text=row.text,
        minutes=row.minutes,
        done=row.done,
        carried=row.carried,
        position=row.position,
    )


def goal_of(row: models.Goal) -> Goal:
    return Goal(
        goal=row.goal,
        specific=row.specific,
        measurable=row.measurable,
        owner=cast("Owner", row.owner),
        relevant=row.relevant,
        due=row.due,
        status=cast("GoalStatus", row.status),
        position=row.position,
    )


def current_of(row: models.Session) -> Current:
    return Current(item=row.current_item, since=milliseconds(row.current_since))


def milliseconds(moment: datetime | None) -> int:
    """Since the epoch; 0 for no moment."""
    return round(moment.timestamp() * 1000) if moment else 0


def new_item(session_id: str, item: str) -> models.AgendaItem:
    """An item as it is before any field was set."""
    return models.AgendaItem(
        session_id=session_id,
        item=item,
        text="",
        minutes=0,
        done=False,
        carried=False,
        position=0.0,
        removed=False,
    )


def new_goal(partnership_id: str, goal: str, now: datetime) -> models.Goal:
    """A goal as it is before any field was set."""
    return models.Goal(
        partnership_id=partnership_id,
        goal=goal,
        specific="",
        measurable="",
        owner="mentee",
        relevant="",
        due="",
        status="open",
        position=0.0,
        removed=False,
        changed=now,
    )
