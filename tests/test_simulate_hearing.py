"""A modelled path of two accesses: what arrives, when it is played, what is made up.

Not here: one access by itself (`test_simulate_link`), what copies repair on average (`test_simulate_line`).
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder_table import TABLE
from signalling.simulate.hearing import FADED_MS, LEAST_MS, SINKS_MS, Path
from signalling.simulate.line import FOREVER_MS, LOOK_MS, Link, Phase
from signalling.speech import HEARD_SHARE

VOICE = TABLE.rungs[TABLE.index("voice")].audio["plain"]
OPEN = Phase(for_ms=FOREVER_MS, kbps=20_000)


def path(up: tuple[Phase, ...] = (OPEN,), down: tuple[Phase, ...] = (OPEN,)) -> Path:
    return Path(Link(up, Random(0)), Link(down, Random(1)))


def made_up_ms(through: Path, looks: int) -> float:
    """All that was made up in so many looks, were there sound all the time."""
    total = 0.0
    for _ in range(looks):
        through.carry(50, 0, VOICE, True)
        total += through.concealed[-1] * LOOK_MS / HEARD_SHARE
    return total


@settings(max_examples=40)
@given(st.floats(1, 900, allow_nan=False), st.floats(0, 900, allow_nan=False))
def test_what_fits_arrives_alike_whether_a_phase_ends_meanwhile_or_not(speech: float, video: float) -> None:
    line = Phase(for_ms=FOREVER_MS, kbps=2000)
    whole, parted = path((line,)), path((Phase(for_ms=300, kbps=2000), line))
    for through in (whole, parted):
        through.carry(speech, video, VOICE, True)
        assert through.received_kbps == pytest.approx(speech + video)
        assert (through.delay_ms, through.queued_ms, through.overflow) == (0, 0, 0)
        assert (through.silent_ms, through.concealed_ms, through.filling) == (0, 0, False)
        assert through.calm


def test_the_narrower_access_decides_wherever_it_is() -> None:
    thin = (Phase(for_ms=FOREVER_MS, kbps=100),)
    for through in (path(up=thin), path(down=thin)):
        for _ in range(4):
            through.carry(50, 150, VOICE, True)
        assert through.received_kbps == pytest.approx(100)
        assert through.filling
        assert through.overflow == pytest.approx(0.5)


def test_losses_of_both_accesses_and_of_a_full_queue_add_up_as_chances_do() -> None:
    lossy = [
        (Phase(for_ms=FOREVER_MS, kbps=9000, loss_pm=pm, jitter_ms=pm, delay_ms=pm),) for pm in (100, 200)
    ]
    through = path(*lossy)
    assert through.loss == pytest.approx(1 - 0.9 * 0.8)
    through.overflow = 0.5
    assert through.loss == pytest.approx(1 - 0.9 * 0.8 * 0.5)
    assert (through.jitter_ms, through.base_ms) == (300, 300)


def test_random_loss_takes_its_share_of_what_arrives() -> None:
    through = path(
        (Phase(for_ms=FOREVER_MS, kbps=9000, loss_pm=100),),
        (Phase(for_ms=FOREVER_MS, kbps=9000, loss_pm=200),),
    )
    through.carry(100, 900, VOICE, True)
    assert through.received_kbps == pytest.approx(1000 * 0.9 * 0.8)
    assert list(through.received) == [0, through.received_kbps]


@pytest.mark.parametrize("outage_ms", [100, 300, 1000, 4000])
def test_of_an_outage_only_the_beginning_is_heard_as_damage(outage_ms: int) -> None:
    dark = Phase(for_ms=outage_ms, kbps=0)
    through = path((Phase(for_ms=900, kbps=9000), dark, Phase(for_ms=FOREVER_MS, kbps=9000)))
    assert made_up_ms(through, 20) == pytest.approx(min(outage_ms, FADED_MS))
    assert through.silent_ms == 0


def test_silence_lasts_as_long_as_nothing_comes_by_either_access() -> None:
    dark = Phase(for_ms=FOREVER_MS, kbps=0)
    for through in (path(up=(dark,)), path(down=(dark,))):
        seen = []
        for _ in range(3):
            through.carry(50, 0, VOICE, True)
            seen.append(through.silent_ms)
        assert seen == [500, 1000, 1500]
        assert (through.received_kbps, through.loss) == (0, 1)


def test_after_a_stall_the_buffer_stays_deep_and_sinks_slowly() -> None:
    stall = Phase(for_ms=300, kbps=20_000, stalled=True)
    through = path((stall, OPEN))
    assert made_up_ms(through, 1) == pytest.approx(270, abs=2), "the 30 ms that wait anyway are heard"
    looks = 0
    while not through.calm:
        through.carry(50, 0, VOICE, True)
        looks += 1
    deep_ms = 300 + 30 - LEAST_MS
    assert looks * LOOK_MS == pytest.approx(1000 * deep_ms / SINKS_MS, abs=1000)


def test_a_second_stall_that_is_no_longer_than_the_first_is_not_heard() -> None:
    stall, between = Phase(for_ms=300, kbps=20_000, stalled=True), Phase(for_ms=700, kbps=20_000)
    twice = made_up_ms(path((stall, between, stall, OPEN)), 6)
    assert twice == pytest.approx(made_up_ms(path((stall, OPEN)), 6), abs=60)


def test_what_is_made_up_is_never_more_than_the_time_there_is() -> None:
    through = path((Phase(for_ms=FOREVER_MS, kbps=20, queue_ms=5000, loss_pm=500),))
    for _ in range(20):
        through.carry(50, 200, VOICE, True)
        assert 0 <= through.concealed[-1] <= HEARD_SHARE
        assert 0 <= through.lost[-1] <= 1
    assert not through.calm
