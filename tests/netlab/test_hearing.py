"""What a recording forgets is gone, and what it keeps stays where it was."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from tests.netlab.hearing import Hearing

RATE = 16_000
BEGAN_MS = 1_000


def a_recording(seconds: int) -> Hearing:
    """Half-second pieces, as the page hands them over."""
    hearing = Hearing()
    for piece in range(2 * seconds):
        add(hearing, BEGAN_MS + 500 * piece)
    return hearing


def add(hearing: Hearing, at_ms: int) -> None:
    pcm = base64.b64encode(np.full(RATE // 2, 16_384, "<i2").tobytes())
    hearing._take(None, {"track": "t", "own": False, "rate": RATE, "atMs": at_ms, "pcm": pcm})


def test_what_is_forgotten_is_silence_between_what_stays() -> None:
    hearing = a_recording(10)
    hearing.forget(3_000, 6_000)
    assert hearing.sounds(BEGAN_MS, BEGAN_MS + 10_000) == [(1_000, 3_000), (6_000, 11_000)]
    heard = hearing.between(BEGAN_MS, BEGAN_MS + 10_000)
    assert heard.mean() == pytest.approx(0.5 * 7 / 10, rel=0.01)


def test_a_recording_goes_on_after_it_has_forgotten() -> None:
    hearing = a_recording(10)
    hearing.forget(3_000, 6_000)
    hearing.forget(3_000, 9_000)
    add(hearing, BEGAN_MS + 10_000)
    assert hearing.sounds(BEGAN_MS, BEGAN_MS + 11_000) == [(1_000, 3_000), (9_000, 11_500)]


def test_nothing_is_forgotten_between_a_moment_and_an_earlier_one() -> None:
    hearing = a_recording(4)
    hearing.forget(4_000, 2_000)
    assert hearing.sounds(BEGAN_MS, BEGAN_MS + 4_000) == [(1_000, 5_000)]
