"""Whether people's lines were good when they last had them checked: a word a person, for a day.

Not here: how the word is found (`signalling.verdict`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, cast

from sqlalchemy import delete, select

from server.db import models
from server.db.engine import Database
from server.db.records import Clock
from signalling.protocol import Readiness

KEPT: Final = timedelta(hours=24)
"""A line of yesterday says nothing about today's session."""


class ReadinessWords:
    """Written by checks from a seat, never by those from the open link."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def keep(self, person_id: str, word: Readiness) -> None:
        """The newest check counts."""
        now = self._clock()
        async with self._database.writing() as session:
            await session.merge(models.Readiness(person_id=person_id, word=word, at=now))

    async def expire(self) -> None:
        """What is older than a day goes, whoever's it is."""
        old = models.Readiness.at <= self._clock() - KEPT
        async with self._database.reading() as session:
            if await session.scalar(select(models.Readiness.person_id).where(old).limit(1)) is None:
                return
        async with self._database.writing() as session:
            await session.execute(delete(models.Readiness).where(old))

    async def of(self, person_ids: Sequence[str]) -> dict[str, Readiness]:
        """Everybody's word; `not_checked` for who has none of the last day."""
        fresh = models.Readiness.at > self._clock() - KEPT
        async with self._database.reading() as session:
            rows = await session.scalars(
                select(models.Readiness).where(models.Readiness.person_id.in_(person_ids), fresh)
            )
            known = {row.person_id: cast("Readiness", row.word) for row in rows}
        return {person_id: known.get(person_id, "not_checked") for person_id in person_ids}
