"""Modelled questions: how far the server is, and how wide the way to the peer."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling.shared import SHARED
from signalling.simulate.capacity import Capacity
from signalling.simulate.hearing import Path
from signalling.simulate.line import FOREVER_MS, Link, Phase
from signalling.simulate.server import DEAD_MS, EVERY_MS, RTO_MS, ServerPath

QUESTION = SHARED.question


def link(kbps: int = 50_000, *, queue_ms: int = 300, loss_pm: int = 0, jitter_ms: int = 0) -> Link:
    phase = Phase(for_ms=FOREVER_MS, kbps=kbps, queue_ms=queue_ms, loss_pm=loss_pm, jitter_ms=jitter_ms)
    return Link((phase,), Random(0))


def rises(server: ServerPath, from_ms: int, to_ms: int) -> list[int | None]:
    """At every half second between."""
    seen = []
    for at_ms in range(from_ms, to_ms, 500):
        server.tick(at_ms)
        seen.append(server.rise_ms(at_ms))
    return seen


# --- the server ---


def test_on_a_good_line_the_server_is_as_far_as_it_always_was() -> None:
    server = ServerPath(link(), link(), Random(0))
    assert server.rise_ms(0) is None, "nothing was asked yet"
    assert set(rises(server, 0, 60_000)) == {0}
    assert server.calm


def test_a_server_out_of_reach_is_given_up_after_a_while_and_found_again() -> None:
    server = ServerPath(link(), link(), Random(0))
    rises(server, 0, 4000)
    server.reachable = False
    away = rises(server, 4000, 20_000)
    ages = [each for each in away if each]
    assert ages[0] == pytest.approx(500, abs=50)
    assert max(ages) == pytest.approx(DEAD_MS, abs=500)
    assert None in away
    assert not server.calm
    server.reachable = True
    assert rises(server, 20_000, 40_000)[-1] == 0


@pytest.mark.parametrize("dark", ["up", "down"])
def test_a_dark_access_answers_nothing_whichever_way_it_is_dark(dark: str) -> None:
    ways = {"up": link(), "down": link(), dark: link(0)}
    assert set(rises(ServerPath(ways["up"], ways["down"], Random(0)), 0, 10_000)) == {None}


def test_a_lost_packet_costs_a_timer_that_doubles() -> None:
    server, settled = ServerPath(link(loss_pm=500), link(), Random(5)), set()
    for at_ms in range(0, 400_000, 500):
        server.tick(at_ms)
        rise = server.rise_ms(at_ms)
        if server.calm and rise is not None:
            settled.add(rise)
    timers = [RTO_MS * (2**lost - 1) for lost in range(6)]
    assert {0, RTO_MS, 3 * RTO_MS} <= settled <= set(timers)


def test_in_trouble_it_is_asked_sooner_but_not_at_every_look() -> None:
    up = link(100, queue_ms=400)
    server, seen = ServerPath(up, link(), Random(0)), []
    server.tick(0)
    for _ in range(10):
        up.tick(200)
    for at_ms in (500, 999, 1000):
        server.probe(at_ms)
        seen.append(server.rise_ms(at_ms))
    assert seen[:2] == [0, 0]
    assert seen[2] == pytest.approx(400, abs=20)


def test_one_long_round_trip_is_chance_and_the_second_of_late_is_news() -> None:
    server = ServerPath(link(), link(), Random(0))
    rises(server, 0, 4000)
    seen = []
    for at_ms, rtt in ((4000, 260.0), (5000, 40.0), (6000, 250.0), (7000, 40.0), (46_000, 40.0)):
        server._rtt = rtt
        server._answers.append((at_ms, rtt))
        seen.append(server.rise_ms(at_ms))
    assert seen == [220, 0, 210, 210, 0]


def test_calm_time_that_was_left_out_makes_no_question_due() -> None:
    up = link(100, queue_ms=400)
    server = ServerPath(up, link(), Random(0))
    server.tick(0)
    server.pass_by(60_000)
    for _ in range(10):
        up.tick(200)
    assert (rises(server, 60_000 + EVERY_MS - 500, 60_000 + EVERY_MS))[0] == 0
    server.tick(60_000 + EVERY_MS)
    assert server.rise_ms(60_000 + EVERY_MS) == pytest.approx(400, abs=20)


# --- the way to the peer ---


def found(there: Path, back: Path, *draws: float) -> int | None:
    """What one question finds, where chance says this."""
    capacity, chance = Capacity(), iter(draws)
    capacity.ask(0, there, back, lambda: next(chance))
    return capacity.kbps(0)


@pytest.mark.parametrize(("kbps", "answer"), [(40, 39), (100, 99), (1000, 980), (1_000_000, 4800)])
def test_a_long_question_finds_the_narrowest_part_of_the_way(kbps: int, answer: int) -> None:
    """No answer is timed more exactly than to a millisecond."""
    assert found(Path(link(kbps), link()), Path(link(), link()), 0, 0) == pytest.approx(answer, abs=1)


@given(st.integers(1, 5000), st.integers(0, 50), st.floats(0, 1, exclude_max=True))
def test_jitter_never_makes_a_way_wider_than_it_is(kbps: int, jitter_ms: int, chance: float) -> None:
    there, back = Path(link(kbps, jitter_ms=jitter_ms), link()), Path(link(), link())
    answer = found(there, back, 0, chance)
    assert answer is not None
    assert answer <= kbps
    assert jitter_ms or answer >= 0.9 * kbps - 1


def test_a_lost_question_or_answer_finds_nothing() -> None:
    lossy, open_way = Path(link(loss_pm=400), link()), Path(link(), link())
    for there, back in ((lossy, open_way), (open_way, lossy)):
        assert found(there, back, 0.59, 0) is not None
        assert found(there, back, 0.61) is None


def test_the_best_of_the_last_three_counts_while_it_is_fresh() -> None:
    capacity, back = Capacity(), Path(link(), link())
    answers = []
    for at_ms, kbps in ((0, 900), (3000, 100), (6000, 200), (9000, 150)):
        capacity.ask(at_ms, Path(link(kbps), link()), back, lambda: 0.0)
        answers.append(capacity.kbps(at_ms))
    assert answers == [pytest.approx(each, abs=20) for each in (900, 900, 900, 200)]
    assert capacity.kbps(6000 + QUESTION.fresh_ms) == pytest.approx(200, abs=2)
    assert capacity.kbps(6001 + QUESTION.fresh_ms) == pytest.approx(150, abs=2)
    assert capacity.kbps(9001 + QUESTION.fresh_ms) is None


def test_it_is_asked_often_at_first_then_seldom_and_most_seldom_on_the_thinnest_rung() -> None:
    capacity, way = Capacity(), Path(link(), link())

    def waits_ms(seldom: bool) -> int:
        return next(ms for ms in range(0, 20_000, 500) if capacity.due(at_ms + ms, seldom))

    seen = []
    for at_ms in (1000, 2000, 3000, 4000):
        capacity.ask(at_ms, way, way, lambda: 0.0)
        seen.append((waits_ms(False), waits_ms(True)))
    first, later, seldom = QUESTION.first_every_ms, QUESTION.every_ms, QUESTION.seldom_ms
    assert seen == [(first, seldom), (first, seldom), (later, seldom), (later, seldom)]


def test_calm_time_that_was_left_out_makes_nothing_stale() -> None:
    capacity, way = Capacity(), Path(link(500), link())
    capacity.ask(1000, way, way, lambda: 0.0)
    capacity.pass_by(60_000)
    assert capacity.kbps(61_000 + QUESTION.fresh_ms) == pytest.approx(495, abs=5)
    assert not capacity.due(61_500, False)
    assert capacity.due(62_000, False)
