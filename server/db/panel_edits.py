"""What each kind of edit does to its row: the fields it names are set, the others stay.

Not here: the transaction and the memory of edits carried out (`panels`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from msgspec import UNSET
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.call_record import add_minute, add_rung
from server.db.consent import owners_of, record_consent
from server.db.panel_rows import current_of, goal_of, item_of, new_goal, new_item
from server.db.person_rows import set_number
from server.db.records import Named, Outcome, PlanTouched, Recorded
from server.db.words import day, line, passage
from server.errors import InvalidError
from server.names import check_name
from server.seal import Sealer
from signalling.protocol import (
    AddMinute,
    AgendaEdited,
    CurrentChanged,
    Edit,
    EditAgenda,
    EditGoal,
    EditPlan,
    GoalEdited,
    Role,
    SetCurrent,
    SetName,
    SetNumber,
    SetRung,
)

MAX_SHOWN: Final = 200
"""Agenda items of a session, and goals of a partnership, that have not been removed."""
MAX_EVER: Final = 2000
"""The same with those removed: rows cannot be made without end."""


@dataclass(frozen=True)
class Editing:
    """One edit's transaction: in which session, by whom, when."""

    session: AsyncSession
    sealer: Sealer
    row: models.Session
    role: Role
    now: datetime

    async def partnership(self) -> models.Partnership:
        return await self.session.get_one(models.Partnership, self.row.partnership_id)


async def carry_out(editing: Editing, edit: Edit) -> tuple[Outcome, ...]:
    """What has changed, as both are to hear of it. Raises `InvalidError`."""
    match edit:
        case EditAgenda():
            return await _edit_agenda(editing, edit)
        case SetCurrent():
            return await _set_current(editing, edit)
        case EditGoal():
            return await _edit_goal(editing, edit)
        case EditPlan():
            return await _edit_plan(editing, edit)
        case SetNumber():
            return await _set_number(editing, edit)
        case SetName():
            return await _set_name(editing, edit)
        case SetRung():
            await add_rung(editing.session, editing.row, editing.role, edit, editing.now)
            return (Recorded(),)
        case AddMinute():
            await add_minute(editing.session, editing.row, editing.role, edit, editing.now)
            return (Recorded(),)
        case _:
            assert_never(edit)


async def _edit_agenda(editing: Editing, edit: EditAgenda) -> tuple[Outcome, ...]:
    session, row = editing.session, editing.row
    item = await session.get(models.AgendaItem, (row.id, edit.item))
    if item is None or (item.removed and edit.removed is False):
        await _require_room_on_agenda(session, row.id, new=item is None)
    if item is None:
        item = new_item(row.id, edit.item)
        session.add(item)
    if edit.text is not UNSET:
        item.text = line(edit.text)
    for field in ("minutes", "done", "carried", "position", "removed"):
        if (value := getattr(edit, field)) is not UNSET:
            setattr(item, field, value)
    edited = AgendaEdited(item=item_of(item), removed=item.removed)
    if item.removed and row.current_item == item.item:
        row.current_item, row.current_since = None, None
        return edited, CurrentChanged(current=current_of(row))
    return (edited,)


async def _set_current(editing: Editing, edit: SetCurrent) -> tuple[Outcome, ...]:
    row = editing.row
    if edit.item is not None:
        item = await editing.session.get(models.AgendaItem, (row.id, edit.item))
        if item is None or item.removed:
            raise InvalidError("agenda.unknown", "This agenda item is gone; choose another one.")
    row.current_item = edit.item
    row.current_since = editing.now if edit.item else None
    return (CurrentChanged(current=current_of(row)),)


async def _edit_goal(editing: Editing, edit: EditGoal) -> tuple[Outcome, ...]:
    session, pair = editing.session, editing.row.partnership_id
    goal = await session.get(models.Goal, (pair, edit.goal))
    if goal is None or (goal.removed and edit.removed is False):
        await _require_room_for_goal(session, pair, new=goal is None)
    if goal is None:
        goal = new_goal(pair, edit.goal, editing.now)
        session.add(goal)
    _set_words(goal, edit)
    for field in ("owner", "status", "position", "removed"):
        if (value := getattr(edit, field)) is not UNSET:
            setattr(goal, field, value)
    goal.changed, goal.changed_in = editing.now, editing.row.id
    return (GoalEdited(goal=goal_of(goal), removed=goal.removed),)


def _set_words(goal: models.Goal, edit: EditGoal) -> None:
    if edit.specific is not UNSET:
        goal.specific = line(edit.specific)
    if edit.measurable is not UNSET:
        goal.measurable = passage(edit.measurable)
    if edit.relevant is not UNSET:
        goal.relevant = passage(edit.relevant)
    if edit.due is not UNSET:
        goal.due = day(edit.due)


async def _edit_plan(editing: Editing, edit: EditPlan) -> tuple[Outcome, ...]:
    (await editing.partnership()).rings = edit.rings
    return (PlanTouched(),)


async def _set_number(editing: Editing, edit: SetNumber) -> tuple[Outcome, ...]:
    pair = await editing.partnership()
    owner = owners_of(pair)[editing.role]
    number = await set_number(editing.session, editing.sealer, owner, edit.number.strip() or None)
    await editing.session.refresh(pair)
    granted = edit.granted and number is not None
    entry = editing.now, editing.role, editing.row.id
    setattr(pair, f"{editing.role}_granted", await record_consent(editing.session, entry, granted=granted))
    return (PlanTouched(),)


async def _set_name(editing: Editing, edit: SetName) -> tuple[Outcome, ...]:
    pair = await editing.partnership()
    owner = owners_of(pair)[editing.role]
    person = await editing.session.get_one(models.Person, owner)
    person.name, person.named = check_name(edit.name), True
    return (Named(editing.role, person.name),)


async def _require_room_on_agenda(session: AsyncSession, session_id: str, *, new: bool) -> None:
    theirs = select(func.count()).where(models.AgendaItem.session_id == session_id)
    shown = await session.scalar(theirs.where(models.AgendaItem.removed.is_(False)))
    if (shown or 0) >= MAX_SHOWN or (new and (await session.scalar(theirs) or 0) >= MAX_EVER):
        raise InvalidError("agenda.full", "The agenda is full; remove an item before adding another.")


async def _require_room_for_goal(session: AsyncSession, partnership_id: str, *, new: bool) -> None:
    theirs = select(func.count()).where(models.Goal.partnership_id == partnership_id)
    shown = await session.scalar(theirs.where(models.Goal.removed.is_(False)))
    if (shown or 0) >= MAX_SHOWN or (new and (await session.scalar(theirs) or 0) >= MAX_EVER):
        raise InvalidError("goals.full", "There are too many goals; remove one before adding another.")
