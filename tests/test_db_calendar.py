"""Sessions by when they are: each is in one place, and none is out of reach."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from server.db.records import SessionView
from tests.stores import NOON, StillClock, a_session, a_store


def ids(sessions: tuple[SessionView, ...] | list[SessionView]) -> list[str]:
    return [each.id for each in sessions]


async def test_todays_rooms_come_in_the_order_of_their_start(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        late = await a_session(store, starts=NOON + timedelta(hours=36))
        early = await a_session(store, starts=NOON - timedelta(hours=36))
        await a_session(store, starts=NOON + timedelta(days=3))
        assert ids(await store.calendar.around()) == [early, late]


async def test_what_is_not_around_today_is_to_come_or_was_before(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        opened = [await a_session(store, starts=NOON + timedelta(days=day)) for day in (-9, -2, 0, 2, 700)]
        coming, earlier = await store.calendar.coming(1, 50), await store.calendar.earlier(1, 50)
        assert ids(coming.sessions) == opened[3:], "soonest first"
        assert ids(earlier.sessions) == [opened[1], opened[0]], "newest first"
        assert ids(await store.calendar.around()) == [opened[2]]


async def test_what_is_over_ahead_of_its_time_is_not_to_come_and_still_found(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session = await a_session(store, starts=NOON + timedelta(days=9))
        await store.sessions.end(session, None)
        assert (await store.calendar.coming(1, 50)).sessions == ()
        assert ids((await store.calendar.earlier(1, 50)).sessions) == [session]


async def test_hundreds_of_sessions_come_a_page_at_a_time_none_twice_and_none_left_out(
    tmp_path: Path,
) -> None:
    async with a_store(tmp_path, StillClock()) as store:
        same = NOON + timedelta(days=7)
        opened = {await a_session(store, starts=same, tokens=str(number)) for number in range(25)}
        pages = [await store.calendar.coming(number, 10) for number in (1, 2, 3)]
        assert [len(page.sessions) for page in pages] == [10, 10, 5]
        assert {each.id for page in pages for each in page.sessions} == opened
        assert {(page.pages, page.total) for page in pages} == {(3, 25)}


async def test_a_page_that_there_is_not_is_the_nearest(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        empty = await store.calendar.coming(7, 10)
        assert (empty.sessions, empty.page, empty.pages, empty.total) == ((), 1, 1, 0)
        for day in (2, 3, 4):
            await a_session(store, starts=NOON + timedelta(days=day))
        assert [(await store.calendar.coming(number, 2)).page for number in (-5, 0, 1, 2, 99)] == [
            1, 1, 1, 2, 2
        ]  # fmt: skip
