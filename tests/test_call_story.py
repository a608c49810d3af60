"""How a call went: minutes counted together, speech and telephone apart, nobody blamed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.call_story import Span, length, minutes, overlap, story, told, union, without
from server.db.records import CallFacts, Minute, PhoneStep, RungStep, Stay
from signalling.protocol import PhoneState, Role, Rung
from tests.stores import NOON
from tests.test_mail_message import a_session


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def rung(role: Role, minute: float, to: Rung) -> RungStep:
    return RungStep(role, at(minute), to, "sd", "loss", "mine")


def phone(minute: float, state: PhoneState) -> PhoneStep:
    return PhoneStep(at(minute), state)


def stay(role: Role, joined: float, left: float | None) -> Stay:
    return Stay(role, at(joined), None if left is None else at(left))


BOTH = (stay("mentor", 0, 30), stay("mentee", 2, 32))


def facts(
    stays: tuple[Stay, ...] = BOTH,
    rungs: tuple[RungStep, ...] = (),
    phones: tuple[PhoneStep, ...] = (),
    minutes_: tuple[Minute, ...] = (),
    ended: float = 40,
) -> CallFacts:
    session = replace(a_session(), met=at(2), left=at(32), ended=at(ended))
    return CallFacts(session, stays, rungs, phones, minutes_)


def test_time_counts_while_both_are_there() -> None:
    assert told(story(facts())) == "You were in the room together for 28 minutes."


def test_a_reload_does_not_count_and_costs_only_its_gap() -> None:
    stays = (stay("mentor", 0, 10), stay("mentor", 11, 30), stay("mentee", 0, 30))
    assert story(facts(stays)).together == timedelta(minutes=29)


def test_two_stays_of_one_person_at_once_count_once() -> None:
    stays = (stay("mentor", 0, 20), stay("mentor", 10, 30), stay("mentee", 0, 30))
    assert story(facts(stays)).together == timedelta(minutes=30)


def test_a_stay_without_an_end_ends_with_the_session() -> None:
    assert story(facts((stay("mentor", 0, None), stay("mentee", 0, 99)))).together == timedelta(minutes=40)


def test_voice_only_counts_while_either_picture_was_missing() -> None:
    rungs = (
        rung("mentor", 5, "voice"),
        rung("mentee", 8, "voice"),
        rung("mentor", 10, "sd"),
        rung("mentee", 11, "sd"),
    )
    assert told(story(facts(rungs=rungs))) == (
        "You were in the room together for 28 minutes, 6 minutes of it on voice only."
    )


def test_a_call_all_on_voice_says_so() -> None:
    assert told(story(facts(rungs=(rung("mentor", 0, "voice"),)))) == (
        "You were in the room together for 28 minutes, on voice only."
    )


def test_a_dip_of_seconds_is_not_worth_a_word() -> None:
    rungs = (rung("mentor", 5, "voice"), rung("mentor", 5.3, "sd"))
    assert told(story(facts(rungs=rungs))) == "You were in the room together for 28 minutes."


def test_the_telephone_is_counted_by_itself() -> None:
    phones = (phone(9, "offered"), phone(10, "active"), phone(20, "hidden"))
    rungs = (rung("mentor", 9, "phone"), rung("mentor", 20, "sd"))
    assert told(story(facts(rungs=rungs, phones=phones))) == (
        "You were in the room together for 28 minutes, 1 minute of it on voice only."
        " For 10 minutes you talked by telephone."
    )


def test_a_telephone_call_the_session_ended_with_counts_to_its_end() -> None:
    assert story(facts(phones=(phone(30, "active"),))).phone == timedelta(minutes=10)


def lost(seconds: int, role: Role = "mentor") -> Minute:
    return Minute(role, at(9), {"voice": 60}, seconds, 1, 0, 0, 40)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        ((9,), ""),
        ((10,), " For 10 seconds in all the line let no speech through."),
        ((44, 40), " For 80 seconds in all the line let no speech through."),
        ((60, 60), " For 2 minutes in all the line let no speech through."),
    ],
)
def test_lost_speech_is_told_in_one_calm_sentence(seconds: tuple[int, ...], said: str) -> None:
    call = facts(minutes_=tuple(lost(each) for each in seconds))
    assert told(story(call)) == f"You were in the room together for 28 minutes.{said}"


def test_an_outage_that_both_recorded_is_told_once() -> None:
    assert story(facts(minutes_=(lost(40), lost(50, "mentee")))).lost == timedelta(seconds=50)


def test_no_more_is_lost_than_there_was() -> None:
    call = facts(minutes_=tuple(lost(60) for _ in range(90)))
    assert story(call).lost == timedelta(minutes=28)


@pytest.mark.parametrize(
    ("rungs", "line"),
    [
        ((), "smooth"),
        ((rung("mentor", 5, "low"),), "low"),
        ((rung("mentor", 0, "low"), rung("mentor", 1, "sd")), "smooth"),
        ((rung("mentee", 5, "low"), rung("mentee", 6, "voice")), "voice"),
    ],
)
def test_the_thread_is_drawn_as_thin_as_the_line_got(rungs: tuple[RungStep, ...], line: str) -> None:
    assert story(facts(rungs=rungs)).line == line


def test_nobody_is_named_whoevers_line_it_was() -> None:
    words = told(story(facts(rungs=(rung("mentor", 5, "voice"),), phones=(phone(9, "active"),))))
    assert not {"Ann", "Ben", "your line", "mentor", "mentee"} & set(words.split())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (29, "less than a minute"),
        (60, "1 minute"),
        (100, "2 minutes"),
        (3600, "60 minutes"),
    ],
)
def test_minutes_are_told_in_words(seconds: int, words: str) -> None:
    assert minutes(timedelta(seconds=seconds)) == words


spans = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: (at(min(pair)), at(max(pair)))),
    max_size=8,
)


def inside(spans: list[Span]) -> set[int]:
    return {minute for minute in range(50) if any(begin <= at(minute) < end for begin, end in spans)}


@given(spans, spans)
def test_spans_are_added_and_taken_away_like_sets_of_minutes(some: list[Span], others: list[Span]) -> None:
    assert inside(union(some)) == inside(some)
    assert inside(overlap(some, others)) == inside(some) & inside(others)
    assert inside(without(some, others)) == inside(some) - inside(others)
    assert length(union(some)) == timedelta(minutes=len(inside(some)))


def test_a_restless_afternoon_is_told_as_quickly_as_a_calm_one() -> None:
    """A browser may join, leave and change its rung ten times a second; the other summaries wait behind."""
    some = [(at(minute), at(minute + 0.5)) for minute in range(20_000)]
    others = [(at(minute + 0.25), at(minute + 0.75)) for minute in range(20_000)]
    assert length(overlap(some, others)) == timedelta(minutes=20_000 / 4)
    assert length(without(some, others)) == timedelta(minutes=20_000 / 4)
