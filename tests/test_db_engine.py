"""Transactions: writers never trample on each other, and what was acknowledged is on disk."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.db.engine import Database, connect, database_url
from server.db.errors import UnavailableError

COUNT_UP = """
import asyncio, sys
from sqlalchemy import text
from server.db.engine import connect

async def main(url, times, tasks):
    database = connect(url)
    async def count():
        for _ in range(times // tasks):
            async with database.writing() as session:
                n = await session.scalar(text("SELECT n FROM counter"))
                await session.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})
    await asyncio.gather(*(count() for _ in range(tasks)))
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""

APPEND_FOR_EVER = """
import asyncio, sys
from sqlalchemy import text
from server.db.engine import connect

async def main(url):
    database = connect(url)
    n = 0
    while True:
        n += 1
        async with database.writing() as session:
            await session.execute(text("INSERT INTO line VALUES (:n)"), {"n": n})
        print(n, flush=True)

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture
async def url(tmp_path: Path) -> str:
    return database_url(tmp_path / "data")


async def make(url: str, *statements: str) -> Database:
    database = connect(url)
    async with database.writing() as session:
        for statement in statements:
            await session.execute(text(statement))
    return database


async def counted(database: Database) -> object:
    async with database.reading() as session:
        return await session.scalar(text("SELECT n FROM counter"))


async def test_two_processes_and_ten_tasks_count_without_losing_one(url: str) -> None:
    database = await make(url, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)")
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", COUNT_UP, url, "200", "5")
        for _ in range(2)
    ]
    assert [await process.wait() for process in processes] == [0, 0]
    assert await counted(database) == 400
    await database.close()


async def test_after_a_plain_begin_a_reader_could_not_become_a_writer(tmp_path: Path, url: str) -> None:
    """The reason for BEGIN IMMEDIATE: waiting would not help, so SQLite fails at once."""
    database = await make(url, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)")
    first, second = (
        sqlite3.connect(tmp_path / "data" / "ringback.sqlite3", isolation_level=None) for _ in range(2)
    )
    for connection in (first, second):
        connection.execute("BEGIN")
        connection.execute("SELECT n FROM counter").fetchone()
    first.execute("UPDATE counter SET n = 1")
    first.execute("COMMIT")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        second.execute("UPDATE counter SET n = 1")
    first.close()
    second.close()
    await database.close()


async def test_what_was_acknowledged_survives_a_kill(url: str) -> None:
    database = await make(url, "CREATE TABLE line (n INTEGER)")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", APPEND_FOR_EVER, url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    for _ in range(50):
        await process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    acknowledged = 50 + len((await process.stdout.read()).split())
    await process.wait()
    async with database.writing() as session:
        kept = await session.scalar(text("SELECT count(*) FROM line"))
        assert await session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert kept in {acknowledged, acknowledged + 1}
    await database.close()


async def test_every_connection_waits_for_the_disk_and_keeps_references(url: str) -> None:
    database = connect(url)
    for transaction in (database.reading, database.writing):
        async with transaction() as session:
            assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert await session.scalar(text("PRAGMA synchronous")) == 2
            assert await session.scalar(text("PRAGMA foreign_keys")) == 1
            assert await session.scalar(text("PRAGMA busy_timeout")) == 10_000
    await database.close()


async def test_a_full_disk_refuses_the_write_and_spoils_nothing(url: str) -> None:
    database = await make(url, "CREATE TABLE line (n BLOB)")
    async with database.reading() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(UnavailableError):
        async with database.writing() as session:
            await session.execute(text("INSERT INTO line VALUES (zeroblob(100000))"))
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    async with database.writing() as session:
        await session.execute(text("INSERT INTO line VALUES (zeroblob(100000))"))
        assert await session.scalar(text("SELECT count(*) FROM line")) == 1
    await database.close()


async def test_an_exception_takes_everything_back(url: str) -> None:
    database = await make(url, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)")

    async def write_and_fail() -> None:
        async with database.writing() as session:
            await session.execute(text("UPDATE counter SET n = 5"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await write_and_fail()
    assert await counted(database) == 0
    await database.close()


async def test_a_reader_sees_one_moment_while_others_write(url: str) -> None:
    database = await make(url, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)")
    async with database.reading() as reader:
        assert await reader.scalar(text("SELECT n FROM counter")) == 0
        async with database.writing() as writer:
            await writer.execute(text("UPDATE counter SET n = 1"))
        assert await reader.scalar(text("SELECT n FROM counter")) == 0
    assert await counted(database) == 1
    await database.close()


async def test_callers_who_give_up_leave_no_lock_behind(url: str) -> None:
    database = await make(url, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)")

    async def count_up() -> None:
        async with database.writing() as session:
            await session.execute(text("UPDATE counter SET n = n + 1"))

    tasks = [asyncio.create_task(count_up()) for _ in range(100)]
    for turn, task in enumerate(tasks):
        for _ in range(turn % 7):
            await asyncio.sleep(0)
        if turn % 3:
            task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    finished = sum(result is None for result in results)
    assert finished >= 34
    kept = await counted(database)
    assert isinstance(kept, int)
    assert finished <= kept <= 100
    await count_up()
    assert await counted(database) == kept + 1
    await database.close()


async def test_a_database_locked_for_long_is_said_to_be_unavailable(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.db.engine.BUSY_S", 0)
    database = await make(url, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)")
    other = sqlite3.connect(tmp_path / "data" / "ringback.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError):
        async with database.writing() as session:
            await session.execute(text("UPDATE counter SET n = 1"))
    other.execute("COMMIT")
    assert await counted(database) == 0
    other.close()
    await database.close()


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    database_url(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


async def test_a_statement_that_fails_does_not_quote_what_it_was_to_store(url: str) -> None:
    """Such errors are logged, and the words may be a note, a name or a link's hash."""
    database = connect(url)
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE word (word TEXT CHECK (length(word) < 5))"))
        with pytest.raises(IntegrityError) as failed:
            await session.execute(text("INSERT INTO word VALUES (:word)"), {"word": "a private word"})
    assert "private" not in str(failed.value)
    await database.close()
