"""The shared notes end to end on the server: a real worker process, a real database, hostile bytes."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from pycrdt import Doc, Text
from sqlalchemy import select

from server.db import models
from server.db.store import Store
from server.documents.child import COMMAND, Child
from server.documents.journal import COMPACT_ROWS
from server.documents.notestore import MAX_UPDATE_BYTES, Refused, Restored, Saved
from server.documents.supervisor import Documents
from server.documents.wire import Check, Judged, Lost, Open
from signalling.protocol import Role
from tests.note_bytes import deletion, framed, nested, update, write
from tests.stores import NOON, a_session, a_store

WITHIN_S = 60.0
"""The patience of a wait; every one of them ends as soon as its condition holds."""

CREDULOUS = """
import resource
resource.setrlimit(resource.RLIMIT_STACK, (1 << 20, 1 << 20))
from server.documents import replica, scan, worker

def read(update):
    try:
        return scan.scan(update)
    except scan.MalformedError:
        return scan.Scan()

replica.scan = read
worker.main()
"""
"""The real worker without its grammar, as if that had a hole: pycrdt gets to see every byte."""


@dataclass
class Relayed:
    session: str
    seq: int
    data: bytes
    role: Role | None


@dataclass
class Hall:
    """Everything the supervisor hands out, and a way to wait for it."""

    documents: Documents = field(init=False)
    relayed: list[Relayed] = field(default_factory=list)
    restored: list[tuple[str, Restored]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def on_relay(self, session: str, seq: int, data: bytes, role: Role | None) -> None:
        self.relayed.append(Relayed(session, seq, data, role))
        self.changed.set()

    def on_restored(self, session: str, restored: Restored) -> None:
        self.restored.append((session, restored))
        self.changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(WITHIN_S):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    async def until_relayed(self, count: int) -> None:
        await self.until(lambda: len(self.relayed) >= count)

    async def write(self, session: str, role: Role, data: bytes) -> Saved | Refused:
        return await self.documents.submit(session, role, framed(data))

    def text_at_the_partner(self, session: str, *before: bytes) -> str:
        """What a browser shows that has received all relays of the session."""
        doc: Doc[Text] = Doc()
        notes = doc.get("notes", type=Text)
        for data in (*before, *(each.data for each in self.relayed if each.session == session)):
            doc.apply_update(data)
        return str(notes)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
async def hall(store: Store) -> AsyncIterator[Hall]:
    async with a_hall(store) as opened:
        yield opened


@pytest.fixture
async def credulous(store: Store) -> AsyncIterator[Hall]:
    async with a_hall(store, (sys.executable, "-P", "-c", CREDULOUS)) as opened:
        yield opened


@asynccontextmanager
async def a_hall(store: Store, worker: tuple[str, ...] = COMMAND) -> AsyncGenerator[Hall]:
    hall = Hall()
    hall.documents = Documents(
        store.notes, on_relay=hall.on_relay, on_restored=hall.on_restored, worker=worker
    )
    await hall.documents.start()
    try:
        yield hall
    finally:
        await hall.documents.stop()


async def quarantined(store: Store, session: str) -> list[tuple[int, str | None]]:
    async with store.notes._database.reading() as reading:
        table = models.NoteUpdate
        rows = await reading.execute(
            select(table.seq, table.why).where(table.session_id == session, table.state == "quarantined")
        )
        return [(seq, why) for seq, why in rows]


def merged(frames: list[tuple[int, bytes]]) -> str:
    """The text a browser shows after these frames."""
    doc: Doc[Text] = Doc()
    notes = doc.get("notes", type=Text)
    for _, data in frames:
        doc.apply_update(data)
    return str(notes)


async def kill(hall: Hall, how: signal.Signals = signal.SIGKILL) -> None:
    pid = hall.documents.worker_pid
    assert pid
    os.kill(pid, how)


# --- the way of an update ----------------------------------------------------------------------


async def test_an_update_is_saved_under_its_id_and_relayed_to_the_partner(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    update_id = bytes(range(16))
    saved = await hall.documents.submit(session, "mentor", framed(write(1, 0, "hello"), update_id))
    assert saved == Saved("00010203-0405-0607-0809-0a0b0c0d0e0f", 1)
    await hall.until_relayed(1)
    assert hall.relayed == [Relayed(session, 1, write(1, 0, "hello"), "mentor")]


async def test_what_was_saved_is_on_disk_before_the_worker_has_seen_it(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    await kill(hall, signal.SIGSTOP)
    assert isinstance(await hall.write(session, "mentor", write(1, 0, "hello")), Saved)
    assert not hall.relayed
    _, _, rows = await store.notes.note_state(session, 0)
    assert rows == [(1, write(1, 0, "hello"))]
    await kill(hall, signal.SIGCONT)
    await hall.until_relayed(1)


async def test_an_update_sent_twice_is_one_update(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    frame = framed(write(1, 0, "hello"))
    first = await hall.documents.submit(session, "mentor", frame)
    assert await hall.documents.submit(session, "mentor", frame) == first
    await hall.write(session, "mentor", write(1, 5, " again", (1, 4)))
    await hall.until_relayed(2)
    assert await hall.documents.text(session) == "hello again"


async def test_updates_are_relayed_in_the_order_of_their_numbers(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    saved = await asyncio.gather(*(hall.write(session, "mentor", write(n, 0, "x")) for n in range(1, 41)))
    await hall.until_relayed(len(saved))
    assert [each.seq for each in hall.relayed] == list(range(1, 41))


async def test_a_joining_browser_is_given_what_it_lacks(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    await hall.write(session, "mentor", write(1, 0, "one "))
    await hall.write(session, "mentee", write(1, 4, "two", (1, 3)))
    frames = await hall.documents.state(session, 0)
    assert [seq for seq, _ in frames] == [1, 2]
    assert merged(frames) == "one two"
    assert await hall.documents.state(session, 1) == frames[1:]
    assert await hall.documents.state(session, 2) == []


async def test_a_browser_that_knows_more_than_a_restored_database_is_given_everything(
    store: Store, hall: Hall
) -> None:
    session = await a_session(store)
    await hall.write(session, "mentor", write(1, 0, "one"))
    assert [seq for seq, _ in await hall.documents.state(session, 99)] == [1]


async def test_a_browser_that_knows_more_than_an_empty_database_learns_so(store: Store, hall: Hall) -> None:
    assert await hall.documents.state(await a_session(store), 99) == [(0, b"\0\0")]


async def test_a_browser_whose_updates_are_still_unread_does_not_know_too_much(
    store: Store, hall: Hall
) -> None:
    """It has acknowledgements up to 2 and comes back while the worker is away."""
    session = await a_session(store)
    await kill(hall, signal.SIGSTOP)
    await hall.write(session, "mentor", write(1, 0, "one "))
    await hall.write(session, "mentor", write(1, 4, "two", (1, 3)))
    assert await hall.documents.state(session, 2) == []
    await kill(hall, signal.SIGCONT)
    await hall.until_relayed(2)


async def test_a_joining_browser_is_never_set_back(store: Store, hall: Hall) -> None:
    """Its own first update waits for another; its acknowledgements count all the same."""
    session = await a_session(store)
    await hall.write(session, "mentor", write(1, 3, "two", (1, 2)))
    await hall.write(session, "mentee", write(2, 0, "zero "))
    await hall.until_relayed(1)
    assert await hall.documents.state(session, 1) == [(1, write(2, 0, "zero "))]


async def test_an_empty_session_has_nothing_to_give(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    assert await hall.documents.state(session, 0) == []
    assert await hall.documents.text(session) == ""


async def test_what_leans_on_an_update_not_yet_here_waits_and_then_arrives(store: Store, hall: Hall) -> None:
    """The first of two updates could not be stored for a moment; the browser sends it again."""
    session = await a_session(store)
    await hall.write(session, "mentor", write(1, 3, "two", (1, 2)))
    await hall.write(session, "mentee", write(2, 0, "zero "))
    await hall.until_relayed(1)
    assert await hall.documents.state(session, 0) == [(0, write(2, 0, "zero "))]
    await hall.write(session, "mentor", write(1, 0, "one"))
    await hall.until_relayed(3)
    assert [each.seq for each in hall.relayed] == [0, 0, 3]
    assert "onetwo" in hall.text_at_the_partner(session)
    assert not hall.restored


async def test_a_long_session_is_compacted_and_reads_the_same(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    words = [f"{n} " for n in range(COMPACT_ROWS + 10)]
    clock = 0
    for word in words:
        await hall.write(session, "mentor", write(1, clock, word, (1, clock - 1) if clock else None))
        clock += len(word)
    await hall.until_relayed(len(words))
    frames = await hall.documents.state(session, 0)
    assert len(frames) == 11, "a snapshot and what came after it"
    assert frames[0][0] == COMPACT_ROWS
    assert merged(frames) == "".join(words)


async def test_a_room_that_empties_leaves_its_text_in_the_store(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    await hall.write(session, "mentor", write(1, 0, "# Next steps\n"))
    await hall.documents.close(session)
    assert await store.notes.note_text(session) == "# Next steps\n"
    assert [seq for seq, _ in await hall.documents.state(session, 0)] == [1]


async def test_the_text_of_a_room_nobody_is_in_is_brought_up_to_date(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    await store.notes.append_note(session, "mentor", bytes(16), write(1, 0, "written before a crash"))
    assert await hall.documents.text(session) == "written before a crash"
    assert await store.notes.note_text(session) == "written before a crash"
    assert not hall.documents._rooms


async def test_what_another_process_wrote_is_relayed_to_all(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    await hall.documents.state(session, 0)
    await store.notes.append_note(session, "mentor", bytes(16), write(1, 0, "elsewhere"))
    hall.documents.wake(session)
    await hall.until_relayed(1)
    assert hall.relayed == [Relayed(session, 1, write(1, 0, "elsewhere"), None)]


async def test_a_server_that_starts_again_has_it_all(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    await hall.write(session, "mentor", write(1, 0, "kept"))
    await hall.documents.stop()
    async with a_hall(store) as again:
        assert merged(await again.documents.state(session, 0)) == "kept"


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, 15, 16])
async def test_a_frame_without_an_update_is_refused(store: Store, hall: Hall, length: int) -> None:
    refused = await hall.documents.submit(await a_session(store), "mentor", bytes(length))
    assert isinstance(refused, Refused)
    assert refused.error == "note.malformed"


async def test_an_update_that_is_too_long_is_refused_and_not_stored(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    refused = await hall.write(session, "mentor", bytes(MAX_UPDATE_BYTES + 1))
    assert isinstance(refused, Refused)
    assert refused.error == "note.too_big"
    assert await store.notes.last_seq(session) == 0


async def test_notes_typed_offline_before_the_end_are_kept_after_it(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    await store.sessions.end(session, "mentor")
    assert isinstance(await hall.write(session, "mentee", write(1, 0, "late")), Saved)


async def test_notes_of_a_session_whose_links_are_dead_are_refused_with_its_words(
    store: Store, hall: Hall
) -> None:
    session = await a_session(store, starts=NOON - timedelta(hours=13), minutes=30)
    refused = await hall.write(session, "mentor", write(1, 0, "late"))
    assert isinstance(refused, Refused)
    assert refused.error == "session.ended"


async def test_without_a_database_nothing_is_acknowledged(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session = await a_session(store)
        async with a_hall(store) as hall:
            await hall.documents.state(session, 0)
            (tmp_path / "data" / "ringback.sqlite3").rename(tmp_path / "away")
            (tmp_path / "data" / "ringback.sqlite3").mkdir()
            await store.close()
            refused = await hall.write(session, "mentor", write(1, 0, "x"))
            assert isinstance(refused, Refused)
            assert refused.error == "note.unsaved"
            assert refused.id


async def test_the_nested_update_harms_neither_the_server_nor_the_partner(store: Store, hall: Hall) -> None:
    """An update of this shape kills a process that applies it with pycrdt 0.14.13."""
    session, other = await a_session(store, tokens="a"), await a_session(store, tokens="b")
    await hall.write(session, "mentee", write(1, 0, "good"))
    pid = hall.documents.worker_pid
    saved = await hall.write(session, "mentor", nested(24_000))
    assert isinstance(saved, Saved)
    await hall.write(other, "mentor", write(1, 0, "elsewhere"))
    await hall.until(lambda: bool(hall.restored) and len(hall.relayed) == 2)
    assert hall.text_at_the_partner(session) == "good"
    assert hall.text_at_the_partner(other) == "elsewhere"
    assert await quarantined(store, session) == [(2, "struct 8 is no text")]
    assert hall.documents.worker_pid == pid, "it was named before pycrdt saw it"
    ((where, restored),) = hall.restored
    assert (where, restored.role, restored.refused.id) == (session, "mentor", saved.id)
    assert restored.refused.error == "note.malformed"
    assert merged([(restored.seq, restored.data)]) == "good"
    assert merged(await hall.documents.state(session, 0)) == "good"


async def test_a_hole_in_the_grammar_costs_a_worker_and_nothing_else(store: Store, credulous: Hall) -> None:
    session, other = await a_session(store, tokens="a"), await a_session(store, tokens="b")
    start_s = await time_to_start()
    await credulous.write(session, "mentee", write(1, 0, "good"))
    await credulous.until_relayed(1)
    pid = credulous.documents.worker_pid
    began = time.monotonic()
    await credulous.write(session, "mentor", nested(24_000))
    await credulous.write(other, "mentee", write(1, 0, "elsewhere"))
    await credulous.until(lambda: credulous.text_at_the_partner(other) == "elsewhere")
    assert time.monotonic() - began < max(1, 5 * start_s), "two deaths, two starts"
    await credulous.until(lambda: bool(credulous.restored))
    assert credulous.documents.worker_pid != pid, "pycrdt did die of it"
    assert await quarantined(store, session) == [(2, f"the worker ended with {-signal.SIGSEGV}")]
    assert credulous.text_at_the_partner(session) == "good"
    await credulous.write(session, "mentor", write(2, 0, " more", (1, 3)))
    await credulous.until_relayed(3)
    assert credulous.text_at_the_partner(session) == "good more"


async def time_to_start() -> float:
    """Seconds a worker takes to start: the yardstick on a machine that does other things as well."""
    began = time.monotonic()
    child = Child()
    await child.start()
    await child.stop()
    return time.monotonic() - began


async def test_a_sender_that_missed_the_refusal_is_told_again(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    frame = framed(nested(10))
    await hall.documents.submit(session, "mentor", frame)
    await hall.until(lambda: len(hall.restored) == 1)
    await hall.documents.submit(session, "mentor", frame)
    await hall.until(lambda: len(hall.restored) == 2)
    assert hall.restored[0] == hall.restored[1]


async def test_damaged_frames_leave_the_room_working(store: Store, hall: Hall) -> None:
    """Random bytes, and updates with some bytes changed, each stored, judged and set aside."""
    draw = random.Random(20)
    session = await a_session(store)
    pid = hall.documents.worker_pid
    await hall.write(session, "mentor", PATTERNS[0])
    for _ in range(20):
        await asyncio.gather(*(hall.write(session, "mentor", damaged(draw)) for _ in range(25)))
        await hall.documents.text(session)
    assert hall.documents.worker_pid == pid
    assert isinstance(await hall.write(session, "mentee", write(77_777, 0, "still here")), Saved)
    await hall.until(lambda: hall.relayed[-1].data == write(77_777, 0, "still here"))


async def test_ten_thousand_damaged_updates_do_not_end_the_worker() -> None:
    draw = random.Random(21)
    child = Child()
    await child.start()
    pid = child.pid
    verdicts: Counter[str] = Counter()
    for _ in range(10_000):
        reply = await child.ask(Check("room", damaged(draw)))
        if isinstance(reply, Lost):
            reply = await child.ask(Open("room", b""))
        assert isinstance(reply, Judged)
        verdicts[reply.verdict] += 1
    assert child.pid == pid
    assert verdicts.keys() == {"good", "missing", "malformed"}
    await child.stop()


PATTERNS = [write(9, 0, "some words 😀"), update(deletes=[deletion(9, (0, 3))]), nested(3)]


def damaged(draw: random.Random) -> bytes:
    if draw.random() < 0.25:
        return draw.randbytes(draw.randint(1, 80))
    return changed(draw, draw.choice(PATTERNS))


def changed(draw: random.Random, data: bytes) -> bytes:
    """With one to four other bytes."""
    other = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        other[draw.randrange(len(other))] = draw.randrange(256)
    return bytes(other)


# --- the worker goes away ----------------------------------------------------------------------


async def test_a_worker_killed_mid_stream_loses_nothing(store: Store, hall: Hall) -> None:
    session = await a_session(store)
    words = [f"{n} " for n in range(300)]
    clock = 0
    for number, word in enumerate(words):
        if number % 60 == 30:
            await hall.until_relayed(number - 20)
            await kill(hall)
        await hall.write(session, "mentor", write(1, clock, word, (1, clock - 1) if clock else None))
        clock += len(word)
    await hall.until_relayed(len(words))
    assert hall.text_at_the_partner(session) == "".join(words)
    assert await hall.documents.text(session) == "".join(words)
    assert not hall.restored


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGSEGV])
async def test_a_worker_that_hangs_or_dies_is_replaced(store: Store, hall: Hall, how: signal.Signals) -> None:
    session = await a_session(store)
    await hall.write(session, "mentor", write(1, 0, "before"))
    await hall.until_relayed(1)
    await kill(hall, how)
    await hall.write(session, "mentor", write(1, 6, " after", (1, 5)))
    await hall.until_relayed(2)
    assert await hall.documents.text(session) == "before after"
    assert not await quarantined(store, session)


async def test_a_worker_that_cannot_start_delays_relays_and_loses_nothing(
    store: Store, tmp_path: Path
) -> None:
    session = await a_session(store)
    broken = tmp_path / "broken"
    broken.touch()
    start = (
        f"import os; assert not os.path.exists({str(broken)!r}); "
        "from server.documents import worker; worker.main()"
    )
    async with a_hall(store, (sys.executable, "-P", "-c", start)) as hall:
        assert isinstance(await hall.write(session, "mentor", write(1, 0, "kept")), Saved)
        assert await hall.documents.state(session, 0) == []
        assert hall.documents.worker_pid is None
        broken.unlink()
        await hall.until_relayed(1)
        assert hall.text_at_the_partner(session) == "kept"


async def test_the_worker_inherits_no_secrets(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv("RINGBACK_TURN_SECRET", "canary")
    async with a_hall(store) as hall:
        environment = of_process(hall.documents.worker_pid, "environ")
        assert b"PYTHONPATH=" in environment
        assert b"canary" not in environment


async def test_the_worker_ends_with_the_server(store: Store) -> None:
    async with a_hall(store) as hall:
        pid = hall.documents.worker_pid
        await hall.documents.stop()
        with pytest.raises(FileNotFoundError):
            of_process(pid, "environ")


def of_process(pid: int | None, what: str) -> bytes:
    return Path(f"/proc/{pid}/{what}").read_bytes()
