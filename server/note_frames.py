"""Note updates between the connections of a room and its journal.

Not here: what becomes of an update (`server.documents`). The bytes are passed on unread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from server.connection import Connection
from server.db.store import Store
from server.documents.notestore import Refused, Restored, Saved, refuse
from server.documents.supervisor import Documents
from server.live import Live
from signalling import protocol as p
from signalling.protocol import Role
from signalling.room import PEER_OF

MAX_UNDER_WAY: Final = 256
"""Updates of one process that are being stored; more means that the disk does not follow."""

Find = Callable[[str], Live | None]


class NoteFrames:
    """`find` gives the room of a session, if anybody is in it."""

    def __init__(self, store: Store, find: Find) -> None:
        self.documents = Documents(store.notes, on_relay=self._relay, on_restored=self._restore)
        self._find = find
        self._under_way: set[asyncio.Task[None]] = set()

    def take(self, live: Live, role: Role, connection: Connection, frame: bytes) -> None:
        """Have an update stored and answer its sender."""
        if len(self._under_way) >= MAX_UNDER_WAY * max(1, len(live.connections)):
            self._answer(connection, refuse("note.unsaved", frame[:16] if len(frame) >= 16 else None))
            return
        task = asyncio.create_task(self._submit(live.id, role, connection, frame))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _submit(self, session_id: str, role: Role, connection: Connection, frame: bytes) -> None:
        self._answer(connection, await self.documents.submit(session_id, role, frame))

    @staticmethod
    def _answer(connection: Connection, answer: Saved | Refused) -> None:
        match answer:
            case Saved(update_id, seq):
                connection.send(p.NoteSaved(id=update_id, seq=seq))
            case Refused(error, sentence, update_id):
                connection.send(p.Refused(error=error, sentence=sentence, op=update_id))

    def _relay(self, session_id: str, seq: int, update: bytes, sender: Role | None) -> None:
        live = self._find(session_id)
        if live is not None:
            for connection in live.seated(*(role for role in PEER_OF if role != sender)):
                connection.send_note(seq, update)

    def _restore(self, session_id: str, restored: Restored) -> None:
        live = self._find(session_id)
        if live is None:
            return
        for connection in live.seated(*([restored.role] if restored.role else PEER_OF)):
            self._answer(connection, restored.refused)
            connection.send(p.NoteReset())
            connection.send_note(restored.seq, restored.data, whole=True)
