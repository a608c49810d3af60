"""The call in numbers: both directions together, nobody's line by itself, in a coordinator's words."""

from __future__ import annotations

from typing import cast

import pytest

from server.call_health import Health, health
from server.db.records import Minute
from server.pages.call_numbers import RUNG_WORDS, amount, call_line, loss_line, rung_rows
from signalling.ladder_table import TABLE
from signalling.protocol import Role, Rung
from tests.stores import NOON


def minute(role: Role, lost_s: int = 0, breaks: int = 0, **seconds: int) -> Minute:
    spent = cast("dict[Rung, int]", seconds)
    return Minute(role, NOON, spent, lost_s, breaks, None, None, None)


def test_nothing_recorded_is_nothing_to_say() -> None:
    nothing = health([])
    assert nothing == Health({}, 0, None)
    assert (call_line(nothing), loss_line(nothing), rung_rows(nothing)) == ("", "", [])


def test_both_directions_count_as_their_mean_so_that_no_side_is_seen() -> None:
    weak = [minute("mentor", hd=60), minute("mentee", voice=60)]
    other_way = [minute("mentee", hd=60), minute("mentor", voice=60)]
    assert health(weak) == health(other_way) == Health({"hd": 30, "voice": 30}, 0, None)


def test_one_side_alone_counts_whole() -> None:
    assert health([minute("mentor", sd=60), minute("mentor", sd=20, low=10)]).seconds == {"sd": 80, "low": 10}


def test_an_outage_both_recorded_is_one_and_the_time_to_recover_is_the_mean_of_all() -> None:
    minutes = [minute("mentor", 12, 2, voice=60), minute("mentee", 8, 1, voice=60), minute("mentee", sd=60)]
    assert health(minutes) == Health({"sd": 30, "voice": 60}, 12, 7)


def test_a_loss_that_never_ended_has_no_time_to_recover() -> None:
    unfinished = health([minute("mentor", 30, 0, voice=30)])
    assert (unfinished.recover_s, loss_line(unfinished)) == (None, "30 s lost")


def test_rungs_are_told_best_first_in_words() -> None:
    call = health([minute("mentor", 95, 5, phone=20, voice=600, hd=1200)])
    assert rung_rows(call) == [
        ("Sharp video", "20 min"),
        ("Voice only", "10 min"),
        ("Telephone offered", "20 s"),
    ]
    assert call_line(call) == "20 min video, 10 min without"
    assert loss_line(call) == "2 min lost, back after 19 s"


def test_a_whole_call_without_loss_says_so() -> None:
    call = health([minute("mentor", sd=60)])
    assert (call_line(call), loss_line(call)) == ("60 s video", "nothing lost")


def test_every_rung_of_the_ladder_has_words() -> None:
    assert {rung.name for rung in TABLE.rungs} <= set(RUNG_WORDS)


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (89, "89 s"), (90, "2 min"), (3600, "60 min")])
def test_time_is_told_shortly(seconds: int, words: str) -> None:
    assert amount(seconds) == words
