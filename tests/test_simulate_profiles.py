"""The random histories are what their names say, whatever the seed; and the command chooses among them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from signalling.simulate import __main__ as command
from signalling.simulate import recovery
from signalling.simulate.line import Phase
from signalling.simulate.profiles import EVERYDAY, MINUTE_MS, NO_ESTIMATE_SHARE, PROFILES, drawn
from signalling.simulate.scene import OPEN, Person, Scene
from signalling.simulate.tally import total

SEEDS = range(12)
TROUBLED = [name for name in PROFILES if name not in (*EVERYDAY, "P17 hot", "P18 serverless")]


def drawings(name: str, minutes: int = 30) -> Iterator[Scene]:
    return (drawn(name, seed, minutes) for seed in SEEDS)


def lines(scene: Scene) -> list[tuple[Phase, ...]]:
    return [scene.ann.up, scene.ann.down, scene.ben.up, scene.ben.down]


def phases(scene: Scene) -> list[Phase]:
    return [phase for line in lines(scene) for phase in line]


def starts(line: tuple[Phase, ...]) -> list[tuple[int, Phase]]:
    """Each phase with the moment at which it begins."""
    at_ms, found = 0, []
    for phase in line:
        found.append((at_ms, phase))
        at_ms += phase.for_ms
    return found


@pytest.mark.parametrize("name", PROFILES)
def test_every_history_lasts_as_asked_and_is_the_same_again(name: str) -> None:
    for seed, scene in enumerate(drawings(name, 7)):
        assert scene.length_ms == 7 * MINUTE_MS
        assert scene == drawn(name, seed, 7)
        assert all(phase.for_ms > 0 and 0 <= phase.loss_pm < 1000 for phase in phases(scene))
        moments = [event.at_ms for event in scene.events]
        assert moments == sorted(moments)
    assert len({repr(scene) for scene in drawings(name)}) > 1


@pytest.mark.parametrize("name", PROFILES)
def test_only_where_one_access_is_in_trouble_is_there_one_to_blame(name: str) -> None:
    for scene in drawings(name):
        assert scene.culprit == ("ann" if name in TROUBLED else None)
        if scene.culprit:
            assert all(phase.kbps >= 2500 and not phase.loss_pm for phase in (*scene.ben.up, *scene.ben.down))


def test_everyday_lines_have_room_for_everything_and_lose_little() -> None:
    for name in EVERYDAY:
        for scene in drawings(name):
            assert {2500 <= phase.kbps <= 100_000 and phase.loss_pm <= 10 for phase in phases(scene)} == {
                True
            }


def test_two_in_five_browsers_have_no_estimate_and_keep_it_so() -> None:
    without = 0
    for seed in range(300):
        scene = drawn("P3 quiet", seed, 2)
        for who in ("ann", "ben"):
            seen = [event.person.has_estimate for event in scene.events if event.who == who and event.person]
            assert len(set(seen)) == 1, "it is a browser's, not a moment's"
            without += not seen[0]
    assert without / 600 == pytest.approx(NO_ESTIMATE_SHARE, abs=0.05)


def test_wifi_stalls_once_a_minute_and_never_twice_within_fifty_seconds() -> None:
    for scene in drawings("P2 wifi"):
        stalls = [at_ms for at_ms, phase in starts(scene.ann.up) if phase.stalled]
        assert len(stalls) == 30
        assert all(later - earlier > 50_000 for earlier, later in pairwise(stalls))
        assert {phase.for_ms for phase in scene.ann.up if phase.stalled} == {300}
        assert not any(phase.stalled for phase in (*scene.ben.up, *scene.ben.down))


@pytest.mark.parametrize(
    ("name", "losses", "burst"), [("P8 loss", {100, 200, 300, 500}, 1), ("P9 bursts", {100, 200, 300}, 3)]
)
def test_a_losing_line_is_good_and_losing_by_turns(name: str, losses: set[int], burst: int) -> None:
    seen = set()
    for scene in drawings(name):
        line = max(lines(scene), key=len)
        assert {bool(phase.loss_pm) for phase in line[::2]} == {False}
        assert {phase.burst for phase in line[1::2]} == {burst}
        seen |= {phase.loss_pm for phase in line[1::2]}
    assert seen == losses


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("P10 steps", [(30_000, kbps) for kbps in (2000, 500, 150, 60, 25, 2000)]),
        ("P11 variable", [(40_000, 1000), (20_000, 2500), (20_000, 600), (20_000, 1000)]),
        ("P12 square", [(20_000, 3000), (20_000, 300)]),
    ],
)
def test_a_line_in_steps_takes_them_over_and_over(name: str, steps: list[tuple[int, int]]) -> None:
    for scene in drawings(name):
        line = [(phase.for_ms, phase.kbps) for phase in max(lines(scene), key=len)]
        rounds = len(line) // len(steps)
        assert line == steps * rounds
        assert rounds * sum(for_ms for for_ms, _ in steps) >= scene.length_ms


def test_outages_are_of_five_lengths_and_about_a_minute_apart() -> None:
    dark = {phase.for_ms for scene in drawings("P14 outages") for phase in scene.ann.up if not phase.kbps}
    assert dark == {500, 1000, 2000, 5000, 15_000}
    between = {phase.for_ms for scene in drawings("P14 outages") for phase in scene.ann.up[:-1] if phase.kbps}
    assert min(between) >= 30_000
    assert max(between) <= 90_000


def test_no_outage_lasts_for_the_rest_of_a_call() -> None:
    """The last phase of a line stays."""
    for name in PROFILES:
        for scene in drawings(name, 5):
            for line in lines(scene):
                ends_ms, last = starts(line)[-1]
                assert last.kbps > 0 or ends_ms + last.for_ms >= scene.length_ms


@pytest.mark.parametrize("name", ["P15 moved", "P16 blocked"])
def test_after_each_change_of_the_way_both_settle(name: str) -> None:
    for scene in drawings(name):
        opens = [at_ms + phase.for_ms for at_ms, phase in starts(scene.ann.up) if not phase.kbps]
        assert [event.at_ms for event in scene.events if event.settle] == opens
        assert scene.ann.up == scene.ann.down


def test_a_server_that_goes_away_comes_back_to_each_whom_it_left() -> None:
    for scene in drawings("P18 serverless"):
        for who in ("ann", "ben"):
            seen = [event.server for event in scene.events if event.who == who and event.server is not None]
            assert seen[::2] == [False] * len(seen[::2])
            assert seen[1::2] == [True] * len(seen[::2])


def test_an_unknown_profile_or_a_misspelt_one_has_no_history() -> None:
    with pytest.raises(KeyError):
        drawn("P0", 0)


# --- the command ---


def test_profiles_are_chosen_by_number_by_name_or_as_everyday_and_once_each() -> None:
    assert command.chosen([]) == list(PROFILES)
    assert command.chosen(["P12", "P1"]) == ["P12 square", "P1 good"]
    assert command.chosen(["everyday", "P0", "P2 wifi"]) == list(EVERYDAY)
    for word in ("P", "p0", "clean", ""):
        with pytest.raises(SystemExit, match="There is no profile"):
            command.chosen([word])


def test_calls_played_in_parts_add_up_to_the_same() -> None:
    seeds = range(3, 3 + command.CALLS_AT_ONCE + 2)
    done = command.run(["P0 clean"], seeds, 1)
    assert done == {"P0 clean": total(command.play("P0 clean", range(seed, seed + 1)) for seed in seeds)}
    assert done["P0 clean"].counts["calls"] == len(seeds)


# --- what comes back after a thin line ---


def test_a_thinned_line_is_thin_for_half_a_minute_on_anns_side_only() -> None:
    scene = recovery.thinned(60, 1000, estimate=False)
    assert [(phase.for_ms, phase.kbps) for phase in scene.ann.up] == [
        (60_000, 2000), (30_000, 60), (90_000, 2000),
    ]  # fmt: skip
    assert {phase.queue_ms for phase in scene.ann.up} == {1000}
    assert (scene.ann.up, scene.ben.up) == (scene.ann.down, OPEN)
    assert {event.person for event in scene.events} == {Person(has_estimate=False)}


def test_what_was_there_all_along_is_back_at_once_and_in_the_order_of_the_ladder() -> None:
    for side in recovery.times(recovery.thinned(60, 300, estimate=True), 1):
        assert list(side) == ["voice", "picture", "sd", "hd"]
        assert side["voice"] < 1000
        assert list(side.values()) == sorted(side.values())
    for side in recovery.times(recovery.thinned(2000, 300, estimate=True), 1):
        assert max(side.values()) < 1000
