"""What a side sent when its line went bad, read off its seconds."""

from __future__ import annotations

from dataclasses import fields, replace

from bench.call.figures import Figures, Shown
from bench.call.profiles import PROFILES
from bench.call.seconds import Second
from bench.call.sending import sending

NOTHING = Second(**{field.name: 0 for field in fields(Second)})
START_MS = 100_000


def seconds_of(*rates: int, name: str = "video_kbps") -> tuple[Second, ...]:
    """One a second, the last of the good line ending at the profile's second 0."""
    times = range(START_MS - 2000, START_MS + 1000 * len(rates), 1000)
    return tuple(replace(NOTHING, at_ms=at, **{name: rate}) for at, rate in zip(times, rates, strict=False))


def a_call(ann: tuple[Second, ...], ben: tuple[Second, ...] = (), rungs: tuple[Shown, ...] = ()) -> Figures:
    return Figures(
        "T60", "product", (), rungs, {"ann": ann, "ben": ben}, start_ms=START_MS, busy_pm=0, conditions=""
    )


def test_the_picture_is_cut_when_half_of_it_is_gone_and_stays_so() -> None:
    found = sending(a_call(seconds_of(800, 820, 810, 300, 790, 700, 390, 100, 90)), PROFILES["T60"], "ann")
    assert found.halved_ms == 4000
    assert found.copied_ms is None


def test_more_copies_are_a_quarter_more_of_sound() -> None:
    ann = seconds_of(100, 103, 102, 104, 120, 180, 220, 220, name="audio_kbps")
    assert sending(a_call(ann), PROFILES["T60"], "ann").copied_ms == 3000


def test_who_sent_no_picture_has_none_to_cut() -> None:
    assert sending(a_call(seconds_of(0, 0, 0, 0, 0)), PROFILES["T60"], "ann").halved_ms is None


def test_a_failed_try_costs_what_the_peer_hears_more_of_than_before() -> None:
    rungs = (Shown(0, "ann", "rung", "hd"), Shown(1500, "ann", "rung", "voice", "bandwidth"))
    ann = seconds_of(900, 900, 900, 500, 50, 0, 0, 0, 40, 40, 0, 0, 0, 0, 0)
    heard = seconds_of(0, 0, 0, 0, 0, 20, 20, 20, 30, 60, 60, 40, 40, 0, 0, name="concealed_pm")
    # The rest of the picture that fell is no try.
    assert sending(a_call(ann, heard, rungs), PROFILES["T60"], "ann").tries_pm == (26,)


def test_a_try_that_brought_the_picture_back_has_not_failed() -> None:
    rungs = (Shown(0, "ann", "rung", "voice"), Shown(4000, "ann", "rung", "low", "recovered"))
    ann = seconds_of(0, 0, 0, 0, 40, 40, 100, 110)
    assert sending(a_call(ann, ann, rungs), PROFILES["T60"], "ann").tries_pm == ()
