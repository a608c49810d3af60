"""The database file and its transactions: many readers, one writer at a time, nothing lost on power failure.

Not here: tables (`models`), queries (the store's modules) and the schema's history (`migrations`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from server.db.errors import UnavailableError

FILE = "ringback.sqlite3"
BUSY_S = 10
"""How long a statement waits for another process's write before it gives up."""


def database_url(folder: Path) -> str:
    """The URL of the database in a data folder, which is made when missing, for its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"sqlite+aiosqlite:///{folder.resolve() / FILE}"


class Database:
    """One engine. `reading` gives a consistent view, `writing` a transaction that is on disk when it ends.

    Within the process writers queue in order of arrival; between processes SQLite's own lock decides.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._turn = asyncio.Lock()
        self._readers = async_sessionmaker(engine, expire_on_commit=False)
        self._writers = async_sessionmaker(
            engine.execution_options(ringback_writes=True), expire_on_commit=False
        )

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """Raises `UnavailableError`."""
        with _Translated():
            async with self._readers() as session, session.begin():
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncSession]:
        """Commits at the end, takes everything back after an exception. Raises `UnavailableError`."""
        with _Translated():
            async with asyncio.timeout(BUSY_S):
                await self._turn.acquire()
            try:
                async with self._writers() as session, session.begin():
                    yield session
            finally:
                self._turn.release()

    async def close(self) -> None:
        await self.engine.dispose()


def connect(url: str) -> Database:
    """The database at a URL from `database_url`. Opens nothing before the first transaction.

    What is stored is left out of error messages, which end up in logs.
    """
    engine = create_async_engine(
        url, connect_args={"isolation_level": None, "timeout": BUSY_S}, hide_parameters=True
    )
    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return Database(engine)


def prepare(connection: Any, record: object) -> None:
    """Settings that belong to a connection, not to the file.

    FULL, because an edit is acknowledged only when it is on disk: in WAL mode NORMAL may lose the
    last commits when the power fails (sqlite.org/pragma.html#pragma_synchronous).
    """
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_S * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Writers take the lock first: after a plain BEGIN the upgrade from reader to writer fails at once."""
    writes = connection.get_execution_options().get("ringback_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class _Translated:
    """Turns what a driver raises when the database is locked, full or gone into `UnavailableError`.

    Broken constraints are our own mistake and stay what they are.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TimeoutError | PoolTimeoutError) or _is_operational(error):
            raise UnavailableError("The database cannot be reached just now.") from error


def _is_operational(error: BaseException | None) -> bool:
    """sqlite3 says OperationalError when locked, full or unreadable, DatabaseError when malformed."""
    return isinstance(error, DBAPIError) and type(error).__name__ in {"OperationalError", "DatabaseError"}
