"""The schema's history ends where the tables are, and a start costs nothing when there is nothing to do."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect

from server.db.engine import database_url
from server.db.errors import SchemaError
from server.db.migrations import FOLDER, HEAD, configuration, current, migrate
from server.db.models import Base
from server.db.store import Store
from server.seal import Sealer
from tests.stores import StillClock, a_store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ringback.sqlite3"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return database_url(tmp_path / "data")


def engine_of(file: Path) -> Engine:
    return create_engine(f"sqlite:///{file}")


def constraints(engine: Engine, table: str) -> list[list[str]]:
    seen = inspect(engine)
    looks = seen.get_unique_constraints, seen.get_foreign_keys, seen.get_indexes
    return [sorted(repr(one) for one in look(table)) for look in looks] + [
        [repr(seen.get_pk_constraint(table))]
    ]


def test_migrations_lead_to_exactly_the_tables_of_the_models(file: Path, url: str) -> None:
    assert migrate(url)
    engine = engine_of(file)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_migrations_make_the_constraints_the_models_name(file: Path, url: str, tmp_path: Path) -> None:
    migrate(url)
    migrated, declared = engine_of(file), create_engine(f"sqlite:///{tmp_path / 'declared'}")
    Base.metadata.create_all(declared)
    for table in Base.metadata.tables:
        assert constraints(migrated, table) == constraints(declared, table)
    migrated.dispose()
    declared.dispose()


def test_the_head_is_the_newest_revision() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        script = ScriptDirectory.from_config(configuration(connection))
    assert script.get_heads() == [HEAD]
    assert Path(script.dir) == FOLDER
    engine.dispose()


def test_a_second_start_does_nothing_and_is_quick(url: str, file: Path) -> None:
    assert migrate(url)
    before = file.stat().st_mtime_ns
    started = time.process_time()
    assert not migrate(url)
    assert time.process_time() - started < 0.2
    assert file.stat().st_mtime_ns == before


def test_a_start_without_work_does_not_load_the_migration_library(url: str) -> None:
    migrate(url)
    code = f"import sys, server.db.migrations as m; m.migrate({url!r}); print('alembic' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_processes_starting_at_once_migrate_once(url: str, file: Path) -> None:
    code = f"from server.db.migrations import migrate; print(migrate({url!r}))"
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    for run in runs:
        assert run.stdout is not None
        run.stdout.close()
    assert current(str(file)) == HEAD


def test_a_database_of_a_newer_version_is_left_alone(url: str, file: Path) -> None:
    migrate(url)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match="newer version"):
        migrate(url)
    assert current(str(file)) == "9999"


async def test_a_key_file_that_is_not_this_databases_is_noticed(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.check_key()
        await store.check_key()
    async with a_store(tmp_path) as store:
        stranger = Store(store._database, Sealer(tmp_path / "other.key"), StillClock())
        with pytest.raises(SchemaError, match="restore it from your backup"):
            await stranger.check_key()


async def test_what_the_first_version_kept_is_there_after_the_upgrade(tmp_path: Path, file: Path) -> None:
    engine = _at_first_revision(file)
    async with a_store(tmp_path) as store:
        assert current(str(file)) == HEAD
        assert (await store.people.ensure("Somebody", "ann@example.org")).id == "p1"
        assert await store.calls.minutes(["s1"]) == {"s1": []}
    engine.dispose()


def _at_first_revision(file: Path) -> Engine:
    file.parent.mkdir(parents=True)
    engine = engine_of(file)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO person VALUES ('p1', 'Ann', 1, 'ann@example.org', 'UTC', NULL, '2026-03-02 12:00')"
        )
    return engine
