"""On modelled lines the ladder does what the goals ask, and never what they forbid."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from signalling.ladder_table import TABLE
from signalling.ladder_values import Decision
from signalling.simulate import CALLS, Phase, simulate

ENDS = ("ann", "ben")


def decisions(phases: list[Phase], end: str, seed: int = 0) -> list[Decision]:
    return [decision for name, decision in simulate(phases, seed=seed) if name == end]


def first(made: list[Decision], rung: str, after_ms: int) -> int:
    """How long after a moment the rung was first decided."""
    return min(each.at_ms for each in made if each.rung == rung and each.at_ms >= after_ms) - after_ms


def falls(made: list[Decision]) -> list[Decision]:
    return [each for each in made if TABLE.index(each.rung) > TABLE.index(each.previous)]


@pytest.mark.parametrize("seed", range(4))
def test_hours_on_a_clean_line_bring_no_fall_and_no_warning(seed: int) -> None:
    random = Random(seed)
    lines = [Phase(60_000, random.randint(1800, 20_000), random.randint(0, 10)) for _ in range(60)]
    for end in ENDS:
        made = decisions(lines, end, seed)
        assert first(made, "hd", 0) <= 10_000
        assert falls(made) == []
        assert [each for each in made if each.warning] == []


@pytest.mark.parametrize("end", ENDS)
def test_a_line_of_60_kbit_s_means_voice_on_both_sides_and_a_picture_afterwards(end: str) -> None:
    made = decisions([Phase(20_000, 2000), Phase(30_000, 60), Phase(60_000, 2000)], end)
    assert first(made, "voice", 20_000) <= 4_000
    assert {each.rung for each in made if 24_000 <= each.at_ms < 50_000} <= {"voice", "stills"}
    assert made[-1].rung == "hd"


@pytest.mark.parametrize("end", ENDS)
def test_a_blackout_raises_the_telephone_on_both_sides_and_ends_in_hd(end: str) -> None:
    made = decisions([Phase(20_000, 2000), Phase(15_000, 0), Phase(40_000, 2000)], end)
    assert first(made, "phone", 20_000) <= 8_000
    assert min(each.at_ms for each in made if each.probing and each.at_ms > 35_000) <= 35_000 + 8_000
    assert first(made, "hd", 35_000) <= 25_000


@pytest.mark.parametrize("end", ENDS)
def test_random_loss_adds_redundancy_and_never_raises_the_telephone(end: str) -> None:
    made = decisions([Phase(20_000, 3000), Phase(300_000, 3000, loss_pm=200)], end)
    assert all(each.phone == "hidden" for each in made)
    assert all(each.audio.red for each in made if each.at_ms > 22_000)


@pytest.mark.parametrize("end", ENDS)
def test_a_square_wave_brings_few_reversals(end: str) -> None:
    made = decisions(list(CALLS["square"]), end)
    changes = [
        TABLE.index(each.rung) - TABLE.index(each.previous) for each in made if each.rung != each.previous
    ]
    settled = changes[1:]
    assert sum(a * b < 0 for a, b in pairwise(settled)) <= 2


@pytest.mark.parametrize("outage_ms", [500, 1000, 2000])
def test_a_short_outage_changes_no_rung(outage_ms: int) -> None:
    made = decisions([Phase(20_000, 3000), Phase(outage_ms, 0), Phase(30_000, 3000)], "ann")
    assert falls(made) == []


def test_the_same_seed_is_the_same_call() -> None:
    assert list(simulate(CALLS["lossy"], seed=3)) == list(simulate(CALLS["lossy"], seed=3))
