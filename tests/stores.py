"""A store on a real database file, with a clock that stands still until it is told, and a session in it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.db.engine import connect, database_url
from server.db.migrations import migrate
from server.db.records import Mail, Person
from server.db.store import Store
from server.seal import Sealer
from signalling.protocol import Role

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class StillClock:
    """Gives `now` until somebody changes it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@asynccontextmanager
async def a_store(folder: Path, clock: StillClock | None = None) -> AsyncGenerator[Store]:
    """The store in a folder, as a server or a command would open it; what is in it stays."""
    url = database_url(folder / "data")
    migrate(url)
    store = Store(connect(url), Sealer(folder / "data.key"), clock or StillClock())
    try:
        yield store
    finally:
        await store.close()


def link_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def audit(folder: Path) -> list[tuple[str, str]]:
    """Who did what, in order, in the database of a store or a server in this folder."""
    with closing(sqlite3.connect(folder / "data" / "ringback.sqlite3")) as connection:
        return connection.execute("SELECT who, what FROM audit ORDER BY id").fetchall()


async def ann(store: Store) -> Person:
    return await store.people.ensure("Ann Archer", "ann@example.org")


async def ben(store: Store) -> Person:
    return await store.people.ensure("Ben Brook", "ben@example.org")


async def a_session(
    store: Store,
    *,
    starts: datetime = NOON,
    minutes: int = 30,
    tokens: str = "",
    numbers_agreed: bool = False,
    mails: tuple[Mail, ...] = (),
    numbers: dict[Role, str] | None = None,
) -> str:
    """A session of Ann, mentor, and Ben, mentee; different `tokens` make different links."""
    unique = tokens or f"{starts.isoformat()}/{id(store)}"
    return await store.sessions.open(
        await ann(store),
        await ben(store),
        starts,
        minutes,
        opened_by=None,
        numbers_agreed=numbers_agreed,
        link_hashes={"mentor": link_hash(f"mentor {unique}"), "mentee": link_hash(f"mentee {unique}")},
        mails=mails,
        numbers=numbers,
    )
