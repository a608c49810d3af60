"""A tab in the lobby, of somebody who is in the call in another tab: it writes and stays alive, no more.

Not here: messages from the tab that holds the place (`test_messages`).
"""

from __future__ import annotations

from copy import deepcopy
from typing import get_args

import pytest

from signalling import protocol as p
from signalling.effects import Close, ConnectionId, Greet, Send, StoreEdit
from signalling.messages import receive
from signalling.place import State
from signalling.room import Room
from tests.test_room import ANN, ANNS_TAB, BEN, BENS_TAB, ON, OTHER_TAB, at, call, hello, recorded, told

OP = "dddddddd-0000-4000-8000-000000000001"
SECOND = ConnectionId(3)
EACH: list[p.ClientMessage] = [
    hello(OTHER_TAB),
    p.Join(status=ON),
    p.Leave(),
    p.End(),
    p.Offer(to=BENS_TAB, sdp="v=0"),
    p.Answer(to=BENS_TAB, sdp="v=0"),
    p.Candidate(to=BENS_TAB, candidate=""),
    p.SetStatus(status=p.Status(microphone="none", camera="none")),
    p.SetPhone(state="active"),
    p.Chat(op=OP, text="Hello"),
    p.EditAgenda(op=OP, item=OP, text="Why"),
    p.SetCurrent(op=OP, item=None),
    p.EditGoal(op=OP, goal=OP, specific="Present at the fair"),
    p.EditPlan(op=OP, rings="mentee"),
    p.SetNumber(op=OP, number="", granted=False),
    p.SetName(op=OP, name="Ann"),
    p.SetRung(op=OP, rung="voice", previous="low", reason="loss", whose="mine"),
    p.AddMinute(op=OP, seconds={"hd": 60}, lost_s=0, breaks=0, concealed_pm=0, loss_pm=None, rtt_ms=40),
    p.Ping(n=5),
]
WRITES = (p.EditAgenda, p.SetCurrent, p.EditGoal, p.EditPlan, p.SetNumber, p.SetName)


def with_a_second_tab() -> Room:
    """Both are in the call; Ann has opened the link once more and looks at the lobby."""
    room = call()
    assert room.connect(SECOND, "mentor", hello(OTHER_TAB), at(2)) == [Greet(SECOND, "mentor", 0)]
    return room


def test_there_is_one_of_each_message_here() -> None:
    assert [type(each) for each in EACH] == list(dict.fromkeys(type(each) for each in EACH))
    assert {type(each) for each in EACH} == set(get_args(p.ClientMessage))


@pytest.mark.parametrize("message", EACH, ids=lambda each: type(each).__name__)
def test_it_writes_and_is_answered_and_changes_nothing_in_the_room(message: p.ClientMessage) -> None:
    room = with_a_second_tab()
    before, facts = deepcopy(room.places), room.facts
    effects = receive(room, SECOND, message, at(3))
    if isinstance(message, WRITES):
        assert effects == [StoreEdit(SECOND, "mentor", message)]
    elif isinstance(message, p.Ping):
        assert effects == [Send(SECOND, p.Pong(n=5))]
    else:
        assert effects == []
    assert (room.places, room.facts) == (before, facts)


def test_its_pings_are_no_sign_of_life_of_the_tab_in_the_call() -> None:
    room = with_a_second_tab()
    for second in range(3, 12):
        receive(room, SECOND, p.Ping(n=second), at(second))
        room.hear(BEN, at(second))
        assert room.hear(SECOND, at(second)) == []
    room.tick(at(11))
    assert room.places["mentor"].state is State.SILENT


def test_it_is_told_what_both_are_told_but_not_what_is_meant_for_the_call() -> None:
    room = with_a_second_tab()
    assert told(receive(room, BEN, p.SetPhone(state="offered"), at(3)), SECOND) == [
        p.PhoneChanged(state="offered", by="mentee")
    ]
    for message in (
        p.Chat(op=OP, text="Hello"),
        p.Offer(to=ANNS_TAB, sdp="v=0"),
        p.SetRung(op=OP, rung="voice", previous="low", reason="loss", whose="mine"),
    ):
        effects = receive(room, BEN, message, at(4))
        assert told(effects, ANN)
        assert told(effects, SECOND) == []
    assert told(receive(room, BEN, p.End(), at(5)), SECOND)[0] == p.Ended(by="mentee")


def test_it_belongs_to_its_participant_until_it_is_closed() -> None:
    room = with_a_second_tab()
    assert [room.role_of(each) for each in (ANN, BEN, SECOND)] == ["mentor", "mentee", "mentor"]
    assert (room.connections("mentor"), room.connections("mentee")) == ([ANN, SECOND], [BEN])
    assert room.disconnect(ANN, 1001, at(3)) != []
    assert room.connections("mentor") == [SECOND], "the call's tab is gone, this one is still told"
    assert room.disconnect(SECOND, None, at(4)) == []
    assert (room.role_of(SECOND), room.connections("mentor")) == (None, [])


def test_when_the_call_is_over_for_its_participant_a_new_tab_takes_the_place() -> None:
    room = with_a_second_tab()
    assert recorded(receive(room, ANN, p.Leave(), at(5)))
    third = ConnectionId(4)
    effects = room.connect(third, "mentor", hello(OTHER_TAB), at(6))
    assert Close(ANN, p.CLOSE_MOVED, "moved") in effects
    assert (room.places["mentor"].connection, room.places["mentor"].state) == (third, State.LOBBY)
    assert room.connections("mentor") == [third, SECOND]
    assert room.names == ("Ann Archer", "Ben Brook")
