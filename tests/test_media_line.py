"""A line made worse: its rate, queue, delay, loss and silence; and that each line shows what it should."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from server.media.shaper import HEADER_BYTES, LINE_NAMES, LINES, Line, Shaper
from server.media.shaping import Shaping
from signalling.ladder_table import TABLE

SIZE = 1000 - HEADER_BYTES
"""So that a packet is 8000 bits on the line."""
RUNGS = {rung.name: rung for rung in TABLE.rungs}


def shaper(**line: int | bool) -> Shaper:
    return Shaper(Line(**line), Random(7))  # type: ignore[arg-type]


def test_a_line_without_limits_lets_everything_through_at_once() -> None:
    assert [shaper().due_s(at, SIZE) for at in (0.0, 0.1, 0.1)] == [0.0, 0.1, 0.1]


def test_packets_come_out_of_a_bottleneck_at_its_rate() -> None:
    thin = shaper(kbps=80, queue_ms=1000)
    assert [thin.due_s(0.0, SIZE) for _ in range(3)] == pytest.approx([0.1, 0.2, 0.3])


def test_an_idle_bottleneck_saves_nothing_up() -> None:
    thin = shaper(kbps=80, queue_ms=1000)
    thin.due_s(0.0, SIZE)
    assert [thin.due_s(9.0, SIZE) for _ in range(2)] == pytest.approx([9.1, 9.2])


def test_the_queue_is_bounded_and_drops_at_its_tail() -> None:
    thin = shaper(kbps=80, queue_ms=250)
    dues = [thin.due_s(0.0, SIZE) for _ in range(6)]
    assert dues == [pytest.approx(0.1), pytest.approx(0.2), pytest.approx(0.3), None, None, None]
    assert thin.backlog_ms(0.0) == 300
    assert thin.due_s(0.1, SIZE) == pytest.approx(0.4)


def test_delay_is_added_to_all_and_told_as_a_wait() -> None:
    far = shaper(delay_ms=60)
    assert far.due_s(1.0, SIZE) == pytest.approx(1.06)
    assert far.backlog_ms(1.0) == 60


def test_as_many_are_lost_as_the_line_says() -> None:
    lossy = shaper(loss_pm=100)
    lost = sum(lossy.due_s(at * 0.01, SIZE) is None for at in range(10_000))
    assert lost == pytest.approx(1000, rel=0.1)


def test_a_lost_packet_takes_no_room() -> None:
    lossy = shaper(kbps=80, queue_ms=1000, loss_pm=1000)
    lossy.due_s(0.0, SIZE)
    assert lossy.backlog_ms(0.0) == 0


def test_nothing_comes_through_the_dark() -> None:
    assert shaper(silent=True).due_s(0.0, SIZE) is None


def test_a_line_that_gets_shorter_lets_nobody_overtake() -> None:
    line = shaper(delay_ms=500)
    slow = line.due_s(0.0, SIZE)
    line.line = Line()
    assert line.due_s(0.1, SIZE) == slow == pytest.approx(0.5)


def test_each_line_carries_what_it_is_there_to_show() -> None:
    assert set(LINES) == set(LINE_NAMES)
    thin, voice = LINES["thin"].kbps or 0, LINES["voice"].kbps or 0
    assert RUNGS["low"].hold_from_kbps < thin < RUNGS["sd"].hold_from_kbps
    assert RUNGS["voice"].hold_from_kbps < voice < RUNGS["stills"].hold_from_kbps
    assert LINES["good"] == Line()
    assert LINES["dark"].silent


async def test_what_is_under_way_when_it_gets_dark_never_arrives() -> None:
    shaping, came = Shaping("thin", Random(7)), asyncio.Event()
    shaping.receive(100, came.set)
    shaping.become("dark")
    shaping.become("good")
    shaping.receive(100, came.set)
    await came.wait()
    assert shaping.arrived_bytes == 100, "the second alone"


async def test_packets_arrive_in_order_when_the_line_gets_better() -> None:
    shaping, order = Shaping("voice", Random(7)), asyncio.Queue[int]()
    for number in range(3):
        shaping.send(100, lambda number=number: order.put_nowait(number))  # type: ignore[misc]
    shaping.become("good")
    shaping.send(100, lambda: order.put_nowait(3))
    async with asyncio.timeout(10):
        assert [await order.get() for _ in range(4)] == [0, 1, 2, 3]
