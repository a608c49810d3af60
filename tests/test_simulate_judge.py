"""What is counted of a call: falls, turns, prompts, time and blame, against what the line could carry.

The decisions are handed in, so that each is judged for what it is. Not here: what ladders decide
(`test_simulate`).
"""

from __future__ import annotations

import msgspec
import pytest

from signalling.ladder_table import Side
from signalling.ladder_values import Decision
from signalling.simulate.call import Call
from signalling.simulate.judge import Judge, judged
from signalling.simulate.line import FOREVER_MS, Phase
from signalling.simulate.scene import Access, Name, Person, Scene
from signalling.simulate.tally import Tally

EVERY_MS = 500


class Watched:
    """Ann's side of a call whose time passes as the test wants it; `said` are decisions by their moment."""

    def __init__(self, *steps: tuple[int, int], culprit: Name | None = None) -> None:
        """`steps` are Ann's uplink: seconds and kbit/s."""
        phases = tuple(Phase(for_ms=1000 * seconds, kbps=kbps) for seconds, kbps in steps)
        up = phases or (Phase(for_ms=FOREVER_MS, kbps=20_000),)
        scene = Scene(length_ms=FOREVER_MS, ann=Access(up=up), culprit=culprit)
        self.call, self.tally = Call(scene), Tally()
        self.ann, self.at_ms = self.call.ann, 0
        self.judge = Judge(self.call, self.ann, scene, self.tally)
        self._rung = self.ann.ladder.decision.rung

    def wait(self, seconds: float) -> Watched:
        for _ in range(round(seconds * 1000 / EVERY_MS)):
            self._look(None)
        return self

    def decide(
        self, rung: str, reason: str = "bandwidth", *, warning: str | None = None, probing: str | None = None
    ) -> Watched:
        """At the next look."""
        decision = msgspec.structs.replace(
            self.ann.ladder.decision,
            rung=rung,
            previous=self._rung,
            reason=reason,
            warning=warning,
            probing=probing,
        )
        self._rung = rung
        self._look(decision)
        return self

    def _look(self, decision: Decision | None) -> None:
        self.call.links[0].advance(EVERY_MS)
        self.at_ms += EVERY_MS
        self.judge.look(self.at_ms, decision)

    def count(self, what: str) -> int:
        return self.tally.counts.get(what, 0)

    def took(self, what: str) -> int | None:
        """The median of such times, in ms, to the end of its bucket."""
        return self.tally.at(what, 50)


def test_a_fall_on_a_line_that_carries_more_is_false_and_says_by_which_reason() -> None:
    seen = Watched().wait(15).decide("low", "loss")
    assert (seen.count("falls"), seen.count("false falls")) == (1, 1)
    assert seen.count("false falls: loss") == 1


def test_a_fall_to_what_the_line_still_carries_is_right_and_one_below_it_is_not() -> None:
    for rung, false in (("voice", 0), ("survival", 1)):
        seen = Watched((20, 3000), (100, 60)).wait(25).decide(rung)
        assert (seen.count("falls"), seen.count("false falls")) == (1, false)


def test_what_a_line_could_carry_within_the_last_ten_seconds_excuses_a_late_fall() -> None:
    swinging = ((20, 3000), (5, 60), (100, 3000))
    assert Watched(*swinging).wait(30).decide("voice").count("false falls") == 0
    assert Watched(*swinging).wait(40).decide("voice").count("false falls") == 1


def test_a_hot_machine_may_give_up_pixels_and_a_cool_one_may_not() -> None:
    hot = Watched().wait(15)
    hot.ann.person = Person(hot=True)
    assert hot.decide("low", "cpu").count("false falls") == 0
    assert Watched().wait(15).decide("low", "cpu").count("false falls") == 1


def test_times_run_from_the_lines_change_to_the_warning_the_fall_and_the_way_back() -> None:
    seen = Watched((20, 3000), (30, 60), (100, 3000)).wait(1).decide("hd", "recovered").wait(19)
    seen.decide("hd", warning="voice").wait(1).decide("voice")
    assert seen.took("warn") == 1500, "1 s, to the end of its bucket"
    assert seen.took("fall") == 3000
    seen.wait(27 + 8).decide("low", "recovered").wait(2).decide("hd", "recovered")
    assert (seen.took("recover"), seen.tally.at("recover", 100)) == (1500, 11_000), "at first, and later"
    assert (seen.count("warnings"), seen.count("changes")) == (1, 4)


def test_tries_and_failed_tries_are_counted() -> None:
    seen = Watched().decide("sd", "probe", probing="hd").decide("sd", "probe_failed")
    assert (seen.count("probes"), seen.count("failed probes"), seen.count("changes")) == (1, 1, 0)


def test_the_climb_with_which_a_call_begins_is_no_turn_and_each_change_of_direction_is() -> None:
    seen = Watched().wait(5).decide("hd", "recovered")
    assert seen.count("reversals") == 0
    for rung in ("sd", "low", "sd", "hd", "sd"):
        seen.wait(5).decide(rung)
    seen.judge.end()
    assert seen.count("reversals") == 2, "down, up, down: the climb before any trouble is none"
    assert seen.tally.spread["reversals in 5 min"] == {2: 1}


def test_turns_more_than_five_minutes_apart_are_not_counted_together() -> None:
    seen = Watched().wait(5).decide("low")
    for rung in ("sd", "low", "sd"):
        seen.wait(301).decide(rung)
    seen.judge.end()
    assert (seen.count("reversals"), seen.tally.spread["reversals in 5 min"]) == (3, {1: 1})


def test_of_a_side_without_any_trouble_nothing_is_said() -> None:
    seen = Watched().wait(60).decide("hd", "recovered")
    seen.judge.end()
    assert seen.tally.spread == {"recover": seen.tally.spread["recover"]}


def test_time_counts_by_the_rung_that_holds_beside_the_one_the_line_carries() -> None:
    seen = Watched((20, 3000), (100, 60)).wait(10)
    assert (seen.count("side_ms"), seen.count("judged_ms")) == (10_000, 10_000)
    assert (seen.count("too_low_ms"), seen.count("too_high_ms")) == (10_000, 0)
    seen.decide("hd").wait(9).wait(10)
    assert seen.count("too_low_ms") == 10_000
    assert seen.count("too_high_ms") == pytest.approx(10_000, abs=1000)
    seen.ann.person = Person(camera_on=False)
    before = seen.count("judged_ms")
    seen.wait(10)
    assert (seen.count("judged_ms") - before, seen.count("side_ms")) == (0, 39_500)


def test_a_prompt_while_speech_is_whole_is_for_nothing() -> None:
    seen = Watched().wait(10).decide("phone", "outage").wait(3)
    assert (seen.count("prompts"), seen.count("false prompts")) == (1, 1)
    assert (seen.count("false prompts: outage"), seen.count("falls")) == (1, 0)
    assert seen.count("phone_ms") == 3500


@pytest.mark.parametrize("way", ["sends", "hears"])
def test_a_prompt_after_speech_was_lost_either_way_tells_how_long_that_took(way: str) -> None:
    seen = Watched().wait(10)
    getattr(seen.ann, way).silent_ms = 5000
    seen.wait(5).decide("phone", "outage")
    assert (seen.count("prompts"), seen.count("false prompts")) == (1, 0)
    assert seen.took("prompt") == 6000, "5.5 s, to the end of its bucket"


def test_a_prompt_long_after_speech_was_whole_again_is_for_nothing() -> None:
    for whole_s, false in ((2, 0), (4, 1)):
        seen = Watched().wait(10)
        seen.ann.hears.silent_ms = 5000
        seen.wait(5)
        seen.ann.hears.silent_ms = 0
        assert seen.wait(whole_s).decide("phone", "outage").count("false prompts") == false


def test_speech_lost_for_13_seconds_without_a_prompt_is_one_prompt_too_late() -> None:
    seen = Watched().wait(10)
    seen.ann.hears.silent_ms = 5000
    assert seen.wait(13).count("late prompts") == 0
    assert seen.wait(20).count("late prompts") == 1
    seen.ann.hears.silent_ms = 0
    seen.wait(5)
    seen.ann.hears.silent_ms = 5000
    assert seen.wait(14).count("late prompts") == 2


@pytest.mark.parametrize(
    ("named", "culprit", "counted"),
    [
        ("mine", "ann", "right_side_ms"),
        ("theirs", "ann", "wrong_side_ms"),
        ("theirs", "ben", "right_side_ms"),
        ("unclear", "ben", "unclear_side_ms"),
    ],
)
def test_blame_is_right_where_one_access_is_in_trouble(named: Side, culprit: Name, counted: str) -> None:
    seen = Watched(culprit=culprit).wait(4)
    assert seen.count("blaming_ms") == 0
    seen.ann.ladder.decision = msgspec.structs.replace(seen.ann.ladder.decision, whose=named)
    seen.wait(2)
    assert (seen.count("blaming_ms"), seen.count(counted)) == (2000, 2000)


def test_where_nobodys_access_is_in_trouble_no_blame_is_counted_but_a_difference_is() -> None:
    seen = Watched()
    seen.ann.ladder.decision = msgspec.structs.replace(seen.ann.ladder.decision, whose="mine")
    assert seen.wait(5).count("differing_ms") == 0
    assert seen.wait(2).count("differing_ms") == 2000
    ben = seen.call.ben.ladder
    ben.decision = msgspec.structs.replace(ben.decision, whose="theirs")
    assert seen.wait(10).count("differing_ms") == 2000, "one says mine, the other theirs: the same"
    assert seen.count("blaming_ms") == 0


def test_both_sides_of_a_whole_call_are_added_up() -> None:
    done = judged(Scene(length_ms=60_000), 1)
    assert done.counts["calls"] == 1
    assert done.counts["side_ms"] == pytest.approx(120_000, abs=3000)
    assert done.counts.get("falls", 0) == 0
    assert done.number("recover", 50) is not None, "the climb to hd on either side"
