"""How much a delay has risen: over the least of about a minute, whatever the delays were."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.rise import PART_MS, WINDOW_MS, Rise

delays = st.lists(
    st.tuples(st.sampled_from([250, 500, 1000, 4000, 31_000]), st.integers(5, 900)), min_size=1, max_size=120
)


@settings(max_examples=80)
@given(delays)
def test_a_rise_is_reckoned_from_the_least_of_the_last_minute(history: list[tuple[int, int]]) -> None:
    """To a part or two: the parts of 5 s are forgotten whole."""
    rise, at_ms, seen = Rise(), 0, list[tuple[int, int]]()
    for after_ms, delay in history:
        at_ms += after_ms
        seen.append((at_ms, delay))
        least_of = [
            min(each for then, each in seen if at_ms - then <= span_ms)
            for span_ms in (WINDOW_MS - 2 * PART_MS, WINDOW_MS + 31_000 + PART_MS)
        ]
        assert delay - least_of[0] <= rise.of(at_ms, delay) <= delay - least_of[1]


@given(st.integers(1, 10_000), st.lists(st.sampled_from([500, 5000, 70_000]), max_size=20))
def test_a_delay_that_stays_never_rises_however_long_it_is(delay: int, steps_ms: list[int]) -> None:
    rise, at_ms = Rise(), 0
    for step_ms in [0, *steps_ms]:
        at_ms += step_ms
        assert rise.of(at_ms, delay) == 0


def test_a_minute_after_the_line_became_longer_its_delay_is_the_usual_one() -> None:
    rise = Rise()
    for at_ms in range(0, 10_000, 500):
        rise.of(at_ms, 40)
    rises = {at_ms: rise.of(at_ms, 240) for at_ms in range(10_000, 90_000, 500)}
    assert {each for at_ms, each in rises.items() if at_ms < 64_000} == {200}
    assert {each for at_ms, each in rises.items() if at_ms >= 75_000} == {0}


def test_on_another_way_what_was_usual_says_nothing() -> None:
    rise = Rise()
    rise.of(0, 40)
    rise.forget()
    assert [rise.of(at_ms, delay) for at_ms, delay in ((500, 160), (1000, 250))] == [0, 90]


def test_parts_of_a_millisecond_are_rounded() -> None:
    rise = Rise()
    assert [rise.of(at_ms, delay) for at_ms, delay in ((0, 40.2), (500, 41.6), (1000, 40.6))] == [0, 1, 0]
