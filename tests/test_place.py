"""One place by itself: where each event leads it, and what is to be seen of it meanwhile.

Not here: what the other participant is told (`test_room`).
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalling.effects import ConnectionId, Moment
from signalling.place import Event, Place, State
from signalling.protocol import MAX_CANDIDATES, PeerRung, Seat, Status

TAB = "aaaaaaaa-0000-4000-8000-000000000001"
ON = Status(microphone="on", camera="on")
LOW = PeerRung(rung="low", reason="bandwidth", whose="mine")


def at(seconds: int) -> Moment:
    return Moment(1000 * seconds, 1_800_000_000_000 + 1000 * seconds)


def place(state: State = State.AWAY) -> Place:
    """Ann's, in that state since second 0, with a tab, its devices and what it sends."""
    return Place(
        "mentor",
        "Ann Archer",
        since=at(0),
        heard=at(0),
        state=state,
        connection=ConnectionId(1),
        client=TAB,
        status=ON,
        rung=LOW,
    )


@pytest.mark.parametrize(
    ("story", "states"),
    [
        ("ARRIVE JOIN LEAVE CLOSE", "LOBBY CALL LEFT AWAY"),
        ("ARRIVE JOIN LEAVE JOIN CLOSE RETURN", "LOBBY CALL LEFT CALL ABSENT CALL"),
        ("ARRIVE JOIN HUSH SPEAK HUSH BREAK EXPIRE", "LOBBY CALL SILENT CALL SILENT LOST AWAY"),
        ("RETURN HUSH LEAVE BREAK", "CALL SILENT LEFT AWAY"),
        ("RETURN CLOSE EXPIRE ARRIVE BREAK", "CALL ABSENT AWAY LOBBY AWAY"),
        ("RETURN LEAVE BREAK LINGER JOIN BREAK LINGER", "CALL LEFT AWAY LEFT CALL LOST LEFT"),
        ("RETURN BREAK ARRIVE RETURN HUSH RETURN", "CALL LOST LOBBY CALL SILENT CALL"),
        ("JOIN LEAVE HUSH SPEAK EXPIRE CLOSE BREAK", "AWAY AWAY AWAY AWAY AWAY AWAY AWAY"),
        ("ARRIVE LEAVE HUSH SPEAK EXPIRE", "LOBBY LOBBY LOBBY LOBBY LOBBY"),
        ("RETURN CLOSE JOIN LEAVE BREAK SPEAK", "CALL ABSENT ABSENT ABSENT ABSENT ABSENT"),
        ("RETURN BREAK CLOSE JOIN LEAVE SPEAK", "CALL LOST LOST LOST LOST LOST"),
    ],
)
def test_a_stay_goes_from_state_to_state(story: str, states: str) -> None:
    ann, seen = place(), []
    for event in story.split():
        ann.move(Event[event], at(1))
        seen.append(ann.state.name)
    assert " ".join(seen) == states


def test_a_state_begins_when_it_is_entered_and_not_when_it_is_confirmed() -> None:
    ann = place(State.LOBBY)
    ann.move(Event.JOIN, at(5))
    ann.move(Event.SPEAK, at(6))
    ann.move(Event.RETURN, at(7))
    assert ann.since == at(5)
    ann.move(Event.HUSH, at(20))
    ann.move(Event.HUSH, at(21))
    assert (ann.state, ann.since) == (State.SILENT, at(20))


STAYING = {State.CALL, State.SILENT, State.ABSENT, State.LOST}


@given(st.sampled_from(State), st.lists(st.sampled_from(Event), max_size=6))
def test_who_is_gone_leaves_nothing_behind_and_who_stays_keeps_it_all(
    start: State, events: list[Event]
) -> None:
    ann, stayed = place(start), start in STAYING
    for event in events:
        ann.move(event, at(1))
        stayed = stayed and ann.state in STAYING
        if ann.state is State.AWAY:
            assert (ann.client, ann.status, ann.rung) == (None, None, None)
        assert ann.rung in ((LOW,) if stayed else (LOW, None))
        assert ann.staying == (ann.state in STAYING)
        assert ann.staying or ann.rung is None


@pytest.mark.parametrize(
    ("state", "staying", "occupied", "in_call"),
    [
        (State.AWAY, False, False, False),
        (State.LOBBY, False, False, False),
        (State.LEFT, False, False, False),
        (State.CALL, True, True, True),
        (State.SILENT, True, True, False),
        (State.ABSENT, True, False, False),
        (State.LOST, True, True, False),
    ],
)
def test_a_broken_connection_occupies_the_room_and_a_closed_page_only_keeps_its_stay(
    state: State, staying: bool, occupied: bool, in_call: bool
) -> None:
    ann = place(state)
    assert (ann.staying, ann.occupied, ann.in_call) == (staying, occupied, in_call)


@pytest.mark.parametrize("state", State)
def test_both_see_who_is_there_and_whose_place_is_only_held(state: State) -> None:
    seen = place(state).seat()
    presence = {State.LOBBY: "lobby", State.CALL: "call"}.get(state, "away")
    assert (seen.role, seen.name, seen.presence) == ("mentor", "Ann Archer", presence)
    if state is State.LEFT:
        assert seen == Seat(role="mentor", name="Ann Archer", presence="away"), "the call is over for them"
    else:
        assert (seen.client, seen.status) == (TAB, ON)


def test_a_connection_takes_the_place_with_its_tab_and_a_fresh_count_of_candidates() -> None:
    ann, muted = place(State.CALL), Status(microphone="muted", camera="none")
    assert [ann.may_trickle() for _ in range(MAX_CANDIDATES + 2)] == [True] * MAX_CANDIDATES + [False] * 2
    other = TAB.replace("a", "b")
    ann.take(ConnectionId(2), other, muted, at(9))
    assert (ann.connection, ann.client, ann.status, ann.heard) == (2, other, muted, at(9))
    assert (ann.state, ann.since) == (State.CALL, at(0)), "until it has arrived"
    assert ann.may_trickle()
