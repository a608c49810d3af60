"""The shared notes as opaque bytes: updates appended in order, snapshots in their place.

Not here: what the bytes mean. The serving process never reads them (`server.documents`).
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from server.db import models
from server.db.engine import Database
from server.db.note_rows import note_text, snapshot_place, update_place
from server.db.records import Clock
from server.db.session_rows import taking_edits
from server.seal import Sealer
from signalling.protocol import Role


class Notes:
    """One append-only series of updates a session."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    async def append_note(
        self, session_id: str, role: Role, update_id: bytes, data: bytes
    ) -> tuple[int, bool]:
        """The update's sequence number, and whether it is new here. Raises `InvalidError` if too late."""
        async with self._database.writing() as session:
            table = models.NoteUpdate
            known = await session.scalar(
                select(table.seq).where(table.session_id == session_id, table.update_id == update_id)
            )
            if known is not None:
                return known, False
            await taking_edits(session, session_id, self._clock())
            last = await session.scalar(select(func.max(table.seq)).where(table.session_id == session_id))
            seq = (last or 0) + 1
            session.add(
                table(
                    session_id=session_id,
                    seq=seq,
                    update_id=update_id,
                    role=role,
                    sealed_data=self._sealer.seal(data, update_place(session_id, seq)),
                    state="new",
                    at=self._clock(),
                )
            )
        return seq, True

    async def last_seq(self, session_id: str) -> int:
        """The highest sequence number given out; 0 when there are no updates."""
        async with self._database.reading() as session:
            table = models.NoteUpdate
            last = await session.scalar(select(func.max(table.seq)).where(table.session_id == session_id))
            return last or 0

    async def note_state(
        self, session_id: str, after_seq: int
    ) -> tuple[int, bytes | None, list[tuple[int, bytes]]]:
        """What somebody lacks who has everything up to `after_seq`.

        The snapshot's sequence number, the snapshot when it holds something they lack, and the updates
        after both; quarantined ones are left out.
        """
        async with self._database.reading() as session:
            snapshot = await session.get(models.NoteSnapshot, session_id)
            reached = snapshot.seq if snapshot else 0
            rows = await session.scalars(
                select(models.NoteUpdate)
                .where(
                    models.NoteUpdate.session_id == session_id,
                    models.NoteUpdate.seq > max(after_seq, reached),
                    models.NoteUpdate.state != "quarantined",
                )
                .order_by(models.NoteUpdate.seq)
            )
            updates = [
                (row.seq, self._sealer.open(row.sealed_data, update_place(session_id, row.seq)))
                for row in rows
            ]
        if snapshot is None or after_seq >= reached:
            return reached, None, updates
        return reached, self._sealer.open(snapshot.sealed_data, snapshot_place(session_id, "data")), updates

    async def save_snapshot(self, session_id: str, up_to_seq: int, data: bytes, text: str) -> None:
        """Keep the compacted notes; the updates in them give up their bytes and keep their ids."""
        async with self._database.writing() as session:
            there = await session.get(models.NoteSnapshot, session_id)
            if there is not None and there.seq > up_to_seq:
                return
            await session.merge(
                models.NoteSnapshot(
                    session_id=session_id,
                    seq=up_to_seq,
                    sealed_data=self._sealer.seal(data, snapshot_place(session_id, "data")),
                    sealed_text=self._sealer.seal(text.encode(), snapshot_place(session_id, "text")),
                    at=self._clock(),
                )
            )
            await session.execute(
                update(models.NoteUpdate)
                .where(
                    models.NoteUpdate.session_id == session_id,
                    models.NoteUpdate.seq <= up_to_seq,
                    models.NoteUpdate.state == "new",
                )
                .values(state="good", sealed_data=b"")
            )

    async def quarantine_note(self, session_id: str, seq: int, why: str) -> None:
        """Set an update aside: it is kept, sealed, and given to nobody."""
        async with self._database.writing() as session:
            await session.execute(
                update(models.NoteUpdate)
                .where(models.NoteUpdate.session_id == session_id, models.NoteUpdate.seq == seq)
                .values(state="quarantined", why=why)
            )

    async def note_text(self, session_id: str) -> str:
        """Markdown, as far as it has been compacted."""
        async with self._database.reading() as session:
            return await note_text(session, self._sealer, session_id)
