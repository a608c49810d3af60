"""`ringback doctor` and the data: it says so wherever the server would not start, and changes nothing."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from server.config import Config, load
from server.db.engine import FILE, database_url
from server.db.errors import SchemaError
from server.db.migrations import HEAD, configuration, migrate
from server.doctor import data
from server.seal import KeyFileError, Sealer
from tests.rig import a_rig


def config(folder: Path) -> Config:
    return load({"RINGBACK_DATA": str(folder / "data")})


async def used(folder: Path) -> Config:
    """A server has run here, so that the database knows its key."""
    async with a_rig(folder):
        return config(folder)


async def refuses_to_start(folder: Path, error: type[Exception]) -> None:
    with pytest.raises(error):
        async with a_rig(folder):
            pass


async def test_before_the_first_start_both_will_be_made_and_are_not_made_by_looking(tmp_path: Path) -> None:
    settings = config(tmp_path)
    assert [(await look(settings)).state for look in (data.database, data.key_file)] == ["note", "note"]
    assert not settings.data.exists()
    assert not settings.key_file.exists()


async def test_what_the_server_leaves_is_in_order(tmp_path: Path) -> None:
    settings = await used(tmp_path)
    assert [(await look(settings)).state for look in (data.database, data.key_file)] == ["ok", "ok"]
    assert "fits the database" in (await data.key_file(settings)).found


async def test_a_damaged_database_is_wrong(tmp_path: Path) -> None:
    settings = config(tmp_path)
    await asyncio.to_thread(migrate, database_url(settings.data))
    (settings.data / FILE).write_bytes(b"not a database" * 1000)
    assert (await data.database(settings)).state == "wrong"
    assert (await data.key_file(settings)).state == "note", "of the key nothing can be said"


async def test_a_database_of_a_newer_version_is_wrong(tmp_path: Path) -> None:
    settings = await used(tmp_path)
    with closing(sqlite3.connect(settings.data / FILE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    finding = await data.database(settings)
    assert finding.state == "wrong"
    assert f"schema 9999, here {HEAD}" in finding.found
    assert "Install that version again" in finding.advice
    await refuses_to_start(tmp_path, SchemaError)


async def test_a_database_of_an_older_version_is_brought_up_to_date_by_the_start_only(tmp_path: Path) -> None:
    settings = config(tmp_path)
    database_url(settings.data)
    engine = create_engine(f"sqlite:///{settings.data / FILE}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
    engine.dispose()
    for _ in range(2):
        finding = await data.database(settings)
        assert (finding.state, f"from 0001 to {HEAD}" in finding.found) == ("note", True)
    await used(tmp_path)
    assert (await data.database(settings)).state == "ok"


async def test_a_key_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    settings = await used(tmp_path)
    settings.key_file.chmod(0o644)
    finding = await data.key_file(settings)
    assert (finding.state, finding.advice) == ("wrong", f"Run: chmod 600 {settings.key_file}")


async def test_another_databases_key_is_wrong(tmp_path: Path) -> None:
    settings = await used(tmp_path)
    settings.key_file.unlink()
    Sealer(settings.key_file)
    finding = await data.key_file(settings)
    assert finding.state == "wrong"
    assert "is not the key" in finding.found
    assert "Restore the right one" in finding.advice
    await refuses_to_start(tmp_path, SchemaError)


async def test_a_lost_key_is_wrong_and_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    settings = await used(tmp_path)
    kept = shutil.move(settings.key_file, tmp_path / "kept")
    finding = await data.key_file(settings)
    assert finding.state == "wrong"
    assert "is missing" in finding.found
    assert not settings.key_file.exists()
    shutil.move(kept, settings.key_file)
    assert (await data.key_file(settings)).state == "ok"


async def test_a_key_file_that_holds_no_key_is_wrong(tmp_path: Path) -> None:
    settings = await used(tmp_path)
    settings.key_file.write_text("")
    finding = await data.key_file(settings)
    assert (finding.state, "Restore it from your backup" in finding.found) == ("wrong", True)
    await refuses_to_start(tmp_path, KeyFileError)
