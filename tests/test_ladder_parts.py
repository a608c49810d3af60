"""The ladder's parts by themselves: what shows and for how long, how long to wait, what holds."""

from __future__ import annotations

import pytest

from signalling.ladder_choice import Chosen
from signalling.ladder_patience import Patience
from signalling.ladder_table import TABLE, Rule
from signalling.ladder_watch import Watch

CLIMB = TABLE.climb
HD, VOICE = TABLE.rungs[0], TABLE.rungs[TABLE.index("voice")]
CONGESTED = next(rule for rule in TABLE.falls if rule.name == "congested")
QUEUE = {"usable_kbps": 100, "rtt_rise_ms": 200}


def waits(patience: Patience, at_ms: int) -> int:
    """Milliseconds until the next try is allowed."""
    return next(ms for ms in range(0, 200_000, 500) if patience.allows(at_ms + ms))


def test_a_rule_lasts_from_the_first_look_at_which_it_applied() -> None:
    watch = Watch(TABLE)
    for at_ms, held_ms in ((1000, 0), (1500, 500), (2000, 1000)):
        watch.look(at_ms, QUEUE, HD)
        assert watch.held(CONGESTED, held_ms)
        assert not watch.held(CONGESTED, held_ms + 1)


def test_one_look_without_it_starts_the_clock_anew() -> None:
    watch = Watch(TABLE)
    for at_ms, facts in ((0, QUEUE), (500, QUEUE), (1000, {}), (1500, QUEUE)):
        watch.look(at_ms, facts, HD)
    assert watch.held(CONGESTED, 0)
    assert not watch.held(CONGESTED, 1)


def test_a_late_look_counts_for_no_more_than_a_punctual_one() -> None:
    watch = Watch(TABLE)
    for at_ms in (0, 2500):
        watch.look(at_ms, QUEUE, HD)
    assert watch.held(CONGESTED, TABLE.look_ms)
    assert not watch.held(CONGESTED, TABLE.look_ms + 1)


def test_a_limit_may_be_the_rungs_own() -> None:
    watch = Watch(TABLE)
    watch.look(0, {"usable_kbps": 500}, HD)
    assert watch.shows("thin", HD)
    assert not watch.shows("thin", VOICE)
    for kbps, thin in ((39, True), (40, False)):
        watch.look(0, {"usable_kbps": kbps}, VOICE)
        assert watch.shows("thin", VOICE) is thin


def test_a_rule_wants_all_and_any_and_none() -> None:
    watch = Watch(TABLE)
    rule = Rule(name="r", all=("deaf",), any=("lossy", "hot"), none=("heard",), for_ms=0, why="a test")
    for facts, applies in (
        ({"silence_ms": 1000, "loss_pm": 50}, True),
        ({"silence_ms": 1000, "cpu_limited": 1}, True),
        ({"silence_ms": 1000}, False),
        ({"loss_pm": 50}, False),
        ({"silence_ms": 1000, "loss_pm": 50, "peer_silence_ms": 0}, False),
    ):
        watch.look(0, facts, HD)
        assert watch.applies(rule, HD) is applies


def test_each_failure_doubles_the_wait_up_to_two_minutes() -> None:
    patience = Patience(CLIMB)
    seen = []
    for _ in range(7):
        patience.failed(0)
        seen.append(waits(patience, 0) // 1000)
    assert seen == [5, 10, 20, 40, 80, 120, 120]


def test_a_picture_that_came_and_went_costs_four_times_the_wait() -> None:
    patience = Patience(CLIMB)
    patience.fell(0, probing=False, held_ms=60_000)
    patience.climbed(5_000)
    patience.fell(8_000, probing=False, held_ms=3_000)
    assert waits(patience, 8_000) == 20_000


def test_a_climb_that_held_makes_good_what_was_before() -> None:
    patience = Patience(CLIMB)
    patience.failed(0)
    patience.failed(0)
    patience.climbed(10_000)
    patience.held(10_000 + CLIMB.relapse_ms)
    patience.fell(50_000, probing=False, held_ms=40_000)
    assert waits(patience, 50_000) == CLIMB.wait_ms


@pytest.mark.parametrize(("held_ms", "wait_s"), [(CLIMB.relapse_ms - 1, 20), (CLIMB.relapse_ms, 5)])
def test_a_fall_from_a_rung_that_held_is_a_new_trouble(held_ms: int, wait_s: int) -> None:
    patience = Patience(CLIMB)
    for _ in range(3):
        patience.failed(0)
    patience.fell(40_000, probing=False, held_ms=held_ms)
    assert waits(patience, 40_000) == wait_s * 1000


def squeezed_twice() -> Patience:
    """Down by a queue, up, and down by a queue again at 10 s, to rung 2."""
    patience = Patience(CLIMB)
    for at_ms in (0, 10_000):
        patience.squeezed(at_ms, 2)
        patience.fell(at_ms, probing=False, held_ms=60_000)
        patience.climbed(at_ms + 6_000)
    return patience


def test_a_line_that_swings_is_left_alone_for_five_minutes() -> None:
    patience = squeezed_twice()
    assert [patience.best(10_000 + ms) for ms in (0, CLIMB.swing_ms - 1, CLIMB.swing_ms)] == [2, 2, 0]


@pytest.mark.parametrize("between", ["nothing", "held"])
def test_a_queue_is_no_swing_after_no_climb_or_one_that_held(between: str) -> None:
    patience = Patience(CLIMB)
    patience.squeezed(0, 2)
    patience.fell(0, probing=False, held_ms=60_000)
    if between == "held":
        patience.climbed(6_000)
        patience.held(6_000 + CLIMB.relapse_ms)
    patience.squeezed(60_000, 2)
    assert patience.best(60_000) == 0


def test_who_asks_for_a_try_gets_one_on_a_line_that_swings() -> None:
    patience = squeezed_twice()
    patience.hurry()
    assert patience.best(11_000) == 0


def test_the_urgent_cuts_in_and_the_rest_waits() -> None:
    watch = Watch(TABLE)
    sound = Chosen(TABLE.audio, "plain")
    chosen = []
    for look in range(50):
        queueing = 8 <= look < 10
        watch.look(
            look * 500, {"loss_pm": 0 if queueing else 100, "rtt_rise_ms": 90 if queueing else 0}, VOICE
        )
        if sound.step(look * 500, watch):
            chosen.append((look * 500, sound.value))
    assert chosen == [(2000, "lossy"), (4500, "thin"), (19_500, "lossy")]
