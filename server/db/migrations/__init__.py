"""The schema's history, and bringing a database up to it. The tables themselves are in `server.db.models`.

`migrate` costs nothing when there is nothing to do: Alembic is imported only for work.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from server.db.engine import BUSY_S, prepare
from server.db.errors import SchemaError, UnavailableError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0003"
"""The newest revision in `versions`."""

FOLDER: Final = Path(__file__).parent
NEWER: Final = (
    "A newer version of Ringback wrote this database: install that version again, "
    "or restore the backup made before it."
)


def migrate(url: str) -> bool:
    """Bring the database at a URL from `database_url` up to date; whether there was anything to do.

    Two processes may start at once: the second waits for the first and finds nothing left. Raises
    `SchemaError` when a newer version wrote the database, `UnavailableError` when it stays locked.
    """
    path = make_url(url).database
    if path is None or current(path) == HEAD:
        return False
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, connect_args={"isolation_level": None, "timeout": BUSY_S}
    )
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _lock)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    except OperationalError as error:
        raise UnavailableError("The database cannot be reached just now.") from error
    finally:
        engine.dispose()
    return True


def current(path: str) -> str | None:
    """The revision of the database file, None when it is new or empty."""
    if not Path(path).exists():
        return None
    with closing(sqlite3.connect(path, timeout=BUSY_S)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return None
    return row and str(row[0])


def known(revision: str | None) -> bool:
    """Whether `migrate` can bring a database of this revision up to date."""
    return revision is None or revision in {file.name[:4] for file in FOLDER.glob("versions/[0-9]*.py")}


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(configuration(connection), "head")
    except CommandError as error:
        raise SchemaError(NEWER) from error


def configuration(connection: Connection) -> Config:
    """Alembic's configuration, without a file."""
    from alembic import config as alembic_config

    config = alembic_config.Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    """One process migrates; DDL is part of the transaction, so a broken migration leaves no trace."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
