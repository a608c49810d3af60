"""The mark by which a key file that is not this database's is noticed: a word, sealed once.

Not here: when it is written (`store`), sealing (`server.seal`).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from server.db.engine import BUSY_S
from server.db.errors import SchemaError
from server.seal import Sealer, UnsealError

NAME: Final = "key"
_PLACE, _WORD = "mark|key|word", b"ringback"


def new_mark(sealer: Sealer) -> bytes:
    return sealer.seal(_WORD, _PLACE)


def check_mark(sealed: bytes, sealer: Sealer) -> None:
    """Raises `SchemaError` when it was made with a key that this one does not know."""
    try:
        sealer.open(sealed, _PLACE)
    except UnsealError as error:
        raise SchemaError(
            "The key file is not the one this database was sealed with: restore it from your backup."
        ) from error


def read_mark(file: Path) -> bytes | None:
    """The mark in a database file; None while there is none. Raises `sqlite3.Error`."""
    with closing(sqlite3.connect(file, timeout=BUSY_S)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'mark'").fetchone():
            return None
        row = connection.execute("SELECT sealed_word FROM mark WHERE name = ?", (NAME,)).fetchone()
    return row and bytes(row[0])
