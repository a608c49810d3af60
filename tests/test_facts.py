"""What a session's facts say at a moment: too early, open, over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling.effects import Moment
from signalling.facts import Facts
from signalling.protocol import SessionInfo

FACTS = Facts(
    id="s",
    starts_ms=2_000,
    minutes=30,
    opens_ms=1_000,
    closes_ms=9_000,
    mentor="Ann Archer",
    mentee="Ben Brook",
)
ORDER = ("early", "open", "ended")


def at(epoch_ms: int) -> Moment:
    """The steady clock is another one, and says nothing about a booking."""
    return Moment(77_000_000, epoch_ms)


@pytest.mark.parametrize(
    ("epoch_ms", "state"),
    [(0, "early"), (999, "early"), (1_000, "open"), (2_000, "open"), (8_999, "open"), (9_000, "ended")],
)
def test_a_room_opens_before_the_start_and_closes_to_the_millisecond(epoch_ms: int, state: str) -> None:
    assert FACTS.state(at(epoch_ms)) == state


@pytest.mark.parametrize("epoch_ms", [0, 5_000, 10_000])
def test_what_was_ended_is_over_at_any_time(epoch_ms: int) -> None:
    assert replace(FACTS, ended=True).state(at(epoch_ms)) == "ended"


@given(st.lists(st.integers(0, 20_000), min_size=2, max_size=10))
def test_a_session_never_goes_back_to_an_earlier_state(moments: list[int]) -> None:
    states = [ORDER.index(FACTS.state(at(epoch_ms))) for epoch_ms in sorted(moments)]
    assert states == sorted(states)


def test_a_session_that_would_close_before_it_opens_is_over_and_never_open() -> None:
    odd = replace(FACTS, closes_ms=500)
    assert {odd.state(at(epoch_ms)) for epoch_ms in range(500, 9_000, 250)} == {"ended"}


def test_both_are_told_the_booking_and_nothing_else_of_the_facts() -> None:
    told = replace(FACTS, met=True, phone="active").info(at(1_500))
    assert told == SessionInfo(id="s", starts=2_000, minutes=30, opens=1_000, state="open", met=True)


def test_each_role_has_its_own_name() -> None:
    assert (FACTS.name("mentor"), FACTS.name("mentee")) == ("Ann Archer", "Ben Brook")
