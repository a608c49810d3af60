"""What the server does by itself, on time and once, whatever fails in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from server.config import load
from server.db.endings import LATE
from server.db.store import Store
from server.jobs import NOTES_TRIES, Jobs
from server.loops import Loop
from tests.postbox import Postbox, a_mail_server
from tests.stores import StillClock, a_session, a_store


class Notes:
    """Stands where the documents stand: compacts what was typed into the store."""

    def __init__(self, store: Store, text: str = "# What we said", failures: int = 0) -> None:
        self._store = store
        self._text = text
        self.failures = failures

    async def text(self, session_id: str) -> str:
        if self.failures:
            self.failures -= 1
            raise TimeoutError
        await self._store.notes.save_snapshot(session_id, 1, b"snapshot", self._text)
        return self._text


def jobs_of(
    store: Store, clock: StillClock, notes: Notes | None = None, **settings: str
) -> tuple[Jobs, list[str]]:
    ended: list[str] = []
    config = load({f"RINGBACK_{name.upper()}": value for name, value in settings.items()})
    return Jobs(store, config, clock, notes or Notes(store), ended.append), ended


async def meet(store: Store, clock: StillClock) -> str:
    session_id = await a_session(store)
    stays = [await store.sessions.entered(session_id, role) for role in ("mentor", "mentee")]
    await store.sessions.set_met(session_id)
    clock.forward(minutes=20)
    for stay in stays:
        await store.sessions.exited(stay)
    return session_id


async def texts(store: Store) -> list[str]:
    return [letter.message.decode() for letter in await store.outbox.listing()]


async def test_two_minutes_after_the_last_one_left_both_get_one_summary(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await meet(store, clock)
        jobs, ended = jobs_of(store, clock)
        clock.forward(seconds=119)
        await jobs.keep_house()
        assert await texts(store) == []
        clock.forward(seconds=1)
        for _ in range(3):
            await jobs.keep_house()
        letters = await store.outbox.listing()
        assert sorted(letter.recipient for letter in letters) == ["ann@example.org", "ben@example.org"]
        assert all("# What we said" in text for text in await texts(store))
        assert ended == [session_id]


async def test_the_delay_is_a_setting_and_ending_for_both_needs_none(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        await meet(store, clock)
        jobs, _ = jobs_of(store, clock, summary_delay_s="3600")
        clock.forward(minutes=59)
        await jobs.keep_house()
        assert await texts(store) == []
        (session,) = await store.calendar.around()
        await store.sessions.end(session.id, "mentor")
        clock.forward(seconds=LATE.total_seconds())
        await jobs.keep_house()
        assert len(await texts(store)) == 2


async def test_a_session_only_one_came_to_closes_without_a_mail(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.exited(await store.sessions.entered(session_id, "mentor"))
        jobs, ended = jobs_of(store, clock)
        clock.forward(hours=12, minutes=29)
        await jobs.keep_house()
        assert ended == []
        clock.forward(minutes=1)
        await jobs.keep_house()
        view = await store.sessions.load(session_id)
        assert view is not None
        assert (view.ended, ended, await texts(store)) == (clock.now, [session_id], [])


async def test_a_forgotten_tab_does_not_keep_the_summary_back_for_ever(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.entered(session_id, "mentor")
        await store.sessions.entered(session_id, "mentee")
        await store.sessions.set_met(session_id)
        jobs, ended = jobs_of(store, clock)
        clock.forward(hours=12, minutes=30)
        await jobs.keep_house()
        clock.forward(seconds=LATE.total_seconds())
        await jobs.keep_house()
        assert len(await texts(store)) == 2
        assert ended == [session_id, session_id]


async def test_a_summary_waits_for_its_notes(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        await meet(store, clock)
        jobs, _ = jobs_of(store, clock, Notes(store, failures=1))
        clock.forward(minutes=2)
        await jobs.keep_house()
        await jobs.keep_house()
        assert await texts(store) == []
        clock.forward(seconds=30)
        await jobs.keep_house()
        assert all("# What we said" in text for text in await texts(store))


async def test_a_summary_goes_out_at_last_even_when_its_notes_cannot_be_read(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        await meet(store, clock)
        jobs, _ = jobs_of(store, clock, Notes(store, failures=100))
        for _ in range(NOTES_TRIES + 1):
            clock.forward(minutes=5)
            await jobs.keep_house()
        assert len(await texts(store)) == 2
        assert all("may be missing" in text for text in await texts(store))


async def test_one_sessions_trouble_is_not_the_next_ones(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        first = await meet(store, clock)
        await store.sessions.end(first, None)
        second = await a_session(store, tokens="second", starts=clock.now)
        await store.sessions.set_met(second)
        await store.sessions.end(second, None)
        clock.forward(seconds=LATE.total_seconds())
        jobs, ended = jobs_of(store, clock, Notes(store, failures=1))
        await jobs.keep_house()
        assert len(ended) == 1


async def test_mail_nobody_sends_is_forgotten_after_three_days(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        await meet(store, clock)
        jobs, _ = jobs_of(store, clock)
        clock.forward(minutes=5)
        await jobs.keep_house()
        clock.forward(hours=72)
        await jobs.keep_house()
        assert {(letter.state, letter.message) for letter in await store.outbox.listing()} == {
            ("failed", b"")
        }


async def test_from_the_last_one_leaving_to_the_mail_server_without_a_hand(tmp_path: Path) -> None:
    clock, postbox = StillClock(), Postbox()
    async with a_store(tmp_path, clock) as store, a_mail_server(postbox) as server:
        session_id = await meet(store, clock)
        jobs, _ = jobs_of(store, clock, smtp_url=f"smtp://127.0.0.1:{server.port}")
        jobs.start()
        await store.sessions.end(session_id, "mentor")
        clock.forward(seconds=LATE.total_seconds())
        jobs.wake()
        await until(lambda: sent(store))
        await jobs.stop()
        assert sorted(each.rcpt_tos for each in postbox.received) == [
            ["ann@example.org"],
            ["ben@example.org"],
        ]


async def test_stopping_twice_or_without_a_start_is_no_trouble(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        jobs, _ = jobs_of(store, StillClock(), smtp_url="smtp://127.0.0.1:1")
        await jobs.stop()
        jobs.start()
        await jobs.stop()
        await jobs.stop()


async def test_a_loop_survives_a_failing_step_and_logs_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.loops.AFTER_FAILURE_S", 0.0)
    steps = 0
    enough = asyncio.Event()

    async def step() -> float:
        nonlocal steps
        steps += 1
        if steps < 3:
            raise LookupError
        enough.set()
        return 60.0

    loop = Loop("test", step, 5.0)
    loop.start()
    await asyncio.wait_for(enough.wait(), 5)
    await loop.stop()
    assert steps == 3
    assert caplog.text.count("LookupError") == 2


async def test_a_step_that_never_ends_is_cut_off_at_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.loops.AFTER_FAILURE_S", 0.0)
    begun = 0
    again = asyncio.Event()

    async def step() -> float:
        nonlocal begun
        begun += 1
        if begun == 2:
            again.set()
        await asyncio.Event().wait()
        return 0.0

    loop = Loop("test", step, 0.05)
    loop.start()
    await asyncio.wait_for(again.wait(), 5)
    await loop.stop(grace_s=0.0)


async def test_a_loop_waits_until_it_is_woken_and_misses_no_call() -> None:
    looked = asyncio.Queue[int]()
    steps = 0

    async def step() -> float:
        nonlocal steps
        steps += 1
        looked.put_nowait(steps)
        if steps == 1:
            loop.wake()
        return 60.0

    loop = Loop("test", step, 5.0)
    loop.start()
    assert [await asyncio.wait_for(looked.get(), 5) for _ in range(2)] == [1, 2]
    assert looked.empty()
    loop.wake()
    assert await asyncio.wait_for(looked.get(), 5) == 3
    await loop.stop()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - another connection's commit raises no event
            await asyncio.sleep(0.02)


async def sent(store: Store) -> bool:
    letters = await store.outbox.listing()
    return len(letters) == 2 and all(letter.state == "sent" for letter in letters)
