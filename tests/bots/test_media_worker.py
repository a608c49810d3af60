"""The media worker over real sockets: echo, reflected packets, and what its death or a hang costs."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from server.media.supervisor import PONG_WITHIN_S, MediaUnavailableError, MediaWorker, OfferFailedError
from server.media.wire import Offer
from tests.bots.checker import Checker, a_checker
from tests.rig import until

NOTICED_WITHIN_S = 1.0
"""With a start of half a second a lost worker is repaired within 2 s, which `bench check-lost` measures."""
TICK_S = 0.02


@pytest_asyncio.fixture
async def worker() -> AsyncGenerator[MediaWorker]:
    ended: list[str] = []
    worker = MediaWorker(ended.append)
    worker.ended = ended  # type: ignore[attr-defined]
    try:
        yield worker
    finally:
        await worker.stop()


async def connect(worker: MediaWorker, checker: Checker, name: str = "a") -> None:
    offer = Offer(name, await checker.offer(), [], private=True)
    await checker.accept(await worker.offer(offer))
    await until(lambda: checker.open)


@asynccontextmanager
async def a_clock() -> AsyncGenerator[Callable[[], float]]:
    """Seconds in which this loop turned: what the machine kept from the watch too is not counted."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(TICK_S)
            ticks += 1

    ticking = asyncio.create_task(tick())
    try:
        yield lambda: ticks * TICK_S
    finally:
        ticking.cancel()


async def test_a_voice_comes_back_a_second_later_unchanged(worker: MediaWorker) -> None:
    async with a_checker(hz=700.0) as checker:
        await connect(worker, checker)
        began = time.monotonic()
        await until(lambda: checker.ear.seconds > 0)
        assert time.monotonic() - began == pytest.approx(1.0, abs=0.6)
        await until(lambda: checker.ear.seconds >= 0.9)
        await until(lambda: abs(checker.ear.pitch_hz() - 700) < 5)


async def test_a_worker_is_not_blamed_for_a_server_that_stood_still(worker: MediaWorker) -> None:
    await worker.ready()
    pid = worker.pid
    for _ in range(3):
        await until(lambda: not worker._ponged.is_set())
        time.sleep(PONG_WITHIN_S + 0.1)  # noqa: ASYNC251 - this loop is what stands still
        await until(worker._ponged.is_set)
    assert worker.pid == pid


async def test_each_packet_is_answered_once_and_told_of_again(worker: MediaWorker) -> None:
    async with a_checker() as checker:
        await connect(worker, checker)
        for seq in (0, 1, 2, 5, 4):
            checker.send(seq)
        await until(lambda: len(checker.replies) == 5)
        assert sorted(reply.seq for reply in checker.replies) == [0, 1, 2, 4, 5]
        assert [reply.n for reply in checker.replies] == [0, 1, 2, 3, 4]
        last = checker.replies[-1]
        assert (last.highest, last.seen) == (5, 0b111011)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_a_worker_lost_in_mid_check_is_noticed_in_a_second_and_replaced(
    worker: MediaWorker, how: signal.Signals
) -> None:
    async with a_checker() as before, a_checker() as after, a_clock() as clock_s:
        await connect(worker, before, "before")
        lost = worker.pid
        assert lost
        os.kill(lost, how)
        began_s = clock_s()
        await until(lambda: worker.pid != lost)
        assert clock_s() - began_s <= NOTICED_WITHIN_S
        await until(lambda: worker.pid is not None)
        assert worker.ended == ["before"]  # type: ignore[attr-defined]
        await connect(worker, after, "after")
        with pytest.raises(ProcessLookupError):
            os.kill(lost, 0)


async def test_an_offer_that_makes_no_sense_ends_that_check_only(worker: MediaWorker) -> None:
    async with a_checker() as checker:
        await connect(worker, checker)
        pid = worker.pid
        for nonsense in ("", "v=0\r\n", "hello", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "\0" * 1000):
            with pytest.raises(OfferFailedError):
                await worker.offer(Offer("nonsense", nonsense, [], private=True))
        checker.send(0)
        await until(lambda: len(checker.replies) == 1)
        assert worker.pid == pid


async def test_who_hangs_up_is_noticed(worker: MediaWorker) -> None:
    async with a_checker() as checker:
        await connect(worker, checker)
    await until(lambda: worker.ended == ["a"])  # type: ignore[attr-defined]


async def test_a_check_that_is_over_leaves_no_task_behind(worker: MediaWorker) -> None:
    worker.want()
    await until(lambda: worker.tasks > 0)
    at_rest = worker.tasks
    async with a_checker() as checker:
        await connect(worker, checker)
        await until(lambda: worker.tasks > at_rest)
        worker.end("a")
        await until(lambda: worker.tasks == at_rest)


async def test_a_worker_that_cannot_start_is_said_to_be_unavailable() -> None:
    worker = MediaWorker(command=("false",))
    try:
        with pytest.raises(MediaUnavailableError):
            async with asyncio.timeout(20):
                await worker.offer(Offer("a", "", [], private=True))
    finally:
        await worker.stop()
