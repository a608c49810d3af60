"""What a room saw, on its way into the store: who was in the call and when, and how it ended.

Not here: edits (`edits`), the rows (`server.db.attendance`). Every record is a job for the room's desk.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from server.db.records import Clock
from server.db.store import Store
from server.desk import Job
from server.errors import InvalidError
from server.live import Live
from signalling.effects import Effect, Entered, Exited, LastLeft, Met, Occupied, PhoneSet, SessionEnded
from signalling.protocol import Role

log = logging.getLogger(__name__)

Refresh = Callable[[str], Awaitable[None]]


class Register:
    """`refresh` reads a session anew when the store says it is over and the room does not know."""

    def __init__(self, store: Store, clock: Clock, refresh: Refresh, on_quiet: Callable[[], None]) -> None:
        self._sessions = store.sessions
        self._clock = clock
        self._refresh = refresh
        self._on_quiet = on_quiet

    def record(self, live: Live, effect: Effect) -> None:
        """Write an effect down, in its turn."""
        job = self._job(live, effect)
        if job is not None:
            log.info("session %s: %s", live.id, type(effect).__name__)
            live.desk.put(lambda: self._unless_over(live, job))

    def _job(self, live: Live, effect: Effect) -> Job | None:
        now = self._clock()
        match effect:
            case Entered(role):
                return lambda: self._entered(live, role)
            case Exited(role, at_ms):
                return lambda: self._exited(live, role, datetime.fromtimestamp(at_ms / 1000, UTC))
            case Met():
                return lambda: self._sessions.set_met(live.id)
            case Occupied():
                return lambda: self._sessions.set_left(live.id, None)
            case LastLeft():
                return lambda: self._sessions.set_left(live.id, now)
            case PhoneSet(state):
                return lambda: self._sessions.set_phone(live.id, state)
            case SessionEnded(by):
                return lambda: self._ended(live, by)
            case _:
                return None

    async def _unless_over(self, live: Live, job: Job) -> None:
        try:
            await job()
        except InvalidError:
            await self._refresh(live.id)

    async def _entered(self, live: Live, role: Role) -> None:
        live.stays[role] = await self._sessions.entered(live.id, role)

    async def _exited(self, live: Live, role: Role, at: datetime) -> None:
        if role in live.stays:
            await self._sessions.exited(live.stays[role], at)
            del live.stays[role]

    async def _ended(self, live: Live, by: Role) -> None:
        await self._sessions.end(live.id, by)
        await self._refresh(live.id)
        self._on_quiet()
