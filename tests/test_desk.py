"""One room's writing: in order, one at a time, waiting for a database that is away."""

from __future__ import annotations

import asyncio
import logging

import pytest

from server import desk as desks
from server.db.errors import UnavailableError
from server.desk import Desk, Job


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "PAUSES_S", (0.0, 0.01))


def writes(
    what: str, written: list[str], *, failures: int = 0, fault: type[Exception] = UnavailableError
) -> Job:
    """A job that notes what it wrote, after it has failed so many times."""
    left = failures

    async def job() -> None:
        nonlocal left
        await asyncio.sleep(0)
        if left:
            left -= 1
            raise fault("not now")
        written.append(what)

    return job


async def test_jobs_are_done_in_the_order_in_which_they_came() -> None:
    desk, written = Desk(), list[str]()
    for number in range(10):
        desk.put(writes(str(number), written))
    assert not desk.idle
    assert await desk.finish(1)
    assert written == [str(number) for number in range(10)]
    assert desk.idle


async def test_nothing_overtakes_a_job_that_waits_for_the_database(caplog: pytest.LogCaptureFixture) -> None:
    desk, written = Desk(), list[str]()
    with caplog.at_level(logging.WARNING):
        desk.put(writes("first", written, failures=5))
        desk.put(writes("second", written))
        assert await desk.finish(5)
    assert written == ["first", "second"]
    assert caplog.text.count("the database is away") == 1, "said once"


async def test_a_job_with_a_fault_is_given_up_and_the_next_one_done(caplog: pytest.LogCaptureFixture) -> None:
    desk, written = Desk(), list[str]()
    with caplog.at_level(logging.ERROR):
        desk.put(writes("broken", written, failures=1, fault=RuntimeError))
        desk.put(writes("next", written))
        assert await desk.finish(1)
    assert written == ["next"]
    assert "given up" in caplog.text


async def test_a_job_may_put_another_behind_it() -> None:
    desk, written = Desk(), list[str]()

    async def first() -> None:
        written.append("first")
        desk.put(writes("third", written))

    desk.put(first)
    desk.put(writes("second", written))
    assert await desk.finish(1)
    assert written == ["first", "second", "third"]


async def test_a_desk_without_work_has_no_task_and_takes_it_up_again() -> None:
    desk, written = Desk(), list[str]()
    assert desk.idle
    assert await desk.finish(0)
    desk.put(writes("one", written))
    assert await desk.finish(1)
    desk.put(writes("two", written))
    assert await desk.finish(1)
    assert written == ["one", "two"]


async def test_a_desk_that_cannot_finish_in_time_says_so() -> None:
    desk, written = Desk(), list[str]()
    desk.put(writes("never", written, failures=10**9))
    assert not await desk.finish(0.05)
    assert written == []


async def test_a_full_desk_says_so() -> None:
    desk, written = Desk(), list[str]()
    for _ in range(desks.MAX_WAITING):
        assert not desk.full
        desk.put(writes("x", written))
    assert desk.full
    assert await desk.finish(5)
    assert not desk.full
