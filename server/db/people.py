"""People and their telephone numbers. Their right to coordinate is in `coordinators`.

Not here: what a transaction about something else does with people (`person_rows`).
"""

from __future__ import annotations

from sqlalchemy import select, update

from server.db import models
from server.db.coordinators import Coordinators
from server.db.person_rows import ensure_row, number_of, person_of, set_number
from server.db.records import Person
from server.zones import zone as known_zone


class People(Coordinators):
    """Everybody known by an e-mail address, coordinators among them."""

    async def ensure(self, name: str, email: str, zone: str = "UTC") -> Person:
        """The person with this address, made when new; `name` replaces one the person did not choose.

        `zone` is a new person's until their browser tells: that of whoever invites is the best guess.
        """
        async with self._database.writing() as session:
            return person_of(await ensure_row(session, name, email, self._clock(), zone))

    async def person(self, person_id: str) -> Person | None:
        async with self._database.reading() as session:
            row = await session.get(models.Person, person_id)
            return person_of(row) if row else None

    async def by_email(self, email: str) -> Person | None:
        async with self._database.reading() as session:
            row = await session.scalar(select(models.Person).where(models.Person.email == email.lower()))
            return person_of(row) if row else None

    async def set_number(self, person_id: str, number: str | None) -> None:
        """Keep the number a person can be rung at; a new one is shown to nobody until granted again.

        Raises `InvalidError` when it is no number.
        """
        async with self._database.writing() as session:
            await set_number(session, self._sealer, person_id, number)

    async def number(self, person_id: str) -> str | None:
        """The person's own number in E.164."""
        async with self._database.reading() as session:
            row = await session.get(models.Person, person_id)
            return number_of(self._sealer, row) if row else None

    async def set_zone(self, person_id: str, zone: str) -> None:
        """Keep the IANA time zone a person's browser told; one nobody knows is ignored."""
        if known_zone(zone) is None:
            return
        async with self._database.reading() as session:
            row = await session.get(models.Person, person_id)
            if row is None or row.zone == zone:
                return
        async with self._database.writing() as session:
            await session.execute(
                update(models.Person).where(models.Person.id == person_id).values(zone=zone)
            )
