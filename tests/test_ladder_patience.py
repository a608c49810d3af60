"""Whatever comes to nothing in whatever order, the waits keep their bounds and begin anew when they may.

Not here: single stories by value (`test_ladder_parts`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder_patience import Patience
from signalling.ladder_table import TABLE

CLIMB = TABLE.climb
Happening = Callable[[Patience, int], None]
HAPPENINGS: dict[str, Happening] = {
    "failed": lambda patience, at_ms: patience.failed(at_ms),
    "fell": lambda patience, at_ms: patience.fell(at_ms, probing=False, held_ms=1000),
    "fell in a try": lambda patience, at_ms: patience.fell(at_ms, probing=True, held_ms=1000),
    "fell after long": lambda patience, at_ms: patience.fell(at_ms, probing=False, held_ms=90_000),
    "squeezed": lambda patience, at_ms: patience.squeezed(at_ms, 3),
    "climbed": lambda patience, at_ms: patience.climbed(at_ms),
    "held": lambda patience, at_ms: patience.held(at_ms),
}
histories = st.lists(
    st.tuples(st.sampled_from(sorted(HAPPENINGS)), st.sampled_from([0, 500, 8_000, 31_000])), max_size=25
)


def lived(history: list[tuple[str, int]]) -> tuple[Patience, int]:
    """After all of that, and the time by then."""
    patience, at_ms = Patience(CLIMB), 0
    for name, after_ms in history:
        at_ms += after_ms
        HAPPENINGS[name](patience, at_ms)
    return patience, at_ms


def wait_ms(patience: Patience, at_ms: int) -> int:
    """From then to the next try: allowed from there on, and not before."""
    least, most = 0, 10 * CLIMB.max_wait_ms
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if patience.allows(at_ms + middle) else (middle + 1, most)
    return least


@settings(max_examples=30)
@given(histories, st.sampled_from(["failed", "fell", "fell in a try", "fell after long"]))
def test_after_trouble_the_wait_lies_between_the_shortest_and_the_longest(
    history: list[tuple[str, int]], trouble: str
) -> None:
    patience, at_ms = lived(history)
    HAPPENINGS[trouble](patience, at_ms)
    assert CLIMB.wait_ms <= wait_ms(patience, at_ms) <= CLIMB.max_wait_ms


@settings(max_examples=30)
@given(histories)
def test_failure_upon_failure_never_makes_it_more_eager(history: list[tuple[str, int]]) -> None:
    patience, at_ms = lived(history)
    waits = []
    for _ in range(8):
        patience.failed(at_ms)
        waits.append(wait_ms(patience, at_ms))
    assert all(later >= earlier for earlier, later in pairwise(waits))
    assert waits[-1] == CLIMB.max_wait_ms


@settings(max_examples=30)
@given(histories)
def test_a_new_start_knows_of_no_trouble_before(history: list[tuple[str, int]]) -> None:
    patience, at_ms = lived(history)
    patience.forget()
    assert (wait_ms(patience, at_ms), patience.best(at_ms)) == (0, 0)
    patience.failed(at_ms)
    assert wait_ms(patience, at_ms) == CLIMB.wait_ms


@settings(max_examples=30)
@given(histories)
def test_who_is_asked_to_hurry_tries_at_once_and_remembers_the_trouble(
    history: list[tuple[str, int]],
) -> None:
    patience, at_ms = lived([*history, ("failed", 0), ("failed", 0)])
    patience.hurry()
    assert (wait_ms(patience, at_ms), patience.best(at_ms)) == (0, 0)
    patience.failed(at_ms)
    assert wait_ms(patience, at_ms) >= 4 * CLIMB.wait_ms


@settings(max_examples=30)
@given(histories)
def test_a_climb_is_followed_by_the_next_after_a_short_while(history: list[tuple[str, int]]) -> None:
    patience, at_ms = lived([*history, ("climbed", 500)])
    assert wait_ms(patience, at_ms) == CLIMB.between_ms


@settings(max_examples=30)
@given(histories)
def test_a_swing_is_remembered_for_its_time_and_no_longer(history: list[tuple[str, int]]) -> None:
    patience, at_ms = lived(history)
    assert patience.best(at_ms) in (0, 3)
    assert patience.best(at_ms + CLIMB.swing_ms) == 0


@pytest.mark.parametrize(("held_ms", "wait"), [(CLIMB.relapse_ms - 1, 20_000), (CLIMB.relapse_ms, 5_000)])
def test_a_climb_is_a_relapse_until_it_has_held(held_ms: int, wait: int) -> None:
    patience, at_ms = lived([("fell", 0), ("climbed", 6_000)])
    patience.held(at_ms + held_ms)
    patience.fell(at_ms + held_ms, probing=False, held_ms=held_ms)
    assert wait_ms(patience, at_ms + held_ms) == wait
