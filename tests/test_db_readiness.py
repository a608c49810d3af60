"""The word a connection check leaves: the newest, for a day, and gone with its person."""

from __future__ import annotations

from pathlib import Path

from tests.stores import StillClock, a_store, ann, ben
from tests.test_jobs import jobs_of


async def test_the_newest_word_counts_for_a_day(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        anns, bens = (await ann(store)).id, (await ben(store)).id
        assert await store.readiness.of([anns, bens]) == {anns: "not_checked", bens: "not_checked"}
        await store.readiness.keep(anns, "weak")
        clock.forward(hours=1)
        await store.readiness.keep(anns, "good")
        assert await store.readiness.of([anns, bens]) == {anns: "good", bens: "not_checked"}
        clock.forward(hours=23, minutes=59)
        assert (await store.readiness.of([anns]))[anns] == "good"
        clock.forward(minutes=1)
        assert (await store.readiness.of([anns]))[anns] == "not_checked"


async def test_what_is_older_than_a_day_goes_though_nobody_checks(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        anns, bens = (await ann(store)).id, (await ben(store)).id
        await store.readiness.keep(anns, "good")
        clock.forward(hours=25)
        await store.readiness.keep(bens, "weak")
        await jobs_of(store, clock)[0].keep_house()
        clock.now -= clock.now - StillClock().now
        assert await store.readiness.of([anns, bens]) == {anns: "not_checked", bens: "weak"}
