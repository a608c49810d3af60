"""Mails on their way: written with the event that causes them, leased by one sender at a time.

Not here: what they say (`server.mail.invitation`, `server.mail.summary`) and how they are handed over
(`server.mail.sender`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.db.engine import Database
from server.db.records import Clock, Letter, Mail, MailState
from server.seal import Sealer

GIVE_UP_AFTER = timedelta(hours=72)
"""How long a mail is tried, and how long its text is kept at most."""
EXPIRED = "not delivered within 72 hours"


class Outbox:
    """The outgoing mail. `woken` is set whenever this process has put one in."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self.woken = asyncio.Event()

    def wake(self) -> None:
        self.woken.set()

    async def put(self, mails: Sequence[Mail]) -> None:
        """Put in mails that have no other cause in the store; the same key is never put in twice."""
        async with self._database.writing() as session:
            await add_mails(session, self._sealer, mails, self._clock())
        self.wake()

    async def lease(self, now: datetime, limit: int, lease_s: int) -> list[Letter]:
        """Mails that are due, for this caller alone until the lease has run out."""
        due = (
            (models.Outbox.state == "waiting")
            & (models.Outbox.next_try <= now)
            & (models.Outbox.leased_until.is_(None) | (models.Outbox.leased_until <= now))
        )
        if not await self._any(due):
            return []
        async with self._database.writing() as session:
            rows = await session.scalars(
                select(models.Outbox).where(due).order_by(models.Outbox.next_try).limit(limit)
            )
            letters = []
            for row in rows.all():
                row.leased_until = now + timedelta(seconds=lease_s)
                letters.append(self._letter(row))
            return letters

    async def next_due(self) -> datetime | None:
        """When the next mail wants to be tried, or a sender's lease has run out."""
        async with self._database.reading() as session:
            rows = await session.execute(
                select(models.Outbox.next_try, models.Outbox.leased_until)
                .where(models.Outbox.state == "waiting")
                .order_by(models.Outbox.next_try)
                .limit(100)
            )
            return min((max(due, leased or due) for due, leased in rows.all()), default=None)

    async def sent(self, letter: Letter) -> bool:
        """The mail was accepted; its text is forgotten. False when the lease was no longer the caller's."""
        return await self._close(letter, state="sent", sent=self._clock(), sealed_message=b"", error=None)

    async def retry(self, letter: Letter, error: str, next_try: datetime) -> bool:
        """Try again at `next_try`. False when the lease was no longer the caller's."""
        return await self._close(letter, next_try=next_try, error=error)

    async def failed(self, letter: Letter, error: str) -> bool:
        """Given up; its text is forgotten. False when the lease was no longer the caller's."""
        return await self._close(letter, state="failed", sealed_message=b"", error=error)

    async def expire(self) -> int:
        """Give up what has waited for longer than `GIVE_UP_AFTER`; how many mails that were."""
        now = self._clock()
        old = (
            (models.Outbox.state == "waiting")
            & (models.Outbox.created <= now - GIVE_UP_AFTER)
            & (models.Outbox.leased_until.is_(None) | (models.Outbox.leased_until <= now))
        )
        if not await self._any(old):
            return 0
        async with self._database.writing() as session:
            given_up = await session.execute(
                update(models.Outbox)
                .where(old)
                .values(
                    state="failed",
                    sealed_message=b"",
                    error=func.coalesce(models.Outbox.error + "; ", "") + EXPIRED,
                )
                .returning(models.Outbox.id)
            )
            return len(given_up.all())

    async def listing(self, limit: int = 200) -> list[Letter]:
        """The newest mails first."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(models.Outbox).order_by(models.Outbox.id.desc()).limit(limit))
            return [self._letter(row) for row in rows]

    async def letter(self, letter_id: int) -> Letter | None:
        async with self._database.reading() as session:
            row = await session.get(models.Outbox, letter_id)
            return self._letter(row) if row else None

    async def _any(self, condition: ColumnElement[bool]) -> bool:
        """Looking needs no write lock, and most looks find nothing."""
        async with self._database.reading() as session:
            return await session.scalar(select(models.Outbox.id).where(condition).limit(1)) is not None

    async def _close(self, letter: Letter, **values: object) -> bool:
        """End the caller's lease, which is recognised by the moment it runs out."""
        async with self._database.writing() as session:
            closed = await session.execute(
                update(models.Outbox)
                .where(
                    models.Outbox.id == letter.id,
                    models.Outbox.state == "waiting",
                    models.Outbox.leased_until == letter.leased_until,
                )
                .values(tries=models.Outbox.tries + 1, leased_until=None, **values)
                .returning(models.Outbox.id)
            )
            return closed.first() is not None

    def _letter(self, row: models.Outbox) -> Letter:
        message = row.sealed_message and self._sealer.open(row.sealed_message, _place(row.key))
        return Letter(
            id=row.id,
            key=row.key,
            recipient=row.recipient,
            message_id=row.message_id,
            message=message,
            state=cast("MailState", row.state),
            tries=row.tries,
            next_try=row.next_try,
            leased_until=row.leased_until,
            created=row.created,
            sent=row.sent,
            error=row.error,
        )


async def add_mails(session: AsyncSession, sealer: Sealer, mails: Sequence[Mail], now: datetime) -> None:
    """Write mails within the transaction of the event that causes them."""
    keys = [mail.key for mail in mails]
    known = await session.scalars(select(models.Outbox.key).where(models.Outbox.key.in_(keys)))
    there = set(known)
    for mail in mails:
        if mail.key in there:
            continue
        there.add(mail.key)
        session.add(
            models.Outbox(
                key=mail.key,
                recipient=mail.recipient,
                message_id=mail.message_id,
                sealed_message=sealer.seal(mail.message, _place(mail.key)),
                state="waiting",
                tries=0,
                next_try=now,
                created=now,
            )
        )


def _place(key: str) -> str:
    return f"outbox|{key}|message"
