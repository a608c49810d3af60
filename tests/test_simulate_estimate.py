"""How a modelled sender thinks of its line: twice what it sends, down with a queue, and slow to trust again.

Not here: the same in a call, beside what browsers were seen to do (`test_simulate`).
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.simulate.estimate import DOUBTS_LOOKS, GROWS, LEAST_KBPS, Estimate
from signalling.simulate.hearing import Path
from signalling.simulate.line import FOREVER_MS, LOOK_MS, Link, Phase


def path(kbps: int = 20_000, loss_pm: int = 0) -> Path:
    """A path whose last look the tests set by themselves."""
    lines = (Phase(for_ms=FOREVER_MS, kbps=kbps, loss_pm=loss_pm), Phase(for_ms=FOREVER_MS, kbps=50_000))
    return Path(*(Link((line,), Random(0)) for line in lines))


def congested(through: Path, received: float, *, overflow: float = 0.0) -> Path:
    through.filling, through.overflow, through.received_kbps = True, overflow, received
    return through


@pytest.mark.parametrize(
    ("kbps", "allowed", "thinks"), [(20_000, 541, 1082), (2000, 1491, 1600), (500, 541, 980)]
)
def test_when_more_is_allowed_it_leaps_as_far_as_the_line_is_open(
    kbps: int, allowed: float, thinks: float
) -> None:
    estimate = Estimate(path(kbps))
    estimate.reckon(allowed, allowed)
    assert estimate.kbps == pytest.approx(thinks)


def test_when_less_is_sent_it_comes_down_to_twice_that_and_then_stands() -> None:
    estimate = Estimate(path())
    for allowed in (541, 100, 100, 100):
        estimate.reckon(allowed, allowed)
    assert (estimate.kbps, estimate.steady) == (200, True)


def test_a_queue_that_only_grows_is_known_at_once() -> None:
    through = congested(path(), 400)
    estimate = Estimate(through)
    estimate.reckon(541, 541)
    assert estimate.kbps == pytest.approx(0.85 * 200), "the mean of what arrived in this look and before"
    estimate.reckon(541, 541)
    assert estimate.kbps == pytest.approx(0.85 * 200), "never up while it grows"


def test_a_queue_that_overflows_is_known_late_because_the_news_stands_in_it() -> None:
    through = path()
    estimate, seen = Estimate(through), []
    estimate.reckon(541, 541)
    congested(through, 100, overflow=0.5)
    for _ in range(5):
        estimate.reckon(541, 541)
        seen.append(estimate.kbps)
    assert seen[:3] == [1082] * 3, "a second and a half"
    assert seen[3:] == pytest.approx([0.85 * 50, 0.85 * 50])


def after_congestion() -> tuple[Estimate, Path]:
    """It stands at 170 kbit/s, and the line is open again."""
    through = congested(path(), 400)
    estimate = Estimate(through)
    estimate.reckon(541, 541)
    through.filling = False
    return estimate, through


def test_after_congestion_it_grows_by_a_few_in_a_hundred_and_leaps_only_later() -> None:
    estimate, _ = after_congestion()
    before = estimate.kbps
    for _ in range(5):
        estimate.reckon(300, 541)
    assert estimate.kbps == pytest.approx(before * GROWS**5)
    estimate.reckon(300, 1500)
    assert estimate.kbps < 300
    for _ in range(DOUBTS_LOOKS):
        estimate.reckon(20, 1500)
    estimate.reckon(20, 1600)
    assert estimate.kbps == 2 * 1600


def test_time_that_was_left_out_counts_for_its_trust_too() -> None:
    estimate, _ = after_congestion()
    estimate.pass_by(DOUBTS_LOOKS * LOOK_MS)
    estimate.reckon(300, 1500)
    assert estimate.kbps == 2 * 1500


@pytest.mark.parametrize(("lost", "thinks"), [(0.1, 1082), (0.2, 1082 * 0.8), (1.0, 0.85 * 541)])
def test_loss_beyond_a_tenth_takes_it_down_without_a_queue(lost: float, thinks: float) -> None:
    through = path(loss_pm=200)
    estimate = Estimate(through)
    estimate.reckon(541, 541)
    through.lost.extend([lost] * 4)
    estimate.reckon(541, 541)
    assert estimate.kbps == pytest.approx(thinks)


looks = st.lists(
    st.tuples(
        st.floats(0, 3000, allow_nan=False),
        st.sampled_from([40.0, 100.0, 541.0, 1491.0]),
        st.booleans(),
        st.sampled_from([0.0, 0.0, 0.3, 1.0]),
        st.floats(0, 1, allow_nan=False),
    ),
    max_size=60,
)


@settings(max_examples=60)
@given(looks)
def test_it_never_goes_below_its_least_nor_beyond_what_was_ever_allowed(
    history: list[tuple[float, float, bool, float, float]],
) -> None:
    through = path(loss_pm=100)
    estimate, most = Estimate(through), 980.0
    for received, allowed, filling, overflow, lost in history:
        through.received_kbps, through.filling, through.overflow = received, filling, overflow
        through.lost.append(lost)
        before = estimate.kbps
        estimate.reckon(allowed / 2, allowed)
        most = max(most, 2 * allowed * GROWS)
        assert LEAST_KBPS <= estimate.kbps <= most
        assert estimate.steady == (estimate.kbps == before)
