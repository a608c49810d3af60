"""Has the worker read a room's updates, and sees it through the worker's deaths.

Not here: which update is next and what a verdict leads to (`journal`), when it is asked (`supervisor`).
A worker that does not hold the room is given the snapshot and the updates since, from the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Final

from server.documents.child import Child, NotesUnavailableError, WorkerDiedError
from server.documents.journal import Row
from server.documents.notestore import NoteStore
from server.documents.room import Room
from server.documents.wire import Check, Compact, Compacted, Drop, Judged, Lost, Open, Reply, Request

STORE_DEADLINE_S: Final = 10.0
ATTEMPTS: Final = 5
"""At a request the worker keeps dying over or keeps losing; then the room is tried again later."""

_log = logging.getLogger(__name__)


class Reader:
    """Shared by all rooms; the worker answers them in turn."""

    def __init__(self, child: Child, store: NoteStore) -> None:
        self._child = child
        self._store = store

    async def rows(
        self, room_id: str, after_seq: int
    ) -> tuple[int, bytes | None, Sequence[tuple[int, bytes]]]:
        """The store's `note_state`, with a deadline."""
        async with asyncio.timeout(STORE_DEADLINE_S):
            return await self._store.note_state(room_id, after_seq)

    async def judge(self, room: Room, row: Row) -> Judged:
        """The worker's verdict. Raises `NotesUnavailableError` or the store's errors."""
        reply = await self._ask(room, Check(room.id, row.data), row)
        if not isinstance(reply, Judged):
            raise NotesUnavailableError("the worker gave no verdict")
        return reply

    async def compacted(self, room: Room) -> Compacted:
        """The whole document and its text. Raises as `judge` does."""
        reply = await self._ask(room, Compact(room.id), None)
        if not isinstance(reply, Compacted):
            raise NotesUnavailableError("the worker gave no document")
        return reply

    async def forget(self, room: Room) -> None:
        """The worker need not hold the room any longer."""
        with contextlib.suppress(NotesUnavailableError, WorkerDiedError):
            await self._child.ask(Drop(room.id))

    async def _ask(self, room: Room, request: Request, row: Row | None) -> Reply:
        for _ in range(ATTEMPTS):
            try:
                reply = await self._child.ask(request)
            except WorkerDiedError as death:
                if row and _is_given_up(room, row, death):
                    return Judged("malformed", f"the worker {death}")
                continue
            if not isinstance(reply, Lost):
                return reply
            await self._reopen(room)
        raise NotesUnavailableError("the worker keeps losing this room")

    async def _reopen(self, room: Room) -> None:
        """Give the worker what was judged before. When that fails half-way, it does not hold the room."""
        _, snapshot, rows = await self.rows(room.id, 0)
        row = None
        try:
            opened = await self._child.ask(Open(room.id, snapshot or b""))
            if isinstance(opened, Judged) and opened.verdict != "good":
                raise NotesUnavailableError(f"the snapshot is {opened.verdict}: {opened.why}")
            for row in (Row(*entry) for entry in rows if room.journal.has(entry[0])):
                reply = await self._child.ask(Check(room.id, row.data))
                if isinstance(reply, Judged) and reply.verdict in ("malformed", "full"):
                    await self._retract(room, row, reply.why)
        except WorkerDiedError as death:
            if row and _is_given_up(room, row, death):
                await self._retract(room, row, f"the worker {death}")

    async def _retract(self, room: Room, row: Row, why: str) -> None:
        """Set aside what was good once: an update near a limit of time or memory may not be so again."""
        async with asyncio.timeout(STORE_DEADLINE_S):
            await self._store.quarantine_note(room.id, row.seq, why)
        room.effects.append(room.journal.set_aside(row, why))


def _is_given_up(room: Room, row: Row, death: WorkerDiedError) -> bool:
    _log.warning("notes: the document worker %s while it read an update", death)
    given_up = room.journal.died(row.seq, guilty=death.guilty)
    room.offences += given_up
    return given_up
