"""A modelled call lets time pass as calls do: who looks when, what happens, and what may be left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from signalling.ladder_values import Decision
from signalling.simulate.call import Call
from signalling.simulate.line import LOOK_MS, Phase
from signalling.simulate.scene import Access, Event, Name, Person, Scene


def stepped(*steps: tuple[int, int], events: tuple[Event, ...] = ()) -> Scene:
    """Ann's access has these rates (seconds, kbit/s), both ways; nothing is lost at random."""
    phases = tuple(Phase(for_ms=1000 * seconds, kbps=kbps) for seconds, kbps in steps)
    length_ms = 1000 * sum(seconds for seconds, _ in steps)
    return Scene(length_ms=length_ms, ann=Access(phases, phases), events=events)


def decisions(scene: Scene, seed: int) -> list[tuple[str, Decision]]:
    return [(browser.name, decision) for _, browser, _, decision in Call(scene, seed).looks() if decision]


def moments(scene: Scene, name: str, seed: int = 0) -> list[int]:
    return [at_ms for at_ms, browser, _, _ in Call(scene, seed).looks() if browser.name == name]


@pytest.mark.parametrize("seed", range(3))
def test_each_looks_in_its_own_half_seconds_and_time_never_goes_back(seed: int) -> None:
    scene = stepped((10, 300), (10, 60), (20, 300))
    ann, ben = moments(scene, "ann", seed), moments(scene, "ben", seed)
    assert {at_ms % LOOK_MS for at_ms in ann} == {0}
    assert len({at_ms % LOOK_MS for at_ms in ben}) == 1
    for seen in (ann, ben):
        assert all(later > earlier for earlier, later in pairwise(seen))
        assert seen[0] <= 2 * LOOK_MS
        assert scene.length_ms - LOOK_MS <= seen[-1] <= scene.length_ms + LOOK_MS


def test_calls_of_different_seeds_are_out_of_step_by_different_times() -> None:
    scene = stepped((2, 2000))
    assert len({moments(scene, "ben", seed)[0] for seed in range(8)}) > 4


@pytest.mark.parametrize("who", ["ann", "ben"])
def test_a_hidden_tab_looks_as_seldom_as_it_is_let(who: Name) -> None:
    events = (Event(at_ms=5000, who=who, person=Person(looks_every_ms=1000)),)
    hidden = [at_ms for at_ms in moments(stepped((20, 100), events=events), who) if at_ms >= 6000]
    assert {later - earlier for earlier, later in pairwise(hidden)} == {1000}
    assert len(hidden) >= 14


def test_what_happens_to_one_of_them_happens_in_time_and_to_nobody_else() -> None:
    muted = Person(muted=True)
    events = (Event(at_ms=7200, who="ben", server=False), Event(at_ms=4000, person=muted))
    call, seen = Call(stepped((12, 2000), events=events)), []
    for at_ms, _, _, _ in call.looks():
        seen.append((at_ms, call.ann.person == muted, call.ben.server.reachable))
        assert (call.ben.person, call.ann.server.reachable) == (Person(), True)
    assert min(at_ms for at_ms, is_muted, _ in seen if is_muted) == pytest.approx(4000, abs=LOOK_MS)
    away = min(at_ms for at_ms, _, reachable in seen if not reachable)
    assert 7200 <= away <= 7200 + 2 * LOOK_MS


def test_one_speaks_at_a_time_and_both_get_their_turns() -> None:
    call, turns = Call(stepped((120, 100))), list[bool]()
    for at_ms, _, _, _ in call.looks():
        if at_ms >= LOOK_MS:
            assert call.ann.speaks != call.ben.speaks
            turns.append(call.ann.speaks)
    changes = sum(earlier != later for earlier, later in pairwise(turns))
    assert 4 <= changes <= 40, "about every ten seconds"


HOT = (Event(at_ms=30_000, person=Person(hot=True)), Event(at_ms=70_000, person=Person()))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "played",
    [stepped((90, 2000)), stepped((60, 20_000), (60, 2000)), stepped((120, 5000), events=HOT)],
    ids=["open", "narrowed", "hot"],
)
def test_calm_time_that_is_left_out_would_have_brought_nothing(played: Scene, seed: int) -> None:
    """An event at every look, at which nothing happens, keeps a call from leaving any out."""
    restless = tuple(Event(at_ms=at_ms) for at_ms in range(0, played.length_ms, LOOK_MS))
    whole = replace(played, events=(*played.events, *restless))
    assert decisions(played, seed) == decisions(whole, seed)
    assert len(moments(whole, "ann", seed)) == played.length_ms // LOOK_MS
    assert len(moments(played, "ann", seed)) < played.length_ms // LOOK_MS


def test_on_an_open_line_most_of_the_time_is_left_out() -> None:
    assert len(moments(stepped((1800, 20_000)), "ann")) < 400
