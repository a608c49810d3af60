"""The text of a session's notes, within a transaction. Updates and snapshots are in `notes`."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from server.db import models
from server.seal import Sealer


async def note_text(session: AsyncSession, sealer: Sealer, session_id: str) -> str:
    """Markdown, as far as it has been compacted."""
    row = await session.get(models.NoteSnapshot, session_id)
    return sealer.open(row.sealed_text, snapshot_place(session_id, "text")).decode() if row else ""


def update_place(session_id: str, seq: int) -> str:
    return f"note_update|{session_id}/{seq}|data"


def snapshot_place(session_id: str, column: str) -> str:
    return f"note_snapshot|{session_id}|{column}"
