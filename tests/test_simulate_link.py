"""One direction of a modelled access: what comes out, what waits, what is lost, and when nothing happens.

Not here: what becomes of speech (`test_simulate_line`).
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.simulate.line import FOREVER_MS, Link, Phase

THIN = Phase(for_ms=FOREVER_MS, kbps=100, queue_ms=300)


def link(*phases: Phase, seed: int = 0) -> Link:
    return Link(phases, Random(seed))


def phase(for_ms: int = FOREVER_MS, kbps: int = 1000, loss_pm: int = 0, burst: float = 1) -> Phase:
    return Phase(for_ms=for_ms, kbps=kbps, loss_pm=loss_pm, burst=burst)


def test_phases_follow_each_other_to_the_millisecond_and_the_last_stays() -> None:
    line = link(phase(500, 100), phase(300, 200), phase(200, 300))
    seen = []
    for ms in (499, 1, 299, 2, 10_000, 1 << 30):
        line.advance(ms)
        seen.append(line.phase.kbps)
    assert seen == [100, 200, 200, 300, 300, 300]


def test_a_long_while_passes_over_short_phases() -> None:
    line = link(phase(500, 100), phase(300, 200), phase(700, 300), phase(100, 400))
    line.advance(1000)
    assert (line.phase.kbps, line.left_ms) == (300, 500)


def test_a_queue_fills_to_its_brim_and_then_drops_what_is_too_much() -> None:
    line = link(THIN)
    delays, lost = zip(*((line.delay_ms, line.tick(150)[1]) for _ in range(9)), strict=True)
    assert [round(delay) for delay in delays] == [0, 50, 100, 150, 200, 250, 300, 300, 300]
    assert lost[:6] == (0,) * 6
    assert lost[6:] == pytest.approx((1 / 3,) * 3)


def test_a_queue_delays_what_comes_after_it_until_it_has_drained() -> None:
    line = link(THIN)
    for _ in range(6):
        line.tick(150)
    delays = []
    for _ in range(7):
        assert line.tick(50) == (50, 0), "what is sent gets through, later"
        delays.append(round(line.delay_ms))
    assert delays == [250, 200, 150, 100, 50, 0, 0]


def test_the_dark_carries_nothing_and_forgets_what_stood_in_the_queue() -> None:
    line = link(phase(200, 100), phase(100, 0), phase(kbps=100))
    line.tick(500)
    assert line.backlog > 0
    line.advance(200)
    assert line.tick(500) == (0, 1)
    line.advance(100)
    assert (line.tick(50), line.delay_ms) == ((50, 0), 0)


def test_a_stall_keeps_back_what_it_then_lets_go() -> None:
    line = link(Phase(for_ms=300, kbps=1000, stalled=True), phase())
    for waited_ms in (100, 200, 300):
        assert line.tick(100) == (0, 0)
        assert line.waiting_ms == waited_ms
        line.advance(100)
    assert line.backlog == pytest.approx(30)
    line.tick(100)
    assert (line.waiting_ms, line.backlog) == (0, 0)


@settings(max_examples=60)
@given(
    st.integers(1, 5000),
    st.sampled_from([50, 300, 2000]),
    st.booleans(),
    st.lists(st.floats(0, 4000, allow_nan=False), min_size=1, max_size=60),
)
def test_a_line_carries_no_more_than_its_rate_and_its_queue_holds_no_more_than_it_says(
    kbps: int, queue_ms: int, download: bool, offers: list[float]
) -> None:
    line = link(Phase(for_ms=FOREVER_MS, kbps=kbps, queue_ms=queue_ms, download=download))
    for offered in offers:
        out, lost = line.tick(offered)
        assert 0 <= out <= min(offered, kbps) + 1e-6
        assert 0 <= lost <= 1 + 1e-9
        assert -1e-6 <= line.delay_ms <= queue_ms + 1e-6
        assert 0 <= line.others_kbps <= 2 * kbps


def test_somebodys_download_grows_by_a_share_of_the_line_and_backs_off_from_a_full_queue() -> None:
    line = link(Phase(for_ms=FOREVER_MS, kbps=1000, queue_ms=300, download=True))
    seen = []
    for _ in range(120):
        line.tick(0)
        seen.append(line.others_kbps)
    assert seen[:5] == pytest.approx([20, 40, 60, 80, 100])
    backed_off = next(at for at, (a, b) in enumerate(pairwise(seen)) if b < a)
    assert seen[backed_off] > 1000
    assert seen[backed_off + 1] == pytest.approx(0.6 * seen[backed_off])


@pytest.mark.parametrize(
    "closed",
    [
        Phase(for_ms=5000, kbps=0),
        Phase(for_ms=5000, kbps=1000, stalled=True),
        Phase(for_ms=5000, kbps=1000, download=True),
    ],
)
def test_a_line_that_has_to_be_watched_is_never_calm(closed: Phase) -> None:
    assert link(closed).calm_ms(20) == 0


def test_an_open_line_is_calm_until_its_phase_is_over_unless_something_stands_in_its_queue() -> None:
    line = link(phase(5000, 100))
    assert line.calm_ms(20) == 5000
    line.pass_by(3000, 20)
    assert line.calm_ms(20) == 2000
    line.tick(200)
    assert line.calm_ms(20) == 0


@pytest.mark.parametrize(("loss_pm", "burst"), [(1, 1), (5, 1), (20, 2), (100, 3), (500, 1)])
def test_what_is_passed_by_is_what_would_have_been_carried_whole(loss_pm: int, burst: float) -> None:
    carried, hurried = (link(phase(loss_pm=loss_pm, burst=burst), seed=3) for _ in range(2))
    passed = 0
    for _ in range(2000):
        runs = carried.bursts(25)
        if hurried.calm_ms(20) >= 500:
            hurried.pass_by(500, 20)
            passed += 1
            assert runs == []
        else:
            assert runs == hurried.bursts(25)
    assert passed > 0 or loss_pm >= 100


def test_a_line_that_loses_nothing_has_no_runs_and_another_seed_is_another_line() -> None:
    assert [run for _ in range(1000) for run in link(phase()).bursts(25)] == []
    lossy = [link(phase(loss_pm=100), seed=seed) for seed in (1, 1, 2)]
    one, same, other = ([line.bursts(25) for _ in range(50)] for line in lossy)
    assert one == same != other
