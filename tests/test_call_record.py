"""The record of a call: once, bounded, plausible, late if need be, and gone with its session."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from server.db import models
from server.db.call_record import MAX_CHANGES, MAX_MINUTES
from server.db.records import Minute
from server.db.store import Store
from server.errors import InvalidError
from signalling.protocol import AddMinute, Edit, Role, Rung, SetRung
from tests.stores import NOON, StillClock, a_session, a_store


def op() -> str:
    return str(uuid.uuid4())


def minute(
    seconds: dict[Rung, int] | None = None, *, lost_s: int = 0, breaks: int = 0, age_ms: int = 0
) -> AddMinute:
    return AddMinute(
        op=op(),
        seconds={"sd": 60} if seconds is None else seconds,
        lost_s=lost_s,
        breaks=breaks,
        concealed_pm=3,
        loss_pm=12,
        rtt_ms=40,
        age_ms=age_ms,
    )


def change(age_ms: int = 0) -> SetRung:
    return SetRung(op=op(), rung="voice", previous="low", reason="loss", whose="mine", age_ms=age_ms)


async def refused(store: Store, session_id: str, edit: Edit, role: Role = "mentor") -> str:
    with pytest.raises(InvalidError) as error:
        await store.panels.apply(session_id, role, edit)
    assert error.value.sentence.endswith(".")
    return error.value.error


async def kept(store: Store, session_id: str) -> list[Minute]:
    return (await store.calls.minutes([session_id]))[session_id]


async def test_a_minute_is_kept_as_it_was_told(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        clock.forward(minutes=5)
        told = minute({"sd": 50, "voice": 10, "hd": 0}, lost_s=4, breaks=1, age_ms=60_000)
        await store.panels.apply(session_id, "mentee", told)
        at = NOON.replace(minute=4)
        assert await kept(store, session_id) == [
            Minute("mentee", at, {"sd": 50, "voice": 10}, 4, 1, concealed_pm=3, loss_pm=12, rtt_ms=40)
        ]


async def test_a_minute_sent_ten_times_at_once_is_kept_once(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id, told = await a_session(store), minute()
        await asyncio.gather(*(store.panels.apply(session_id, "mentor", told) for _ in range(10)))
        assert len(await kept(store, session_id)) == 1


@pytest.mark.parametrize(
    "impossible",
    [
        minute({"sd": 60, "voice": 1}),
        minute({"hd": 30, "sd": 30, "low": 30}),
        minute({"sd": 0, "voice": 0}),
        minute({"sd": 10}, lost_s=11),
    ],
    ids=["61 s", "90 s", "nothing", "more lost than there was"],
)
async def test_numbers_that_are_no_minute_are_refused(tmp_path: Path, impossible: AddMinute) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        assert await refused(store, session_id, impossible) == "minute.impossible"
        assert await kept(store, session_id) == []


async def test_more_minutes_than_have_passed_are_refused(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        clock.forward(minutes=2)
        for _ in range(3):
            await store.panels.apply(session_id, "mentor", minute())
        assert await refused(store, session_id, minute()) == "minute.impossible"
        await store.panels.apply(session_id, "mentee", minute())
        clock.forward(minutes=1)
        await store.panels.apply(session_id, "mentor", minute())
        assert len(await kept(store, session_id)) == 5


async def test_the_record_of_one_side_has_an_end_and_the_others_goes_on(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        clock.forward(hours=12)
        usual = {"session_id": session_id, "role": "mentor", "at": clock.now}
        rung = usual | {"rung": "voice", "previous": "low", "reason": "loss", "whose": "mine"}
        tiny = usual | {"length_s": 1, "seconds": {"sd": 1}, "lost_s": 0, "breaks": 0}
        async with store._database.writing() as session:
            await session.execute(insert(models.RungChange), [rung] * MAX_CHANGES)
            await session.execute(insert(models.CallMinute), [tiny] * MAX_MINUTES)
        assert await refused(store, session_id, change()) == "record.full"
        assert await refused(store, session_id, minute()) == "record.full"
        await store.panels.apply(session_id, "mentee", change())
        await store.panels.apply(session_id, "mentee", minute())


async def test_a_record_that_comes_after_the_end_is_of_the_session(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        clock.forward(minutes=30)
        await store.sessions.end(session_id, "mentor")
        clock.forward(minutes=30)
        await store.panels.apply(session_id, "mentee", minute(age_ms=40 * 60_000))
        await store.panels.apply(session_id, "mentee", minute(age_ms=0))
        await store.panels.apply(session_id, "mentee", change(age_ms=5))
        assert [each.at for each in await kept(store, session_id)] == [
            NOON.replace(minute=20),
            NOON.replace(minute=30),
        ]
        assert [each.at for each in await store.calls.rungs(session_id)] == [NOON.replace(minute=30)]


async def test_a_record_of_no_session_is_refused(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        assert await refused(store, "gone", minute()) == "session.unknown"


async def test_the_record_is_deleted_with_its_session_and_no_other(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first, second = await a_session(store, tokens="1"), await a_session(store, tokens="2")
        for session_id in (first, second):
            await store.panels.apply(session_id, "mentor", minute())
            await store.panels.apply(session_id, "mentor", change())
        async with store._database.writing() as session:
            await session.delete(await session.get_one(models.Session, first))
        assert [len(each) for each in (await store.calls.minutes([first, second])).values()] == [0, 1]
        assert (await store.calls.rungs(first), len(await store.calls.rungs(second))) == ([], 1)


async def test_the_record_holds_numbers_and_words_of_the_ladder_only(tmp_path: Path) -> None:
    """No addresses, nothing said: a column that could hold more would be seen here."""
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentor", minute())
    with closing(sqlite3.connect(tmp_path / "data" / "ringback.sqlite3")) as connection:
        (row,) = connection.execute("SELECT * FROM call_minute").fetchall()
    texts = [value for value in row if isinstance(value, str)]
    assert texts[:2] == [session_id, "mentor"]
    assert texts[3:] == ['{"sd": 60}']
