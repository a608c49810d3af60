"""The shared notes of all rooms: durable first, acknowledged, judged by the worker, then relayed.

Not here: what follows from a verdict (`journal`), how the worker is asked (`reader`, `child`), sockets
and SQL. The serving process never parses an update. A room has a task of its own only while there is
something to judge; rooms take turns at the one worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import Final

from server.documents.child import COMMAND, Child, NotesUnavailableError
from server.documents.journal import Quarantine, Relay, Row
from server.documents.notestore import (
    MAX_UPDATE_BYTES,
    UPDATE_ID_BYTES,
    NoteStore,
    Refused,
    Restored,
    Saved,
    as_uuid,
    refuse,
)
from server.documents.reader import STORE_DEADLINE_S, Reader
from server.documents.room import Room
from server.errors import InvalidError
from signalling.protocol import Role

SETTLE_DEADLINE_S: Final = 1.0
"""How long a joining browser waits for updates still to be judged; they follow as relays."""
CLOSE_DEADLINE_S: Final = 5.0
RETRY_PAUSES_S: Final = (0.05, 0.2, 1.0, 5.0)
OFFENCE_PAUSES_S: Final = (0.0, 0.0, 10.0, 60.0, 300.0)
"""How long a room waits after none, one, two, ... updates that killed the worker others need too."""
NO_TEXT: Final = b"\0\0"
"""The update that brings nothing: no structs, no deletions."""
BEYOND_ALL: Final = (1 << 63) - 1

OnRelay = Callable[[str, int, bytes, Role | None], None]
"""(session, sequence number, update, sender): to all seats but the sender's; None is no seat."""
OnRestored = Callable[[str, Restored], None]

_log = logging.getLogger(__name__)


class Documents:
    """One for the process. The callbacks are called from its tasks, and put what they send into queues."""

    def __init__(
        self,
        store: NoteStore,
        *,
        on_relay: OnRelay,
        on_restored: OnRestored,
        worker: Sequence[str] = COMMAND,
    ) -> None:
        self._store = store
        self._on_relay = on_relay
        self._on_restored = on_restored
        self._child = Child(worker)
        self._reader = Reader(self._child, store)
        self._rooms: dict[str, Room] = {}
        self._appends: set[asyncio.Task[Saved | Refused]] = set()

    @property
    def worker_pid(self) -> int | None:
        """None while no worker runs; one is started when it is next needed."""
        return self._child.pid

    async def start(self) -> None:
        """Start the worker, so that the first update need not wait for it."""
        with contextlib.suppress(NotesUnavailableError):  # said in the log, tried again when needed
            await self._child.start()

    async def stop(self) -> None:
        """End all tasks and the worker. What is not relayed yet is on disk, for the next start."""
        await asyncio.gather(*self._appends, return_exceptions=True)
        rooms, self._rooms = self._rooms, {}
        await asyncio.gather(*(_cancelled(room) for room in rooms.values()))
        await self._child.stop()

    async def submit(self, session_id: str, role: Role, frame: bytes) -> Saved | Refused:
        """Keep an update a participant has sent. `Saved` means that it is on disk.

        The worker's verdict follows as a relay to the others, or as `Restored`.
        """
        update_id, data = bytes(frame[:UPDATE_ID_BYTES]), bytes(frame[UPDATE_ID_BYTES:])
        if not data:
            return refuse("note.malformed")
        if len(data) > MAX_UPDATE_BYTES:
            return refuse("note.too_big", update_id)
        append = asyncio.create_task(self._append(session_id, role, update_id, data))
        self._appends.add(append)
        append.add_done_callback(self._appends.discard)
        return await asyncio.shield(append)  # a socket that closes meanwhile must not leave a row unrelayed

    async def state(self, session_id: str, after_seq: int) -> list[tuple[int, bytes]]:
        """The frames that bring a joining browser up to date: good updates only, the snapshot first.

        The caller hands them to the socket's queue, and lets relays reach that socket, before it next awaits:
        then a frame's number says that the reader has everything up to it. A browser that knows numbers the
        journal has never given (a backup was restored) is given everything. Raises the store's errors.
        """
        room = await self._room(session_id)
        await self._settle(room, SETTLE_DEADLINE_S)
        async with room.relaying:
            is_ahead = after_seq > room.last_seq and not room.journal.is_stale
            after_seq = 0 if is_ahead else after_seq
            snapshot_seq, snapshot, rows = await self._reader.rows(session_id, after_seq)
            frames = [] if snapshot is None else [(snapshot_seq, snapshot)]
            journal = room.journal
            for seq, data in rows:
                if journal.has(seq):
                    frames.append((max(after_seq, min(seq, journal.watermark)), data))
            return frames or ([(0, NO_TEXT)] if is_ahead else [])

    async def text(self, session_id: str) -> str:
        """The notes as Markdown, compacted in the store as well.

        Raises `NotesUnavailableError` or the store's errors; what was acknowledged is there when asked later.
        """
        was_open = session_id in self._rooms
        room = await self._room(session_id)
        try:
            await self._settle(room, CLOSE_DEADLINE_S)
            if room.has_work:
                raise NotesUnavailableError("Some of the notes are not read yet.")
            return await self._compact(room)
        finally:
            if not was_open:
                await self.close(session_id)

    def wake(self, session_id: str) -> None:
        """Another process has written to this session's journal: read what is new."""
        room = self._rooms.get(session_id)
        if room:
            room.journal.is_stale = True
            self._run(room)

    async def close(self, session_id: str) -> None:
        """Both seats are empty: compact the notes and forget the room."""
        room = self._rooms.pop(session_id, None)
        if room is None:
            return
        await self._settle(room, CLOSE_DEADLINE_S)
        await _cancelled(room)
        if room.journal.is_ahead:
            await self._try_compact(room)
        await self._reader.forget(room)

    async def _append(self, session_id: str, role: Role, update_id: bytes, data: bytes) -> Saved | Refused:
        try:
            async with asyncio.timeout(STORE_DEADLINE_S):
                room = await self._room(session_id)
                if room.journal.is_full:
                    return refuse("note.unsaved", update_id)
                seq, is_fresh = await self._store.append_note(session_id, role, update_id, data)
        except InvalidError as error:
            return Refused(error.error, error.sentence, as_uuid(update_id))
        except Exception as error:  # noqa: BLE001 - whatever the database raises, the update is not acknowledged
            _log.warning("notes: an update could not be stored (%s)", type(error).__name__)
            self.wake(session_id)  # it may be on disk all the same
            return refuse("note.unsaved", update_id)
        row = Row(seq, data, role, update_id)
        if not is_fresh and (effect := room.journal.told_before(row)):
            room.effects.append(effect)
        room.journal.add(row)
        self._run(room)
        return Saved(as_uuid(update_id), seq)

    async def _room(self, session_id: str) -> Room:
        room = self._rooms.get(session_id)
        if room is None:
            snapshot_seq, _, _ = await self._reader.rows(session_id, BEYOND_ALL)
            room = self._rooms.setdefault(session_id, Room(session_id, snapshot_seq))
        return room

    def _run(self, room: Room) -> None:
        if room.has_work and (room.task is None or room.task.done()):
            room.settled.clear()
            room.task = asyncio.create_task(self._pump(room))

    async def _settle(self, room: Room, deadline_s: float) -> None:
        """Until all that has come is judged and relayed, or the deadline."""
        self._run(room)
        if room.has_work:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(deadline_s):
                    await room.settled.wait()

    async def _pump(self, room: Room) -> None:
        """The room's task: one step after the other, and the same again later when one fails."""
        failures = 0
        while room.has_work:
            try:
                await self._step(room)
                failures = 0
            except Exception as error:  # noqa: BLE001 - a task's edge; nothing is lost, it is all on disk
                _log.warning("notes: room %s waits (%s: %s)", room.id, type(error).__name__, error)
                await asyncio.sleep(RETRY_PAUSES_S[min(failures, len(RETRY_PAUSES_S) - 1)])
                failures += 1
        room.settled.set()

    async def _step(self, room: Room) -> None:
        journal = room.journal
        if room.effects:
            await self._perform(room)
        elif room.offences > room.atoned:
            room.atoned = room.offences
            await asyncio.sleep(OFFENCE_PAUSES_S[min(room.offences, len(OFFENCE_PAUSES_S) - 1)])
        elif journal.wants_rows:
            await self._fill(room)
        elif row := room.take():
            room.effects.extend(journal.judged(row, await self._reader.judge(room, row)))
            room.current = None
        elif journal.is_due:
            await self._try_compact(room)

    async def _fill(self, room: Room) -> None:
        room.journal.is_stale = False
        try:
            _, _, rows = await self._reader.rows(room.id, room.journal.head)
        except BaseException:
            room.journal.is_stale = True
            raise
        room.journal.fill(rows)

    async def _perform(self, room: Room) -> None:
        effect = room.effects[0]
        if isinstance(effect, Relay):
            async with room.relaying:
                room.effects.popleft()
                self._on_relay(room.id, effect.seq, effect.row.data, effect.row.role)
        else:
            await self._restore(room, effect)
            room.effects.popleft()

    async def _restore(self, room: Room, effect: Quarantine) -> None:
        async with asyncio.timeout(STORE_DEADLINE_S):
            await self._store.quarantine_note(room.id, effect.row.seq, effect.why)
        _log.warning("notes: update %d of room %s set aside: %s", effect.row.seq, room.id, effect.why)
        document = await self._reader.compacted(room)
        restored = Restored(effect.refused, effect.row.role, room.journal.watermark, document.data)
        self._on_restored(room.id, restored)

    async def _compact(self, room: Room) -> str:
        """Fold the journal into a snapshot; gives the text."""
        up_to = room.journal.watermark
        document = await self._reader.compacted(room)
        if up_to > room.journal.snapshot_seq:
            async with asyncio.timeout(STORE_DEADLINE_S):
                await self._store.save_snapshot(room.id, up_to, document.data, document.text)
            room.journal.compacted(up_to)
        return document.text

    async def _try_compact(self, room: Room) -> None:
        """As `_compact`; when it fails, the journal is only longer."""
        try:
            await self._compact(room)
        except Exception as error:  # noqa: BLE001 - whatever the database or the worker raises
            _log.warning("notes: room %s not compacted (%s)", room.id, type(error).__name__)
            room.journal.postpone()


async def _cancelled(room: Room) -> None:
    if room.task:
        room.task.cancel()
        await asyncio.gather(room.task, return_exceptions=True)
