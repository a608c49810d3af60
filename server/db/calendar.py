"""Sessions by when they are, a page at a time: those around now, those to come, and all the others.

Every session is in exactly one of the three. Not here: changes (`sessions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select

from server.db import models
from server.db.engine import Database
from server.db.records import Clock, SessionView
from server.db.session_rows import views

AROUND: Final = timedelta(hours=36)
"""From yesterday to tomorrow in every time zone."""


@dataclass(frozen=True)
class Listing:
    """One page of sessions; `page` counts from 1, `total` are the sessions of all `pages`."""

    sessions: tuple[SessionView, ...]
    page: int
    pages: int
    total: int


class Calendar:
    """All sessions, for reading."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def around(self) -> list[SessionView]:
        """What starts within `AROUND` before or after now, over or not, by its start."""
        now = self._clock()
        async with self._database.reading() as session:
            return await views(session, models.Session.starts.between(now - AROUND, now + AROUND))

    async def coming(self, page: int, size: int) -> Listing:
        """What starts later and is not over, soonest first. A page that there is not: the nearest."""
        later = models.Session.starts > self._clock() + AROUND
        return await self._listing(later & models.Session.ended.is_(None), page, size)

    async def earlier(self, page: int, size: int) -> Listing:
        """What started before, and what is over ahead of its time, newest first."""
        now, starts = self._clock(), models.Session.starts
        over_early = (starts > now + AROUND) & models.Session.ended.is_not(None)
        return await self._listing((starts < now - AROUND) | over_early, page, size, newest_first=True)

    async def _listing(
        self, condition: ColumnElement[bool], page: int, size: int, *, newest_first: bool = False
    ) -> Listing:
        async with self._database.reading() as session:
            total = (
                await session.scalar(select(func.count()).select_from(models.Session).where(condition)) or 0
            )
            pages = max(1, -(-total // size))
            page = min(max(1, page), pages)
            found = await views(
                session, condition, newest_first=newest_first, limit=size, offset=(page - 1) * size
            )
            return Listing(tuple(found), page, pages, total)
