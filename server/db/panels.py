"""Agenda, goals and backup plan: edits carried out once each, and what there is to show.

Not here: what an edit does to a row (`panel_edits`), who hears about it (`server.edits`), the notes. A
late edit, kept in a browser while it was offline, applies in the order in which it reaches the server.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.carry import carry_from
from server.db.engine import Database
from server.db.panel_edits import Editing, carry_out
from server.db.panel_rows import agenda_of, current_of, goals_of
from server.db.records import Applied, Clock
from server.db.session_rows import taking_edits
from server.seal import Sealer
from signalling.protocol import AgendaItem, Current, Edit, EditAgenda, Goal, Role

MAX_REMEMBERED: Final = 5000
"""Edits of one participant in a session that are known again. Nobody's queue is as long, so the oldest are
forgotten rather than the newest refused."""
FORGOTTEN_AT_ONCE: Final = 500


class Panels:
    """What both write into besides the notes."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    async def apply(self, session_id: str, role: Role, edit: Edit) -> Applied:
        """Carry out an edit and remember it, in one transaction. Raises `InvalidError`.

        An edit whose `op` was carried out before changes nothing and is no error: its browser missed the
        acknowledgement. Edits are taken until the session's links die, after its end too: an agenda item
        that comes so late still goes on to the next session.
        """
        now = self._clock()
        async with self._database.writing() as session:
            if await session.get(models.Operation, (session_id, edit.op)) is not None:
                return Applied(fresh=False, outcome=())
            row = await taking_edits(session, session_id, now)
            outcome = await carry_out(Editing(session, self._sealer, row, role, now), edit)
            if row.ended is not None and isinstance(edit, EditAgenda):
                await session.flush()
                await carry_from(session, row)
            kind = type(edit).__struct_config__.tag
            session.add(
                models.Operation(session_id=session_id, op=edit.op, role=role, kind=str(kind), at=now)
            )
            await _forget_oldest(session, session_id, role)
        return Applied(fresh=True, outcome=outcome)

    async def agenda(self, session_id: str) -> list[AgendaItem]:
        """In the order shown."""
        async with self._database.reading() as session:
            return await agenda_of(session, session_id)

    async def goals(self, partnership_id: str) -> list[Goal]:
        """In the order shown."""
        async with self._database.reading() as session:
            return await goals_of(session, partnership_id)

    async def current(self, session_id: str) -> Current:
        """The agenda item being talked about."""
        async with self._database.reading() as session:
            row = await session.get(models.Session, session_id)
            return current_of(row) if row else Current(item=None, since=0)


async def _forget_oldest(session: AsyncSession, session_id: str, role: Role) -> None:
    table = models.Operation
    theirs = table.session_id == session_id, table.role == role
    count = await session.scalar(select(func.count()).select_from(table).where(*theirs))
    if (count or 0) >= MAX_REMEMBERED + FORGOTTEN_AT_ONCE:
        oldest = select(table.op).where(*theirs).order_by(table.at, table.op).limit(FORGOTTEN_AT_ONCE)
        await session.execute(
            delete(table)
            .where(*theirs, table.op.in_(oldest.scalar_subquery()))
            .execution_options(synchronize_session=False)
        )
