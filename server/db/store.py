"""Everything that is kept: one `Store` over people, sessions, panels, notes and the outbox.

Not here: queries (each part's own module), the engine (`engine`) and the schema's history (`migrations`).
"""

from __future__ import annotations

from sqlalchemy import text

from server.db import key_mark, models
from server.db.calendar import Calendar
from server.db.call_record import Calls
from server.db.engine import Database
from server.db.notes import Notes
from server.db.outbox import Outbox
from server.db.panels import Panels
from server.db.people import People
from server.db.readiness import ReadinessWords
from server.db.records import Clock
from server.db.sessions import Sessions
from server.seal import Sealer


class Store:
    """The only way to the database. Every method is one transaction and raises `UnavailableError`."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self.clock = clock
        self.outbox = Outbox(database, sealer, clock)
        self.people = People(database, sealer, clock)
        self.sessions = Sessions(database, sealer, clock, self.outbox)
        self.calendar = Calendar(database, clock)
        self.calls = Calls(database)
        self.panels = Panels(database, sealer, clock)
        self.readiness = ReadinessWords(database, clock)
        self.notes = Notes(database, sealer, clock)

    async def check_key(self) -> None:
        """Raises `SchemaError` when the key file is not the one this database was sealed with."""
        async with self._database.writing() as session:
            mark = await session.get(models.Mark, key_mark.NAME)
            if mark is None:
                session.add(models.Mark(name=key_mark.NAME, sealed_word=key_mark.new_mark(self._sealer)))
                return
        key_mark.check_mark(mark.sealed_word, self._sealer)

    async def revision(self) -> str:
        """The schema's revision, read under the write lock: whoever gets it could write as well."""
        async with self._database.writing() as session:
            return str(await session.scalar(text("SELECT version_num FROM alembic_version")))

    async def close(self) -> None:
        await self._database.close()
