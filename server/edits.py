"""Edits of the panels: stored first, then told to both, then acknowledged.

Not here: what an edit does (`server.db.panels`) or the notes (`server.documents`).
"""

from __future__ import annotations

from collections.abc import Callable

from server.after_call import AfterCall
from server.db.records import Named, Outcome, PlanTouched, Recorded
from server.db.store import Store
from server.errors import InvalidError
from server.live import Live
from server.plans import plan_for, record_shown
from signalling.effects import Effect, Moment, StoreEdit
from signalling.protocol import PlanChanged, Refused, Saved
from signalling.room import PEER_OF

BUSY = "This is not saved yet. The page keeps it and sends it again by itself."

Perform = Callable[[Live, list[Effect]], None]


class Edits:
    """`perform` carries out what a room makes of a new name."""

    def __init__(
        self, store: Store, after_call: AfterCall, now: Callable[[], Moment], perform: Perform
    ) -> None:
        self._store = store
        self._after_call = after_call
        self._now = now
        self._perform = perform

    def take(self, live: Live, request: StoreEdit) -> None:
        """Have an edit carried out after all that came before it in this room."""
        if live.desk.full:
            live.send(request.connection, Refused(error="store.busy", sentence=BUSY, op=request.edit.op))
        else:
            live.desk.put(lambda: self._carry_out(live, request))

    async def _carry_out(self, live: Live, request: StoreEdit) -> None:
        try:
            applied = await self._store.panels.apply(live.id, request.role, request.edit)
        except InvalidError as error:
            refused = Refused(error=error.error, sentence=error.sentence, op=request.edit.op)
            live.send(request.connection, refused)
            return
        for outcome in applied.outcome:
            self._tell(live, outcome)
        live.send(request.connection, Saved(op=request.edit.op))

    def _tell(self, live: Live, outcome: Outcome) -> None:
        match outcome:
            case Named(role, name):
                self._perform(live, live.room.rename(role, name, self._now()))
            case PlanTouched():
                live.desk.put(lambda: self._tell_plan(live))
            case Recorded():
                live.desk.put(lambda: self._after_call.tell(live))
            case _:
                for connection in live.seated():
                    connection.send(outcome)

    async def _tell_plan(self, live: Live) -> None:
        session = await self._store.sessions.load(live.id)
        if session is None:
            return
        for role in PEER_OF:
            plan = await plan_for(self._store, session, role)
            for connection in live.seated(role):
                connection.send(PlanChanged(plan=plan))
                record_shown(self._store, live, role, plan)
