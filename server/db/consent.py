"""Consent to show a number, as far as others than its owner have a say in it, and who has seen one.

Not here: the owner's own yes and no (`panel_edits`). The audit rows are the memory: a coordinator's word
that both agreed counts only while the owner has neither said no nor had the number changed by somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.person_rows import number_of, set_number
from server.numbers import parse_number
from server.seal import Sealer
from signalling.protocol import Role

GRANTED: Final = "number.granted"
WITHHELD: Final = "number.withheld"
SHOWN: Final = "number.shown"
"""`who` is the reader, whose peer's number it is."""


MAX_CHANGES: Final = 200
"""Of one owner's consent in a session: somebody undecided makes a few."""


def changed(role: Role) -> str:
    """Somebody else than its owner replaced the number of the person in this seat."""
    return f"number.changed.{role}"


async def note_numbers(
    session: AsyncSession,
    sealer: Sealer,
    owners: Mapping[Role, str],
    numbers: Mapping[Role, str],
    entry: tuple[datetime, str, str],
) -> None:
    """Keep the numbers a coordinator gave for people; `entry` is when, who and in which session.

    Raises `InvalidError` when one is no number.
    """
    at, who, session_id = entry
    for role, text in numbers.items():
        person = await session.get_one(models.Person, owners[role])
        before = number_of(sealer, person)
        if before == parse_number(text):
            continue
        await set_number(session, sealer, person.id, text)
        if before is not None:
            session.add(models.Audit(at=at, who=who, what=changed(role), session_id=session_id))


async def record_consent(session: AsyncSession, entry: tuple[datetime, Role, str], *, granted: bool) -> bool:
    """Write down an owner's own yes or no; gives what counts from now on.

    `entry` is when, whose and in which session. After `MAX_CHANGES` a no still counts and a yes does not.
    """
    at, owner, session_id = entry
    table = models.Audit
    said = or_(_entry(owner, GRANTED), _entry(owner, WITHHELD))
    ours = select(table.what).where(table.session_id == session_id, said).order_by(table.id)
    words = (await session.scalars(ours)).all()
    granted = granted and len(words) < MAX_CHANGES
    what = GRANTED if granted else WITHHELD
    if len(words) < MAX_CHANGES or words[-1] != what:
        session.add(table(at=at, who=owner, what=what, session_id=session_id))
    return granted


async def grant_agreed(session: AsyncSession, pair: models.Partnership) -> None:
    """A coordinator says that both agreed: it covers the number there is, of whoever need not be asked."""
    await session.flush()
    await session.refresh(pair)
    for role, person_id in owners_of(pair).items():
        person = await session.get_one(models.Person, person_id)
        if person.sealed_number is not None and not await _must_be_asked(session, person_id):
            setattr(pair, f"{role}_granted", True)


async def number_shown(session: AsyncSession, session_id: str, reader: Role, now: datetime) -> bool:
    """Write down that the reader is given the peer's number; once for each time its owner granted it."""
    owner: Role = "mentee" if reader == "mentor" else "mentor"
    table = models.Audit
    last = await session.scalar(
        select(table.what)
        .where(table.session_id == session_id, or_(_entry(reader, SHOWN), _entry(owner, GRANTED)))
        .order_by(table.id.desc())
        .limit(1)
    )
    if last == SHOWN:
        return False
    session.add(table(at=now, who=reader, what=SHOWN, session_id=session_id))
    return True


def owners_of(pair: models.Partnership) -> dict[Role, str]:
    return {"mentor": pair.mentor_id, "mentee": pair.mentee_id}


async def _must_be_asked(session: AsyncSession, person_id: str) -> bool:
    """The person's last word was no, or somebody else has changed the number since."""
    mentor, mentee = models.Partnership.mentor_id == person_id, models.Partnership.mentee_id == person_id
    last = await session.scalar(
        select(models.Audit.what)
        .join(models.Session, models.Session.id == models.Audit.session_id)
        .join(models.Partnership, models.Partnership.id == models.Session.partnership_id)
        .where(or_(and_(mentor, _about("mentor")), and_(mentee, _about("mentee"))))
        .order_by(models.Audit.id.desc())
        .limit(1)
    )
    return last not in (None, GRANTED)


def _about(owner: Role) -> ColumnElement[bool]:
    """Entries that say something of the owner's consent."""
    return or_(_entry(owner, GRANTED), _entry(owner, WITHHELD), models.Audit.what == changed(owner))


def _entry(who: Role, what: str) -> ColumnElement[bool]:
    return and_(models.Audit.who == who, models.Audit.what == what)
