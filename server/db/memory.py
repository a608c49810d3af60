"""A database in this process's memory: the same tables, nothing on any disk, gone with `close`.

Not here: what it is used for (`server.rehearsal`). SQLite's memdb is shared by the connections of a process
and locks as a file does; a connection of its own keeps it alive (sqlite.org/src/file/src/memdb.c).
"""

from __future__ import annotations

import secrets
import sqlite3

from sqlalchemy import create_engine, delete, func, select
from sqlalchemy.pool import StaticPool

from server.db.engine import Database, connect
from server.db.models import Base, Person
from server.db.store import Store


class MemoryDatabase:
    """`database` is for a `Store`. Empty at first."""

    def __init__(self) -> None:
        path = f"file:/ringback-{secrets.token_hex(8)}?vfs=memdb"
        self._anchor = sqlite3.connect(path, uri=True, check_same_thread=False)
        engine = create_engine("sqlite://", creator=lambda: self._anchor, poolclass=StaticPool)
        Base.metadata.create_all(engine)
        self.database: Database = connect(f"sqlite+aiosqlite:///{path}&uri=true")

    async def forget(self, people: list[str]) -> None:
        """Everything of these people: their sessions, and all that is in them, go with them."""
        async with self.database.writing() as session:
            await session.execute(delete(Person).where(Person.id.in_(people)))

    async def rows(self) -> int:
        """Of all tables together."""
        async with self.database.reading() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            ]
        return sum(count or 0 for count in counts)

    async def close(self, store: Store) -> None:
        """Nothing is left of it."""
        await store.close()
        self._anchor.close()
