"""Note updates are numbered once, kept sealed, folded into snapshots, and set aside when bad."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from server.documents.notestore import NoteStore
from server.errors import InvalidError
from tests.stores import StillClock, a_session, a_store


def update_id(n: int) -> bytes:
    return n.to_bytes(16, "big")


async def test_the_store_is_what_the_documents_ask_for(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        notes: NoteStore = store.notes
        assert await notes.note_state("nothing here", 0) == (0, None, [])


async def test_updates_count_from_one_in_each_session(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        one, two = await a_session(store), await a_session(store, tokens="two")
        assert await store.notes.append_note(one, "mentor", update_id(1), b"a") == (1, True)
        assert await store.notes.append_note(one, "mentee", update_id(2), b"b") == (2, True)
        assert await store.notes.append_note(two, "mentor", update_id(1), b"c") == (1, True)
        assert await store.notes.note_state(one, 0) == (0, None, [(1, b"a"), (2, b"b")])
        assert await store.notes.note_state(one, 1) == (0, None, [(2, b"b")])
        assert (await store.notes.last_seq(one), await store.notes.last_seq("unknown")) == (2, 0)


async def test_an_update_sent_again_keeps_its_number(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        sent = [store.notes.append_note(session_id, "mentor", update_id(n % 3), b"x") for n in range(12)]
        answers = await asyncio.gather(*sent)
        assert sorted(seq for seq, fresh in answers if fresh) == [1, 2, 3]
        assert len(set(answers)) == 6
        assert len((await store.notes.note_state(session_id, 0))[2]) == 3


async def test_a_snapshot_stands_for_the_updates_in_it(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        for n in range(1, 6):
            await store.notes.append_note(session_id, "mentor", update_id(n), b"%d" % n)
        await store.notes.save_snapshot(session_id, 3, b"123", "# one two three")
        assert await store.notes.note_state(session_id, 0) == (3, b"123", [(4, b"4"), (5, b"5")])
        assert await store.notes.note_state(session_id, 3) == (3, None, [(4, b"4"), (5, b"5")])
        assert await store.notes.note_state(session_id, 4) == (3, None, [(5, b"5")])
        assert await store.notes.append_note(session_id, "mentor", update_id(2), b"2") == (2, False)
        assert await store.notes.note_text(session_id) == "# one two three"


async def test_an_older_snapshot_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        for n in range(1, 4):
            await store.notes.append_note(session_id, "mentor", update_id(n), b"x")
        await store.notes.save_snapshot(session_id, 3, b"new", "new")
        await store.notes.save_snapshot(session_id, 2, b"old", "old")
        assert (await store.notes.note_state(session_id, 0))[:2] == (3, b"new")


async def test_a_quarantined_update_is_given_to_nobody_and_its_number_is_not_used_again(
    tmp_path: Path,
) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        for n in range(1, 4):
            await store.notes.append_note(session_id, "mentee", update_id(n), b"%d" % n)
        await store.notes.quarantine_note(session_id, 3, "nested")
        assert await store.notes.note_state(session_id, 0) == (0, None, [(1, b"1"), (2, b"2")])
        assert await store.notes.append_note(session_id, "mentee", update_id(3), b"3") == (3, False)
        assert await store.notes.append_note(session_id, "mentee", update_id(4), b"4") == (4, True)


async def test_updates_are_taken_until_the_links_die_and_known_ones_always(
    tmp_path: Path,
) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.notes.append_note(session_id, "mentor", update_id(1), b"x")
        await store.sessions.end(session_id, "mentor")
        assert await store.notes.append_note(session_id, "mentor", update_id(1), b"x") == (1, False)
        assert await store.notes.append_note(session_id, "mentor", update_id(2), b"late") == (
            2,
            True,
        )
        clock.forward(days=1)
        with pytest.raises(InvalidError, match="over"):
            await store.notes.append_note(session_id, "mentor", update_id(3), b"y")
        assert await store.notes.append_note(session_id, "mentor", update_id(2), b"late") == (
            2,
            False,
        )


async def test_nothing_written_down_shows_in_the_database_files(tmp_path: Path) -> None:
    canary = "canary-7f3a words of two people"
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.notes.append_note(session_id, "mentor", update_id(1), canary.encode())
        await store.notes.save_snapshot(session_id, 1, canary.encode(), canary)
        in_use = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
        assert (await store.notes.note_state(session_id, 0))[1] == canary.encode()
    at_rest = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert canary.encode() not in in_use + at_rest
