"""Coordinators' credentials and signed-in browsers. What counts as proof is in `server.coordinators`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from server.db import models
from server.db.engine import Database
from server.db.person_rows import ensure_row, person_of
from server.db.records import Clock, Coordinator, Person
from server.seal import Sealer


class Coordinators:
    """Who may open sessions."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    async def add_coordinator(
        self, name: str, email: str, setup_hash: bytes, setup_until: datetime
    ) -> Person:
        """Give a person the right, with a fresh set-up link; credentials they had are forgotten."""
        async with self._database.writing() as session:
            person = await ensure_row(session, name, email, self._clock())
            await session.merge(
                models.Coordinator(
                    person_id=person.id,
                    password=None,
                    sealed_totp=None,
                    totp_step=0,
                    setup_hash=setup_hash,
                    setup_until=setup_until,
                )
            )
            await session.execute(delete(models.SignIn).where(models.SignIn.person_id == person.id))
            return person_of(person)

    async def coordinator_by_setup(self, setup_hash: bytes) -> Coordinator | None:
        """Whose set-up link this is, while it is valid."""
        return await self._find(
            (models.Coordinator.setup_hash == setup_hash) & (models.Coordinator.setup_until > self._clock())
        )

    async def coordinator_by_email(self, email: str) -> Coordinator | None:
        return await self._find(models.Person.email == email.lower())

    async def coordinator(self, person_id: str) -> Coordinator | None:
        return await self._find(models.Coordinator.person_id == person_id)

    async def set_credentials(self, person_id: str, password_hash: str, totp_secret: str) -> bool:
        """Store what the set-up link was for; the link is used up and other browsers are signed out.

        False, and nothing stored, when it has been used up meanwhile.
        """
        async with self._database.writing() as session:
            row = await session.get_one(models.Coordinator, person_id)
            if row.setup_hash is None:
                return False
            row.password = password_hash
            row.sealed_totp = self._sealer.seal(totp_secret.encode(), _place(person_id))
            row.totp_step, row.setup_hash, row.setup_until = 0, None, None
            await session.execute(delete(models.SignIn).where(models.SignIn.person_id == person_id))
            return True

    async def use_totp_step(self, person_id: str, step: int) -> bool:
        """Whether this 30 s step is later than every one used before; it is used up by asking."""
        async with self._database.writing() as session:
            used = await session.execute(
                update(models.Coordinator)
                .where(models.Coordinator.person_id == person_id, models.Coordinator.totp_step < step)
                .values(totp_step=step)
                .returning(models.Coordinator.person_id)
            )
            return used.first() is not None

    async def sign_in(self, token_hash: bytes, person_id: str, until: datetime) -> None:
        """Remember a signed-in browser; those that have run out are forgotten."""
        async with self._database.writing() as session:
            await session.execute(delete(models.SignIn).where(models.SignIn.until <= self._clock()))
            session.add(models.SignIn(token_hash=token_hash, person_id=person_id, until=until))

    async def signed_in(self, token_hash: bytes) -> Person | None:
        """Whose browser this is, while it is signed in and its person a coordinator."""
        async with self._database.reading() as session:
            row = await session.scalar(
                select(models.Person)
                .join(models.SignIn, models.SignIn.person_id == models.Person.id)
                .join(models.Coordinator, models.Coordinator.person_id == models.Person.id)
                .where(models.SignIn.token_hash == token_hash, models.SignIn.until > self._clock())
            )
            return person_of(row) if row else None

    async def sign_out(self, token_hash: bytes) -> None:
        async with self._database.writing() as session:
            await session.execute(delete(models.SignIn).where(models.SignIn.token_hash == token_hash))

    async def coordinators(self) -> list[tuple[Person, bool]]:
        """Everybody with the right, by name, and whether the set-up link was used."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(models.Person, models.Coordinator.password.is_not(None))
                .join(models.Coordinator, models.Coordinator.person_id == models.Person.id)
                .order_by(models.Person.name, models.Person.id)
            )
            return [(person_of(row), ready) for row, ready in rows]

    async def _find(self, condition: ColumnElement[bool]) -> Coordinator | None:
        async with self._database.reading() as session:
            found = (
                await session.execute(
                    select(models.Coordinator, models.Person)
                    .join(models.Person, models.Person.id == models.Coordinator.person_id)
                    .where(condition)
                )
            ).first()
            if found is None:
                return None
            row, person = found
            return Coordinator(person_of(person), row.password, self._totp(row))

    def _totp(self, row: models.Coordinator) -> str | None:
        if row.sealed_totp is None:
            return None
        return self._sealer.open(row.sealed_totp, _place(row.person_id)).decode()


def _place(person_id: str) -> str:
    return f"coordinator|{person_id}|totp"
