"""The bench of calls without a call: profiles that fit together, arithmetic that is right, readable words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.call.figures import Figures, Heard, Shown, _pieces
from bench.call.profiles import LONG, PROFILES, QUICK
from bench.call.profiles import profile as named
from bench.call.seconds import Second, grown, second
from bench.call.steps import Act, Line
from bench.call.table import brief, timeline
from tests.netlab.line import Impairment

TOTALS = (
    "audio_out", "video_out", "data_out", "pair_out", "audio_in", "video_in", "data_in", "pair_in", "samples",
    "concealed", "silent", "buffered_s", "emitted", "inserted", "removed", "packets", "lost", "captured_s",
    "fec", "discarded", "frames", "freezes", "frozen_s", "height", "rtt_ms", "available_kbps", "wire_out",
    "wire_in", "at_ms",
)  # fmt: skip
NOTHING = dict.fromkeys(TOTALS, 0.0)
HEARD = Heard(
    listener="ann", stretch="", stoi=0.951, longest_gap_ms=120, silent_ms=120, concealed_pm=12, buffer_ms=90,
    wander_ms=40, delay_ms=180, delay_p95_ms=230, inserted_pm=3, removed_pm=1, fps=25, frozen_ms=0,
    sent_audio_kbps=32, sent_video_kbps=0, wire_kbps=48, rtt_ms=44,
)  # fmt: skip


def a_second(at_ms: int) -> Second:
    return second(NOTHING, NOTHING | {"at_ms": at_ms, "audio_out": at_ms * 4})


def some_figures() -> Figures:
    shown = (
        Shown(0, "ann", "rung", "hd", "start"),
        Shown(2140, "ann", "rung", "voice", "bandwidth"),
        Shown(2150, "ann", "aria-live", "Your line is weak."),
    )
    seconds = {"ann": (a_second(1000), a_second(3000))}
    return Figures("T60", "product", (HEARD,), shown, seconds, start_ms=0, busy_pm=310, conditions="")


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_is_a_line_that_can_be_had_and_scores_what_happens_in_it(name: str) -> None:
    profile = PROFILES[name]
    for step in profile.steps:
        if isinstance(step, Line):
            Impairment().changed({**step.both, **step.up}).changed(dict(step.down))
    assert list(profile.steps) == sorted(profile.steps, key=lambda step: step.at_s)
    assert all(0 <= start <= end - 3 for start, end in profile.listen.values())
    assert max(end for _, end in profile.listen.values()) == profile.length_s
    assert profile.length_s <= 300


def test_the_short_form_names_profiles_that_exist() -> None:
    assert set(QUICK) < set(PROFILES)


def test_a_profile_knows_when_the_line_goes_bad_and_when_it_is_good_for_good() -> None:
    assert (PROFILES["P0"].onset_s, PROFILES["P0"].relief_s) == (None, None)
    assert (PROFILES["T60"].onset_s, PROFILES["T60"].relief_s) == (0, None)
    assert (PROFILES["T60back"].onset_s, PROFILES["T60back"].relief_s) == (0, 24)
    assert (PROFILES["P14-5"].onset_s, PROFILES["P14-5"].relief_s) == (2, 7)


def test_a_staircase_hurts_from_the_first_step_that_takes_the_best_picture() -> None:
    assert (PROFILES["P10"].onset_s, PROFILES["P10"].relief_s) == (20, 100)
    assert (PROFILES["P12"].onset_s, PROFILES["P12"].relief_s) == (0, None)


def test_a_line_that_never_ceased_to_carry_the_best_picture_has_no_relief() -> None:
    assert (PROFILES["P2"].onset_s, PROFILES["P2"].relief_s) == (0, None)


def test_a_profile_is_had_in_one_direction_alone_and_through_a_relay() -> None:
    up, down = named("P10up"), named("P10down")
    assert up.steps[1] == Line(20, up={"rate_kbps": 500})
    assert down.steps[1] == Line(20, down={"rate_kbps": 500})
    assert (up.onset_s, up.relief_s, up.length_s) == (20, 100, PROFILES["P10"].length_s)
    assert named("P14-5down").steps[1] == Line(7)
    assert named("T60turn").turn
    assert not named("T60turn").yardstick
    with pytest.raises(KeyError):
        named("sideways")


@pytest.mark.parametrize("name", LONG)
def test_a_long_call_listens_to_both_its_ends_and_to_nothing_that_is_done_meanwhile(name: str) -> None:
    long = named(f"{name}-5")
    assert long.length_s == 300
    assert named(name).length_s == 1800
    assert list(long.listen.values()) == [(8, 38), (270, 300)]
    assert list(long.unheard()) == [(38, 270)]
    assert all(38 < step.at_s < 270 for step in long.steps if isinstance(step, Act))


def test_what_is_done_in_turn_is_undone() -> None:
    deeds = [step.deed for step in named("long3-4").steps if isinstance(step, Act)]
    assert deeds == ["mute", "unmute", "cover", "uncover", "hide", "show"]


def test_a_second_is_rates_of_what_grew() -> None:
    after = NOTHING | {
        "at_ms": 2000.0, "audio_out": 8000.0, "video_out": 30_000.0, "data_out": 250.0, "pair_out": 40_000.0,
        "wire_out": 45_000.0, "samples": 96_000.0, "concealed": 9600.0, "silent": 4800.0, "packets": 90.0,
        "lost": 10.0, "buffered_s": 9.0, "emitted": 90.0, "frames": 50.0, "captured_s": 2.0, "rtt_ms": 44.0,
    }  # fmt: skip
    found = second(NOTHING, after)
    assert (found.audio_kbps, found.video_kbps, found.data_kbps, found.other_kbps) == (32, 120, 1, 7)
    assert (found.wire_kbps, found.fps, found.rtt_ms, found.captured_pm) == (180, 25, 44, 1000)
    assert (found.concealed_pm, found.loss_pm, found.buffer_ms) == (50, 100, 100)


def test_a_page_that_was_reloaded_or_heard_nothing_is_no_error() -> None:
    earlier = NOTHING | {"at_ms": 1000.0, "samples": 5000.0, "audio_out": 9000.0}
    found = second(earlier, NOTHING | {"at_ms": 2000.0})
    assert (found.audio_kbps, found.concealed_pm, found.loss_pm, found.buffer_ms) == (0, 0, 0, 0)


def test_pictures_are_counted_through_a_pause_of_the_video() -> None:
    log = [
        NOTHING | {"at_ms": 1000.0 * at, "frames": frames}
        for at, frames in enumerate((90.0, 120.0, 0.0, 25.0))
    ]
    assert second(NOTHING, grown(log)).fps == round(55 / 3)


def test_a_long_stretch_is_scored_in_equal_pieces_without_a_hole() -> None:
    assert _pieces(0, 16_000) == [(0, 16_000)]
    pieces = _pieces(8000, 100_000)
    assert [piece[1] - piece[0] for piece in pieces] == [23_000] * 4
    assert pieces[0][0] == 8000
    assert pieces[-1][1] == 100_000


def test_a_call_is_told_in_a_few_lines() -> None:
    told = brief(some_figures())
    assert told.startswith("T60 product (machine 31 % busy)")
    assert "ann heard STOI 0.951, gap 120 ms" in told
    assert "+0.0 hd (start), +2.1 voice (bandwidth)" in told
    assert "+2.1 s  “Your line is weak.”" in told


def test_the_time_line_says_which_rung_each_second_was_on() -> None:
    _, first, last = timeline(some_figures()).splitlines()
    assert first.split()[:3] == ["1.0", "hd", "32"]
    assert last.split()[:2] == ["3.0", "voice"]
    without = replace(some_figures(), shown=())
    assert timeline(without).splitlines()[1].split()[1] == "-"


def test_a_profile_that_ended_early_scores_what_was_played_and_is_judged_as_before() -> None:
    whole = PROFILES["T60back"]
    early = whole.cut(40.5)
    assert early.length_s == 40.5
    assert early.listen == {"": whole.listen[""], "after": (24, 40.5)}
    assert (early.onset_s, early.relief_s) == (whole.onset_s, whole.relief_s)
    assert whole.cut(70) == whole
