"""What speech costs on the wire, and what copies and in-band FEC bring back of it."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder_table import TABLE, Audio
from signalling.shared import SHARED, Shared
from signalling.speech import cushion_ms, distances, has_fec, repaired, wire_kbps

LOSSES = st.floats(0, 1, allow_nan=False)
RUNS = st.integers(1, 12)


def sound(copies: int, kbps: int = 20, packet_ms: int = 20) -> Audio:
    return Audio(kbps=kbps, copies=copies, packet_ms=packet_ms)


@pytest.mark.parametrize(
    ("audio", "kbps"),
    [
        (sound(0, 20), 47.2),
        (sound(1, 32), 91.2),
        (sound(4, 40), 227.2),
        (sound(0, 16, 40), 29.6),
        (sound(0, 12, 120), 16.53),
        (sound(1, 12, 60), 33.07),
    ],
)
def test_headers_cost_the_less_the_longer_a_packet_is(audio: Audio, kbps: float) -> None:
    assert wire_kbps(audio) == pytest.approx(kbps, abs=0.01)


def test_the_sound_of_a_worse_rung_never_takes_more_of_the_line() -> None:
    for better, worse in pairwise(TABLE.rungs):
        for mode in better.audio:
            assert wire_kbps(worse.audio[mode]) <= wire_kbps(better.audio[mode])


def test_copies_come_one_three_and_five_packets_later_and_then_between() -> None:
    assert [tuple(distances(sound(copies))) for copies in range(5)] == [
        (), (1,), (1, 3), (1, 3, 5), (1, 3, 5, 2),
    ]  # fmt: skip
    assert sorted(SHARED.copies_at) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("audio", "fec"),
    [(sound(0, 20), True), (sound(0, 19), False), (sound(1, 20), False), (sound(0, 40), True)],
)
def test_in_band_fec_is_for_sound_that_is_rich_enough_and_has_no_copies(audio: Audio, fec: bool) -> None:
    assert has_fec(audio) is fec
    assert repaired(audio, 3, 0.0) == (0.5 if fec else 1.0 if audio.copies else 0.0)


def test_speech_waits_for_copies_only_where_packets_get_lost() -> None:
    assert [cushion_ms(loss_pm) for loss_pm in (0, 49, 50, 1000)] == [0, 0, 120, 120]


@pytest.mark.parametrize(
    ("copies", "run", "loss", "heard"),
    [
        (1, 1, 0.5, 1.0),
        (1, 2, 0.5, 1.0),
        (2, 2, 0.0, 2.0),
        (2, 2, 0.5, 1.5),
        (2, 3, 0.5, 2.5),
        (3, 4, 0.5, 1 + 0.75 + 1 + 0.5),
        (4, 4, 0.5, 1 + 1 + 1 + 0.5),
        (4, 9, 0.0, 5.0),
        (4, 9, 1.0, 4.0),
    ],
)
def test_the_packet_after_a_run_brings_what_it_has_copies_of(
    copies: int, run: int, loss: float, heard: float
) -> None:
    """Others bring the rest, unless they are lost as well."""
    assert repaired(sound(copies), run, loss) == pytest.approx(heard)


@settings(max_examples=40)
@given(st.integers(1, 4), RUNS, LOSSES)
def test_no_more_is_heard_than_was_lost_or_the_copies_reach_back(copies: int, run: int, loss: float) -> None:
    reach = max(distances(sound(copies)))
    assert 0 < repaired(sound(copies), run, loss) <= min(run, reach)


@settings(max_examples=40)
@given(st.integers(1, 3), RUNS, LOSSES)
def test_one_more_copy_never_hurts(copies: int, run: int, loss: float) -> None:
    assert repaired(sound(copies), run, loss) <= repaired(sound(copies + 1), run, loss) + 1e-9


@settings(max_examples=40)
@given(st.integers(1, 4), RUNS, LOSSES, LOSSES)
def test_the_more_is_lost_the_less_comes_back(copies: int, run: int, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert repaired(sound(copies), run, more) <= repaired(sound(copies), run, less) + 1e-9


@pytest.mark.parametrize(
    "change",
    [{"cushion_ms": "120"}, {"copies_at": [1.5]}, {"question": {}}, {"more": 1}, {"cushion_ms": None}],
)
def test_shared_numbers_of_another_shape_are_refused(change: dict[str, object]) -> None:
    plain = msgspec.to_builtins(SHARED)
    assert msgspec.json.decode(msgspec.json.encode(plain), type=Shared) == SHARED
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({**plain, **change}), type=Shared)
