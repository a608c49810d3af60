"""A ladder that is not always asked decides what one decides that is, on any history.

Not here: the same along modelled calls (`test_simulate`).
"""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder import Ladder
from signalling.ladder_table import TABLE
from signalling.ladder_values import Sample
from signalling.simulate.swift import KEPT, Swift
from tests.ladder_limits import CLEAN, LENGTHS, LIMITS

changes = st.fixed_dictionaries({}, optional={name: st.sampled_from(each) for name, each in LIMITS.items()})
stretches = st.lists(
    st.tuples(changes, st.sampled_from(LENGTHS), st.sampled_from([0, 0, 0, 0, 3500])), min_size=1, max_size=10
)


def rested(ladder: Ladder, from_ms: int = 0, seconds: int = 120) -> int:
    """A clean line until `hd` holds and nothing runs; the time by then."""
    for at_ms in range(from_ms, from_ms + 1000 * seconds, 500):
        ladder.step(at_ms, CLEAN)
    return from_ms + 1000 * seconds


@settings(max_examples=40)
@given(stretches, st.lists(st.integers(0, 9), max_size=2))
def test_both_take_the_same_decisions_at_every_look(
    parts: list[tuple[dict[str, int | None], int, int]], settles: list[int]
) -> None:
    swift, plain, at_ms = Swift(TABLE), Ladder(TABLE), 0
    clean: tuple[dict[str, int | None], int, int] = ({}, 80, 0)
    for at, (changed, count, gap_ms) in enumerate([clean, *parts, clean]):
        if at in settles:
            swift.settle(at_ms)
            plain.settle(at_ms)
        sample = msgspec.structs.replace(CLEAN, **changed)
        for _ in range(count):
            assert swift.step(at_ms, sample) == plain.step(at_ms, sample)
            at_ms += 500
        assert (swift.at_last_rung, swift.speech_lost) == (plain.at_last_rung, plain.speech_lost)
        at_ms += gap_ms


def test_on_the_best_rung_it_rests_until_something_crosses_a_limit() -> None:
    ladder = Swift(TABLE)
    at_ms = rested(ladder)
    assert ladder.rests_until_ms > at_ms + 3_600_000
    ladder.step(at_ms, msgspec.structs.replace(CLEAN, loss_pm=60))
    assert ladder.rests_until_ms <= at_ms + 2000, "sound in copies may soon be due"


def test_below_the_best_rung_it_never_rests() -> None:
    ladder = Swift(TABLE)
    ladder.step(0, CLEAN)
    assert ladder.decision.rung == "sd"
    assert ladder.rests_until_ms == 0


def test_time_passed_by_is_time_without_a_gap() -> None:
    ladder = Swift(TABLE)
    at_ms = rested(ladder)
    ladder.pass_by(at_ms + 600_000, 600_000)
    bad = Sample(peer_concealed_pm=100, silence_ms=100, peer_silence_ms=100)
    made = [ladder.step(at_ms + 600_500 + 500 * look, bad) for look in range(8)]
    fell = [each for each in made if each and each.rung != "hd"]
    assert [(each.reason, each.at_ms - at_ms - 600_500) for each in fell] == [("concealment", 3000)]


def test_a_gap_in_looking_wakes_it_though_nothing_has_changed() -> None:
    """After a gap the line has to settle, and so a queue takes the picture later."""
    thin = msgspec.structs.replace(CLEAN, usable_kbps=300, received_by_peer_kbps=250, rtt_rise_ms=200)
    fell = []
    for ladder in (Swift(TABLE), Ladder(TABLE)):
        at_ms = rested(ladder) + TABLE.gap_ms
        ladder.step(at_ms, CLEAN)
        made = [ladder.step(at_ms + 500 * look, thin) for look in range(1, 20)]
        fell.append(next(each.at_ms - at_ms for each in made if each and each.rung != "hd"))
    assert fell == [TABLE.settling.for_ms] * 2


def test_what_it_remembers_of_samples_has_a_bound() -> None:
    ladder = Swift(TABLE)
    for at in range(KEPT + 50):
        ladder.step(500 * at, msgspec.structs.replace(CLEAN, rtt_ms=at))
    assert len(ladder._places) <= KEPT + 1
