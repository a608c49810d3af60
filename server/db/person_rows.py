"""What transactions do with rows of people. The store's face to the rest is in `people`."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.records import Person
from server.numbers import parse_number
from server.seal import Sealer


async def ensure_row(
    session: AsyncSession, name: str, email: str, now: datetime, zone: str = "UTC"
) -> models.Person:
    """As `people.People.ensure`, within a transaction."""
    email = email.lower()
    row = await session.scalar(select(models.Person).where(models.Person.email == email))
    if row is None:
        row = models.Person(
            id=secrets.token_urlsafe(16), name=name, named=False, email=email, zone=zone, created=now
        )
        session.add(row)
        await session.flush()
    elif not row.named:
        row.name = name
    return row


async def set_number(session: AsyncSession, sealer: Sealer, person_id: str, number: str | None) -> str | None:
    """As `people.People.set_number`, within a transaction; gives the number in E.164."""
    parsed = parse_number(number) if number else None
    row = await session.get_one(models.Person, person_id)
    if number_of(sealer, row) != parsed:
        row.sealed_number = sealer.seal(parsed.encode(), _place(person_id)) if parsed else None
        for side in ("mentor", "mentee"):
            owner = getattr(models.Partnership, f"{side}_id")
            await session.execute(
                update(models.Partnership).where(owner == person_id).values({f"{side}_granted": False})
            )
    return parsed


def number_of(sealer: Sealer, row: models.Person) -> str | None:
    if row.sealed_number is None:
        return None
    return sealer.open(row.sealed_number, _place(row.id)).decode()


def person_of(row: models.Person) -> Person:
    return Person(row.id, row.name, row.email, row.zone)


def _place(person_id: str) -> str:
    return f"person|{person_id}|number"
