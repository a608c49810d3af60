"""A call played on a measured line: what each side would measure there, and which rung it needs.

Not here: the words that follow (`test_verdict`).
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.checked_call import (
    OVERLOADED_MS,
    PLAYED_MS,
    Side,
    carries_kbps,
    estimate_kbps,
    worst_rung,
)
from signalling.ladder_table import TABLE
from signalling.ladder_values import Sample
from signalling.line_record import LOST, Record
from tests.made_line import Path

WHOLE = (0,) * 400
SD_SPEECH_KBPS = 91
"""Opus at 32 kbit/s, sent twice, with its headers: 91.2."""


def line(kbps: int | None, loss_pm: int = 0, *, every_ms: int = 20) -> Record:
    return Record(Path(loss_pm=loss_pm).delays(1), kbps, every_ms)


def first_sample(out: Record, back: Record | None = None) -> Sample:
    """What the side that sends over `out` measures before anything is decided: both send sd."""
    here, there = Side(out, TABLE), Side(back or Record(WHOLE, 20_000), TABLE)
    assert TABLE.rungs[here.at].name == "sd"
    return here.sample(0, there)


def test_on_an_open_line_everything_arrives_and_the_estimate_keeps_its_margin() -> None:
    assert first_sample(Record(WHOLE, 2000)) == Sample(
        usable_kbps=(2000 - SD_SPEECH_KBPS) * 85 // 100 + SD_SPEECH_KBPS,
        received_by_peer_kbps=SD_SPEECH_KBPS + 450,
        loss_pm=0,
        rtt_rise_ms=0,
        peer_concealed_pm=0,
        concealed_pm=0,
        silence_ms=0,
        peer_silence_ms=0,
        cpu_limited=0,
        video_wanted=1,
        peer_at_last_rung=0,
        peer_speech_lost=0,
    )


@pytest.mark.parametrize(("kbps", "arrives", "rise_ms"), [(600, 541, 0), (448, 448, 0), (440, 440, 400)])
def test_what_is_more_than_the_line_carries_does_not_arrive_and_then_queues(
    kbps: int, arrives: int, rise_ms: int
) -> None:
    """Within its rung a picture adapts: 448 kbit/s with their margin are the 380 that hold sd."""
    seen = first_sample(Record(WHOLE, kbps))
    assert (seen.received_by_peer_kbps, seen.rtt_rise_ms) == (arrives, rise_ms)


def test_a_queue_in_either_direction_makes_the_round_trip_longer() -> None:
    thin, wide = Record(WHOLE, 100), Record(WHOLE, 20_000)
    rises = [first_sample(out, back).rtt_rise_ms for out, back in ((thin, wide), (wide, thin), (thin, thin))]
    assert rises == [OVERLOADED_MS, OVERLOADED_MS, 2 * OVERLOADED_MS]


def test_speech_that_does_not_fit_is_lost_and_made_up() -> None:
    seen = first_sample(Record((200,) * 400, 40))
    squeezed_pm = 1000 * (SD_SPEECH_KBPS - 40) // SD_SPEECH_KBPS
    assert (seen.loss_pm, seen.peer_concealed_pm, seen.concealed_pm) == (squeezed_pm, squeezed_pm, 0)
    there, here = Side(Record((200,) * 400, 40), TABLE), Side(Record(WHOLE, 20_000), TABLE)
    assert here.sample(0, there).concealed_pm == squeezed_pm, "and the other one hears it"


def test_in_the_dark_the_silence_grows_on_both_screens_and_questions_stay_open() -> None:
    dark = Record((0,) * 100 + (LOST,) * 100, 2000)
    here, there = Side(dark, TABLE), Side(Record(WHOLE, 2000), TABLE)
    mine, theirs = here.sample(3980, there), there.sample(3980, here)
    assert (mine.peer_silence_ms, mine.silence_ms) == (1980, 0)
    assert (theirs.silence_ms, theirs.peer_silence_ms) == (1980, 0)
    assert mine.rtt_rise_ms == theirs.rtt_rise_ms == 1750, "asked four times a second"
    nothing = first_sample(Record((LOST,) * 100, None))
    assert (nothing.rtt_rise_ms, nothing.loss_pm) == (PLAYED_MS, 1000)


def test_heavy_loss_drives_the_estimate_and_hides_how_wide_the_line_is() -> None:
    torn, thin = line(2000, 300), line(60, 300, every_ms=60)
    assert carries_kbps(torn) is None
    assert estimate_kbps(torn, 91) == 8000 // (torn.lost_pm - 100)
    assert (carries_kbps(thin), estimate_kbps(thin, 50)) == (60, 10), "packets alone were too much for it"
    assert (carries_kbps(line(2000, 80)), estimate_kbps(line(2000, 80), 91)) == (2000, 1909)


def test_where_no_speed_was_measured_nothing_is_said_of_one() -> None:
    seen = first_sample(Record(WHOLE, None))
    assert (seen.usable_kbps, seen.capacity_kbps, seen.received_by_peer_kbps) == (None, None, 541)
    assert (seen.rtt_rise_ms, seen.loss_pm) == (0, 0)
    assert estimate_kbps(Record(WHOLE, 85), 120) == 0, "never less than nothing"


def test_without_a_picture_there_is_no_estimate_and_the_way_is_asked_how_wide_it_is() -> None:
    here, there = (Side(Record(WHOLE, 120), TABLE) for _ in range(2))
    here.ladder.pin("voice")
    here.ladder.step(0, here.sample(0, there))
    seen = here.sample(500, there)
    assert (TABLE.rungs[here.at].name, seen.usable_kbps, seen.capacity_kbps) == ("voice", None, 120)


speeds = st.sampled_from([8, 25, 45, 60, 90, 150, 300, 600, 1500, 9000])
losses = st.sampled_from([0, 0, 20, 120, 250])


@settings(max_examples=6)
@given(speeds, losses, speeds, losses)
def test_it_does_not_matter_who_of_them_has_which_direction(
    up: int, up_pm: int, down: int, down_pm: int
) -> None:
    one, other = line(up, up_pm), line(down, down_pm)
    assert worst_rung(one, other, TABLE) == worst_rung(other, one, TABLE)


@settings(max_examples=5)
@given(st.lists(speeds, min_size=2, max_size=3, unique=True))
def test_a_wider_line_never_needs_a_worse_rung(several: list[int]) -> None:
    rungs = [worst_rung(line(kbps), line(20_000), TABLE) for kbps in sorted(several)]
    assert rungs == sorted(rungs, reverse=True)


def test_one_dead_direction_is_the_telephone_and_two_whole_ones_are_hd() -> None:
    whole, dead = Record(WHOLE, 20_000), Record((LOST,) * 400, None)
    assert worst_rung(whole, whole, TABLE) == 0
    assert TABLE.rungs[worst_rung(whole, dead, TABLE)].name == "phone"
