"""Whether the server would start on its data: the database file, its schema, and the key it was sealed with.

Nothing is changed: no key is made, no schema brought up to date.
"""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from server.config import Config
from server.db.engine import FILE
from server.db.errors import SchemaError
from server.db.key_mark import check_mark, read_mark
from server.db.migrations import HEAD, current, known
from server.doctor.finding import Finding
from server.seal import KeyFileError, Sealer


async def database(config: Config) -> Finding:
    """The file is whole, a write to it is tried and taken back, and this version knows its schema."""
    about, file = "database", config.data / FILE
    if not file.exists():
        return Finding.note(about, f"{file} does not exist yet", "It is made at the first start.")
    try:
        found = await asyncio.to_thread(_try_database, file)
        revision = await asyncio.to_thread(current, str(file))
    except sqlite3.Error as error:
        return Finding.wrong(about, f"{file}: {error}", "Restore a backup, or free the lock on it.")
    if found != "ok":
        return Finding.wrong(about, f"{file} is damaged: {found}", "Restore it from a backup.")
    if not known(revision):
        return Finding.wrong(
            about,
            f"{file} was written by a newer version of Ringback (schema {revision}, here {HEAD}): "
            "the server will not start",
            "Install that version again, or restore the backup made before it.",
        )
    if revision != HEAD:
        return Finding.note(
            about,
            f"{file} is whole; the next start brings its schema from {revision or 'nothing'} to {HEAD}",
            "Back it up first: older versions refuse it afterwards.",
        )
    return Finding.ok(about, f"{file} is whole and can be written")


async def key_file(config: Config) -> Finding:
    """The key that numbers and notes are sealed with is there, for its owner only, and this database's."""
    about, path, file = "key file", config.key_file, config.data / FILE
    mark = await asyncio.to_thread(_mark, file)
    if not path.exists():
        return _missing(path, file, mark)
    try:
        sealer = Sealer(path)
        if mark:
            check_mark(mark, sealer)
    except KeyFileError as error:
        return Finding.wrong(
            about,
            str(error),
            "The server will not start until it is restored, or its user may read it.",
        )
    except SchemaError:
        return Finding.wrong(
            about,
            f"{path} is not the key {file} was sealed with: the server will not start",
            "Restore the right one from your backup, or let RINGBACK_KEY_FILE name it.",
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding.wrong(about, f"{path} can be read by others on this machine", f"Run: chmod 600 {path}")
    return Finding.ok(about, f"{path} fits the database" if mark else str(path))


def _missing(path: Path, file: Path, mark: bytes | None) -> Finding:
    if mark:
        return Finding.wrong(
            "key file",
            f"{path} is missing, and {file} was sealed with it: the server will not start",
            "Restore it from your backup before anything else, or let RINGBACK_KEY_FILE name it.",
        )
    return Finding.note(
        "key file",
        f"{path} will be made at the first start",
        "Keep a copy of it apart from the database's backups.",
    )


def _mark(file: Path) -> bytes | None:
    """What of the key is in the database; a file that cannot be read is `database`'s to tell."""
    try:
        return read_mark(file) if file.exists() else None
    except sqlite3.Error:
        return None


def _try_database(file: Path) -> str:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=5)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        connection.execute("ROLLBACK")
        return verdict
