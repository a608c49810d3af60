"""Who is in a room, and what both are told of it. Time is a number of seconds we pass."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from signalling import protocol as p
from signalling.effects import (
    Close,
    ConnectionId,
    Effect,
    Entered,
    Equip,
    Exited,
    Greet,
    LastLeft,
    Met,
    Moment,
    Occupied,
    PhoneSet,
    Send,
    SessionEnded,
    StoreEdit,
)
from signalling.facts import Facts
from signalling.messages import receive
from signalling.place import PRESENCE, TRANSITIONS, Event, Place, State
from signalling.protocol import Role
from signalling.room import LOST_MS, PEER_OF, PHONE_MS, RELOAD_MS, Room

ANN, BEN = ConnectionId(1), ConnectionId(2)
ANNS_TAB = "aaaaaaaa-0000-4000-8000-000000000001"
BENS_TAB = "bbbbbbbb-0000-4000-8000-000000000001"
OTHER_TAB = "cccccccc-0000-4000-8000-000000000001"
ON = p.Status(microphone="on", camera="on")
OPENS_MS = 1_800_000_000_000
FACTS = Facts(
    id="s",
    starts_ms=OPENS_MS + 1_800_000,
    minutes=30,
    opens_ms=OPENS_MS,
    closes_ms=OPENS_MS + 50_000_000,
    mentor="Ann Archer",
    mentee="Ben Brook",
)


def at(seconds: float) -> Moment:
    """A moment so long after the room opened."""
    return Moment(int(seconds * 1000), OPENS_MS + int(seconds * 1000))


def hello(client: str = ANNS_TAB, *, in_call: bool = False, status: p.Status | None = None) -> p.Hello:
    stay: p.Stay = "call" if in_call else "lobby"
    return p.Hello(version=p.VERSION, client=client, note_seq=0, stay=stay, status=status)


def still_open(client: str = ANNS_TAB) -> p.Hello:
    """From a page whose call its participant has left."""
    return p.Hello(version=p.VERSION, client=client, note_seq=0, stay="left")


def new_room(seconds: float = 0) -> Room:
    return Room(FACTS, at(seconds))


def lobby() -> Room:
    """Both are in the lobby."""
    room = new_room()
    room.connect(ANN, "mentor", hello(ANNS_TAB), at(0))
    room.connect(BEN, "mentee", hello(BENS_TAB), at(0))
    return room


def call() -> Room:
    """Both are in the call since second 1."""
    room = lobby()
    receive(room, ANN, p.Join(status=ON), at(1))
    receive(room, BEN, p.Join(status=ON), at(1))
    return room


def told(effects: list[Effect], connection: ConnectionId) -> list[p.ServerMessage]:
    return [each.message for each in effects if isinstance(each, Send) and each.connection == connection]


def recorded(effects: list[Effect]) -> list[Effect]:
    """What is to be stored."""
    return [each for each in effects if not isinstance(each, Send | Close | Greet | Equip)]


def peer(effects: list[Effect], connection: ConnectionId) -> p.Seat:
    """The last the connection was told of its peer."""
    seats = [message.peer for message in told(effects, connection) if isinstance(message, p.PeerChanged)]
    assert seats, effects
    return seats[-1]


# Arriving and joining


def test_who_arrives_is_greeted_and_the_other_sees_it() -> None:
    room = new_room()
    assert room.connect(ANN, "mentor", hello(), at(0)) == [Greet(ANN, "mentor", 0)]
    effects = room.connect(BEN, "mentee", hello(BENS_TAB, status=ON), at(1))
    assert effects[0] == Greet(BEN, "mentee", 0)
    assert peer(effects, ANN) == p.Seat(
        role="mentee", name="Ben Brook", presence="lobby", client=BENS_TAB, status=ON
    )
    assert told(effects, BEN) == []


def test_the_greeting_knows_which_notes_the_tab_has() -> None:
    greeting = p.Hello(version=p.VERSION, client=ANNS_TAB, note_seq=7, stay="lobby")
    assert new_room().connect(ANN, "mentor", greeting, at(0)) == [Greet(ANN, "mentor", 7)]


def test_a_page_of_another_version_is_asked_to_load_again() -> None:
    old = p.Hello(version=p.VERSION + 1, client=ANNS_TAB, note_seq=0, stay="lobby")
    room = new_room()
    refused, closed = room.connect(ANN, "mentor", old, at(0))
    assert isinstance(refused, Send)
    assert isinstance(refused.message, p.Refused)
    assert refused.message.error == "version.other"
    assert closed == Close(ANN, p.CLOSE_VERSION, "another version")
    assert room.vacant


def test_the_first_to_join_occupies_the_room_and_the_second_meets_them() -> None:
    room = lobby()
    first = receive(room, ANN, p.Join(status=ON), at(1))
    assert recorded(first) == [Entered("mentor"), Occupied()]
    assert peer(first, BEN).presence == "call"
    second = receive(room, BEN, p.Join(status=ON), at(2))
    assert recorded(second) == [Entered("mentee"), Met()]
    for connection in (ANN, BEN):
        (changed,) = [each for each in told(second, connection) if isinstance(each, p.SessionChanged)]
        assert changed.session.met


def test_joining_twice_is_joining_once() -> None:
    room = call()
    muted = p.Status(microphone="muted", camera="off")
    effects = receive(room, ANN, p.Join(status=muted), at(2))
    assert recorded(effects) == []
    assert peer(effects, BEN).status == muted


def test_who_joins_is_equipped_for_the_call_and_nobody_else_is() -> None:
    room = lobby()
    assert Equip(ANN, "mentor") in receive(room, ANN, p.Join(status=ON), at(1))
    assert not any(isinstance(each, Equip) for each in receive(room, ANN, p.Leave(), at(2)))
    early = Room(replace(FACTS, opens_ms=OPENS_MS + 60_000), at(0))
    early.connect(ANN, "mentor", hello(), at(0))
    assert not any(isinstance(each, Equip) for each in receive(early, ANN, p.Join(status=ON), at(1)))


def test_they_meet_once() -> None:
    room = call()
    receive(room, BEN, p.Leave(), at(5))
    assert recorded(receive(room, BEN, p.Join(status=ON), at(6))) == [Entered("mentee")]


# The opening time


def test_joining_before_the_room_opens_is_refused() -> None:
    room = new_room(-60)
    room.connect(ANN, "mentor", hello(), at(-60))
    (refused,) = told(receive(room, ANN, p.Join(status=ON), at(-1)), ANN)
    assert isinstance(refused, p.Refused)
    assert refused.error == "session.early"
    assert room.places["mentor"].state is State.LOBBY


def test_the_lobby_goes_live_by_itself_and_is_told_once() -> None:
    room = new_room(-60)
    room.connect(ANN, "mentor", hello(), at(-60))
    assert room.tick(at(-1)) == []
    (changed,) = told(room.tick(at(0)), ANN)
    assert isinstance(changed, p.SessionChanged)
    assert changed.session.state == "open"
    assert room.tick(at(1)) == []


def test_nobody_returns_into_a_call_that_is_not_open() -> None:
    room = new_room(-60)
    room.connect(ANN, "mentor", hello(in_call=True), at(-60))
    assert room.places["mentor"].state is State.LOBBY


def test_a_room_past_its_closing_time_is_over_but_throws_nobody_out() -> None:
    room = call()
    for connection in (ANN, BEN):
        room.hear(connection, at(50_000))
    effects = room.tick(at(50_000))
    assert {type(each) for each in told(effects, ANN)} == {p.SessionChanged}
    assert room.facts.info(at(50_000)).state == "ended"
    assert room.places["mentor"].in_call


# Leaving, and coming back


def test_who_leaves_is_away_and_keeps_the_seat_for_another_time() -> None:
    room = call()
    effects = receive(room, BEN, p.Leave(), at(60))
    assert recorded(effects) == [Exited("mentee", at(60).epoch_ms)]
    assert peer(effects, ANN) == p.Seat(
        role="mentee", name="Ben Brook", presence="away", client=None, status=None
    )
    assert peer(receive(room, BEN, p.Join(status=ON), at(61)), ANN) == p.Seat(
        role="mentee", name="Ben Brook", presence="call", client=BENS_TAB, status=ON
    )


def test_the_last_to_leave_begins_the_quiet_time_and_the_next_to_join_ends_it() -> None:
    room = call()
    receive(room, BEN, p.Leave(), at(60))
    assert recorded(receive(room, ANN, p.Leave(), at(61))) == [
        Exited("mentor", at(61).epoch_ms),
        LastLeft(),
    ]
    assert recorded(receive(room, BEN, p.Join(status=ON), at(62))) == [Entered("mentee"), Occupied()]


def test_leaving_from_the_lobby_changes_nothing() -> None:
    assert receive(lobby(), ANN, p.Leave(), at(1)) == []


def test_a_reload_is_back_in_the_call_with_one_stay() -> None:
    room = call()
    gone = room.disconnect(BEN, 1001, at(60))
    assert recorded(gone) == []
    assert peer(gone, ANN) == p.Seat(
        role="mentee", name="Ben Brook", presence="away", client=BENS_TAB, status=ON
    )
    back = room.connect(ConnectionId(3), "mentee", hello(OTHER_TAB, in_call=True, status=ON), at(62))
    assert recorded(back) == []
    assert peer(back, ANN) == p.Seat(
        role="mentee", name="Ben Brook", presence="call", client=OTHER_TAB, status=ON
    )


def test_a_closed_page_that_does_not_return_has_left_when_it_was_closed() -> None:
    room = call()
    room.disconnect(BEN, 1001, at(60))
    assert room.tick(at(60 + RELOAD_MS / 1000 - 1)) == []
    effects = room.tick(at(60 + RELOAD_MS / 1000))
    assert recorded(effects) == [Exited("mentee", at(60).epoch_ms)]
    assert peer(effects, ANN) == p.Seat(role="mentee", name="Ben Brook", presence="away")


def test_when_the_last_page_is_closed_the_quiet_time_begins_at_once() -> None:
    room = call()
    room.disconnect(BEN, 1000, at(60))
    assert recorded(room.disconnect(ANN, 1001, at(61))) == [LastLeft()]
    assert recorded(room.connect(ANN, "mentor", hello(in_call=True), at(63))) == [Occupied()]


def test_a_broken_connection_is_waited_for_longer() -> None:
    room = call()
    room.disconnect(ANN, 1001, at(59))
    gone = room.disconnect(BEN, None, at(60))
    assert recorded(gone) == [], "the call may go on between the browsers"
    assert recorded(room.tick(at(60 + LOST_MS / 1000 - 1))) == [Exited("mentor", at(59).epoch_ms)]
    assert recorded(room.tick(at(60 + LOST_MS / 1000))) == [Exited("mentee", at(60).epoch_ms), LastLeft()]
    assert room.vacant


def test_a_ghost_is_gone_within_130_seconds_of_the_last_sign_of_life() -> None:
    heartbeat_notices_s = 18
    assert heartbeat_notices_s + LOST_MS / 1000 + 1 <= 130


def test_on_the_telephone_a_frozen_page_does_not_end_the_session() -> None:
    room = call()
    receive(room, ANN, p.SetPhone(state="active"), at(60))
    room.disconnect(ANN, None, at(61))
    room.disconnect(BEN, 1006, at(61))
    assert room.tick(at(61 + PHONE_MS / 1000 - 1)) == []
    assert LastLeft() in room.tick(at(61 + PHONE_MS / 1000))


def held() -> Room:
    """Both were on the telephone when the server was started anew, at second 10."""
    room = Room(replace(FACTS, met=True, phone="active"), at(10))
    for role in PEER_OF:
        room.expect_back(role, at(10))
    return room


def test_after_a_restart_who_is_on_the_telephone_is_held_as_long_as_before_it() -> None:
    room = held()
    assert room.occupied
    assert not room.vacant
    assert room.tick(at(10 + PHONE_MS / 1000 - 1)) == []
    gone = room.tick(at(10 + PHONE_MS / 1000))
    assert recorded(gone) == [
        Exited("mentor", at(10).epoch_ms),
        Exited("mentee", at(10).epoch_ms),
        LastLeft(),
    ]
    assert room.vacant


def test_after_a_restart_one_who_leaves_does_not_end_what_the_other_is_still_held_for() -> None:
    room = held()
    assert recorded(room.connect(ANN, "mentor", hello(in_call=True), at(20))) == [], "the stay goes on"
    assert recorded(receive(room, ANN, p.Leave(), at(30))) == [Exited("mentor", at(30).epoch_ms)]
    assert recorded(room.connect(BEN, "mentee", hello(BENS_TAB, in_call=True), at(1800))) == []
    assert recorded(receive(room, BEN, p.Leave(), at(1810))) == [
        Exited("mentee", at(1810).epoch_ms),
        LastLeft(),
    ]


def test_a_lobby_that_is_left_is_away_at_once() -> None:
    room = lobby()
    effects = room.disconnect(BEN, None, at(5))
    assert peer(effects, ANN) == p.Seat(role="mentee", name="Ben Brook", presence="away")
    assert recorded(effects) == []


def test_after_a_restart_the_hellos_fill_the_room_again() -> None:
    room = Room(FACTS, at(100))
    room.connect(ANN, "mentor", hello(ANNS_TAB, in_call=True, status=ON), at(100))
    effects = room.connect(BEN, "mentee", hello(BENS_TAB, in_call=True, status=ON), at(101))
    assert recorded(effects) == [Entered("mentee"), Met()]
    assert peer(effects, ANN).presence == "call"


# Half-open connections


def test_who_is_not_heard_is_away_for_the_peer_within_ten_seconds_and_back_at_the_first_word() -> None:
    room = call()
    receive(room, ANN, p.Ping(n=1), at(8))
    assert room.tick(at(10)) == []
    silent = room.tick(at(11))
    assert peer(silent, ANN) == p.Seat(
        role="mentee", name="Ben Brook", presence="away", client=BENS_TAB, status=ON
    )
    assert recorded(silent) == []
    back = receive(room, BEN, p.Ping(n=1), at(13))
    assert peer(back, ANN).presence == "call"
    assert told(back, BEN) == [p.Pong(n=1)]


def test_a_note_update_is_a_sign_of_life_too() -> None:
    room = call()
    room.tick(at(11))
    assert peer(room.hear(BEN, at(12)), ANN).presence == "call"


def test_silence_in_the_lobby_is_no_absence() -> None:
    assert lobby().tick(at(1000)) == []


def test_a_silent_connection_that_breaks_is_kept_like_any_other() -> None:
    room = call()
    room.tick(at(11))
    assert room.disconnect(BEN, None, at(19)) == []
    assert room.places["mentee"].state is State.LOST


# Several tabs


def test_the_newest_tab_wins_and_the_older_is_told() -> None:
    room = lobby()
    effects = room.connect(ConnectionId(3), "mentor", hello(OTHER_TAB), at(5))
    assert effects[:3] == [
        Send(ANN, p.Moved()),
        Close(ANN, p.CLOSE_MOVED, "moved"),
        Greet(ConnectionId(3), "mentor", 0),
    ]
    assert peer(effects, BEN).client == OTHER_TAB
    assert receive(room, ANN, p.Join(status=ON), at(6)) == [], "the older tab holds nothing"
    assert room.disconnect(ANN, 4000, at(6)) == [], "and its end ends nothing"
    assert room.places["mentor"].connection == 3


def test_one_click_back_is_a_hello_from_the_older_tab() -> None:
    room = call()
    room.connect(ConnectionId(3), "mentor", hello(OTHER_TAB, in_call=True), at(5))
    effects = room.connect(ConnectionId(4), "mentor", hello(ANNS_TAB, in_call=True), at(9))
    assert effects[0] == Send(ConnectionId(3), p.Moved())
    assert recorded(effects) == [], "counted once"


def test_the_same_tab_connecting_anew_is_told_nothing() -> None:
    room = call()
    effects = room.connect(ConnectionId(3), "mentor", hello(ANNS_TAB, in_call=True, status=ON), at(5))
    assert effects == [Close(ANN, p.CLOSE_MOVED, "moved"), Greet(ConnectionId(3), "mentor", 0)]


def test_a_second_tab_in_the_lobby_leaves_the_call_where_it_is() -> None:
    room, second = call(), ConnectionId(3)
    assert room.connect(second, "mentor", hello(OTHER_TAB), at(5)) == [Greet(second, "mentor", 0)]
    assert room.places["mentor"].connection == ANN
    assert receive(room, second, p.Ping(n=1), at(6)) == [Send(second, p.Pong(n=1))]
    named = p.SetName(op=OTHER_TAB, name="Ann")
    assert receive(room, second, named, at(6)) == [StoreEdit(second, "mentor", named)]
    for message in (
        p.Join(status=ON),
        p.Leave(),
        p.End(),
        p.SetPhone(state="active"),
        p.SetStatus(status=ON),
    ):
        assert receive(room, second, message, at(6)) == []
    assert room.disconnect(second, 1001, at(7)) == []
    assert receive(room, second, p.Ping(n=2), at(8)) == []


def test_a_second_tab_in_the_lobby_reads_what_happens_and_takes_the_call_when_it_joins() -> None:
    room, second = call(), ConnectionId(3)
    room.connect(second, "mentor", hello(OTHER_TAB), at(5))
    left = receive(room, BEN, p.Leave(), at(6))
    assert {effect.connection for effect in left if isinstance(effect, Send)} == {ANN, second}
    taken = room.connect(ConnectionId(4), "mentor", hello(OTHER_TAB, in_call=True), at(7))
    assert taken[:2] == [Send(ANN, p.Moved()), Close(ANN, p.CLOSE_MOVED, "moved")]
    assert recorded(taken) == [], "counted once"


def test_a_replaced_link_shuts_out_every_tab() -> None:
    room, second = call(), ConnectionId(3)
    room.connect(second, "mentor", hello(OTHER_TAB), at(5))
    closed = [each for each in room.shut_out("mentor", at(6)) if isinstance(each, Close)]
    assert closed == [Close(each, p.CLOSE_SHUT_OUT, "link replaced") for each in (ANN, second)]
    assert room.role_of(second) is None


def test_no_lobby_ends_a_call_whose_way_to_the_server_is_broken_and_joining_there_takes_it() -> None:
    for silent in (True, False):
        room, second = call(), ConnectionId(3)
        _ = room.tick(at(11)) if silent else room.disconnect(ANN, None, at(11))
        assert room.connect(second, "mentor", hello(OTHER_TAB), at(12)) == [Greet(second, "mentor", 0)]
        assert room.places["mentor"].client == ANNS_TAB
        taken = room.connect(ConnectionId(4), "mentor", hello(OTHER_TAB, in_call=True), at(13))
        assert peer(taken, BEN).client == OTHER_TAB
        assert room.places["mentor"].connection == 4


def test_after_a_restart_no_lobby_ends_a_call_that_is_held() -> None:
    room = held()
    assert room.connect(ANN, "mentor", hello(OTHER_TAB), at(11)) == [Greet(ANN, "mentor", 0)]
    assert room.occupied
    room.connect(ConnectionId(3), "mentor", hello(ANNS_TAB, in_call=True), at(12))
    assert room.places["mentor"].in_call


def test_after_a_restart_who_has_left_meanwhile_is_held_no_longer() -> None:
    room = held()
    assert recorded(room.connect(ANN, "mentor", still_open(), at(11))) == [Exited("mentor", at(10).epoch_ms)]
    assert room.places["mentor"].state is State.LEFT


def test_a_page_whose_call_was_left_ends_no_call_that_is_in_another_tab_by_now() -> None:
    room, old = call(), ConnectionId(3)
    room.disconnect(ANN, None, at(11))
    assert room.connect(old, "mentor", still_open(OTHER_TAB), at(12)) == [Greet(old, "mentor", 0)]
    assert room.places["mentor"].state is State.LOST


def test_who_closed_the_page_comes_again_through_the_lobby() -> None:
    room = call()
    room.disconnect(ANN, 1001, at(11))
    effects = room.connect(ConnectionId(3), "mentor", hello(OTHER_TAB), at(12))
    assert peer(effects, BEN).presence == "lobby"


def test_a_lobby_beside_a_call_that_nobody_returns_to_has_the_place_with_its_next_hello() -> None:
    room, second = call(), ConnectionId(3)
    room.connect(second, "mentor", hello(OTHER_TAB), at(5))
    room.disconnect(ANN, None, at(10))
    effects = room.tick(at(10 + LOST_MS / 1000))
    assert Close(second, p.CLOSE_RESTART, "the place is free") in effects
    assert room.role_of(second) is None
    again = room.connect(ConnectionId(4), "mentor", hello(OTHER_TAB), at(111))
    assert peer(again, BEN).presence == "lobby"


def test_who_has_left_and_keeps_the_page_open_is_not_on_the_way_in() -> None:
    room = call()
    receive(room, ANN, p.Leave(), at(10))
    room.disconnect(ANN, None, at(20))
    effects = room.connect(ConnectionId(3), "mentor", still_open(), at(21))
    assert effects == [Greet(ConnectionId(3), "mentor", 0)], "the other one reads nothing of it"
    assert room.places["mentor"].seat().presence == "away"
    back = receive(room, ConnectionId(3), p.Join(status=ON), at(30))
    assert peer(back, BEN).presence == "call"


# The end, from inside and from elsewhere


def test_the_end_is_for_both_and_nobody_joins_after_it() -> None:
    room = call()
    effects = receive(room, ANN, p.End(), at(60))
    assert told(effects, ANN)[0] == told(effects, BEN)[0] == p.Ended(by="mentor")
    assert set(recorded(effects)) == {
        Exited("mentor", at(60).epoch_ms),
        Exited("mentee", at(60).epoch_ms),
        LastLeft(),
        SessionEnded("mentor"),
    }
    assert recorded(effects)[-1] == SessionEnded("mentor")
    (refused,) = told(receive(room, BEN, p.Join(status=ON), at(61)), BEN)
    assert isinstance(refused, p.Refused)
    assert refused.error == "session.ended"


def test_who_was_missing_at_the_end_has_left_when_it_went_missing() -> None:
    room = call()
    room.disconnect(BEN, None, at(50))
    effects = receive(room, ANN, p.End(), at(60))
    assert Exited("mentee", at(50).epoch_ms) in effects
    room.connect(BEN, "mentee", hello(BENS_TAB, in_call=True), at(61))
    assert room.places["mentee"].state is State.LOBBY


def test_the_end_is_told_to_a_lobby_beside_a_call_that_was_missing() -> None:
    room, second = call(), ConnectionId(3)
    room.connect(second, "mentor", hello(OTHER_TAB), at(5))
    room.disconnect(ANN, None, at(50))
    assert p.Ended(by="mentee") in told(receive(room, BEN, p.End(), at(60)), second)


def test_nobody_is_called_back_from_the_telephone_by_a_prompt_that_comes_late() -> None:
    room = call()
    receive(room, ANN, p.SetPhone(state="active"), at(2))
    assert receive(room, BEN, p.SetPhone(state="offered"), at(3)) == []
    assert room.facts.phone == "active"
    back = receive(room, BEN, p.SetPhone(state="hidden"), at(4))
    assert told(back, ANN) == [p.PhoneChanged(state="hidden", by="mentee")]


@pytest.mark.parametrize("seconds", [-5, 60_000])
def test_only_an_open_session_can_be_ended_or_telephoned(seconds: float) -> None:
    room = new_room(seconds)
    room.connect(ANN, "mentor", hello(), at(seconds))
    for message in (p.End(), p.SetPhone(state="offered")):
        (refused,) = told(receive(room, ANN, message, at(seconds)), ANN)
        assert isinstance(refused, p.Refused)
        assert refused.error == "session.not_open"


def test_an_end_found_in_the_store_is_told_like_any_other() -> None:
    room = call()
    effects = room.rebook(Facts(**{**vars(FACTS), "ended": True}), at(60))
    assert told(effects, ANN)[0] == p.Ended(by=None)
    assert not any(isinstance(each, SessionEnded) for each in effects), "it is stored already"
    assert room.rebook(FACTS, at(61)) == [], "an old copy takes nothing back"
    assert room.facts.ended


def test_facts_read_anew_change_names_and_times_but_not_what_the_room_saw_itself() -> None:
    room = call()
    receive(room, ANN, p.SetPhone(state="offered"), at(2))
    stored = Facts(**{**vars(FACTS), "mentee": "Benjamin Brook", "minutes": 45})
    effects = room.rebook(stored, at(3))
    assert peer(effects, ANN).name == "Benjamin Brook"
    assert told(effects, BEN) == []
    info = room.facts.info(at(3))
    assert (info.minutes, info.met, room.facts.phone) == (45, True, "offered")


def test_a_new_name_is_told_to_the_peer() -> None:
    room = lobby()
    assert peer(room.rename("mentor", "Ann", at(1)), BEN).name == "Ann"
    assert room.rename("mentor", "Ann", at(2)) == []


def test_a_replaced_link_shuts_its_holder_out_and_the_peer_sees_the_place_empty() -> None:
    room = call()
    effects = room.shut_out("mentee", at(30))
    (refused,) = told(effects, BEN)
    assert isinstance(refused, p.Refused)
    assert refused.error == "link.replaced"
    assert Close(BEN, p.CLOSE_SHUT_OUT, "link replaced") in effects
    assert recorded(effects) == [Exited("mentee", at(30).epoch_ms)]
    assert peer(effects, ANN) == p.Seat(role="mentee", name="Ben Brook", presence="away")
    assert receive(room, BEN, p.Join(status=ON), at(31)) == []


def test_a_replaced_link_gives_up_a_place_that_was_kept() -> None:
    room = call()
    room.disconnect(BEN, None, at(30))
    assert recorded(room.shut_out("mentee", at(31))) == [Exited("mentee", at(30).epoch_ms)]
    assert new_room().shut_out("mentee", at(31)) == []


# The table and all orders of events


def test_every_state_is_left_by_an_arrival_and_every_event_leads_somewhere() -> None:
    assert set(TRANSITIONS) == set(State)
    assert all({Event.ARRIVE, Event.RETURN} <= set(events) for events in TRANSITIONS.values())
    assert {event for events in TRANSITIONS.values() for event in events} == set(Event)
    assert set(PRESENCE.values()) | {"away"} == {"away", "lobby", "call"}


ROLES = st.sampled_from(list(PEER_OF))
TABS = st.sampled_from([ANNS_TAB, BENS_TAB, OTHER_TAB])
MESSAGES = st.sampled_from(
    [
        p.Join(status=ON),
        p.Leave(),
        p.End(),
        p.Ping(n=1),
        p.SetPhone(state="active"),
        p.SetPhone(state="hidden"),
        p.SetStatus(status=p.Status(microphone="none", camera="none")),
        p.Offer(to=BENS_TAB, sdp="v=0"),
        p.Chat(op=OTHER_TAB, text="hello"),
        p.SetRung(op=OTHER_TAB, rung="voice", previous="low", reason="loss", whose="mine"),
    ]
)


class AnyOrder(RuleBasedStateMachine):
    """Whatever happens in whatever order, the record adds up and nobody gets what is not theirs."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.room = Room(FACTS, at(self.now))
        self.open: dict[ConnectionId, Role] = {}
        self.seen = 0
        self.stays: dict[Role, bool] = {"mentor": False, "mentee": False}
        self.occupied = self.met = self.ended = False

    @initialize(seconds=st.sampled_from([-20.0, 0.0, 1.0]))
    def begin(self, seconds: float) -> None:
        """Before the room opens, or after."""
        self.now = seconds
        self.room = Room(FACTS, at(seconds))

    @rule(role=ROLES, tab=TABS, stay=st.sampled_from(get_args(p.Stay)))
    def connect(self, role: Role, tab: str, stay: p.Stay) -> None:
        self.seen += 1
        connection = ConnectionId(self.seen)
        self.open[connection] = role
        greeting = p.Hello(version=p.VERSION, client=tab, note_seq=0, stay=stay)
        effects = self.room.connect(connection, role, greeting, at(self.now))
        greeted = next(index for index, each in enumerate(effects) if isinstance(each, Greet))
        assert not told(effects[:greeted], connection), "nothing comes before the greeting"
        self.perform(effects)

    @rule(role=ROLES, stay=st.sampled_from(get_args(p.Stay)))
    def return_in_the_same_tab(self, role: Role, stay: p.Stay) -> None:
        if tab := self.room.places[role].client:
            self.connect(role, tab, stay)

    @rule(data=st.data(), message=st.sampled_from([p.Join(status=ON), p.Leave()]))
    def come_or_go(self, data: st.DataObject, message: p.ClientMessage) -> None:
        self.say(data, message)

    @rule(data=st.data(), message=MESSAGES)
    def say(self, data: st.DataObject, message: p.ClientMessage) -> None:
        if self.open:
            self.perform(
                receive(self.room, data.draw(st.sampled_from(sorted(self.open))), message, at(self.now))
            )

    @rule(data=st.data(), code=st.sampled_from([1000, 1001, 1006, None]))
    def disconnect(self, data: st.DataObject, code: int | None) -> None:
        if self.open:
            connection = data.draw(st.sampled_from(sorted(self.open)))
            del self.open[connection]
            self.perform(self.room.disconnect(connection, code, at(self.now)))

    @rule(role=ROLES)
    def shut_out(self, role: Role) -> None:
        self.perform(self.room.shut_out(role, at(self.now)))

    @rule(seconds=st.sampled_from([0.5, 5, 11, 31, 101, 4000]))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.perform(self.room.tick(at(self.now)))

    def perform(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send(connection):
                    assert connection in self.open, "nobody is told anything on a closed connection"
                case Close(connection):
                    self.open.pop(connection)
                case Entered(role):
                    assert not self.stays[role]
                    self.stays[role] = True
                case Exited(role, ended_ms):
                    assert self.stays[role]
                    assert ended_ms <= at(self.now).epoch_ms
                    self.stays[role] = False
                case Occupied():
                    assert not self.occupied
                    self.occupied = True
                case LastLeft():
                    assert self.occupied
                    self.occupied = False
                case Met():
                    assert not self.met
                    self.met = True
                case SessionEnded():
                    assert not self.ended
                    self.ended = True
                case PhoneSet() | Greet() | _:
                    pass

    @invariant()
    def the_record_is_what_is(self) -> None:
        for role, place in self.room.places.items():
            assert self.stays[role] == place.staying
            assert (place.connection is not None) == (place.state in CONNECTED)
            assert (place.client is None) == (place.state is State.AWAY)
            assert place.connection is None or self.open[place.connection] == role
        assert self.occupied == self.room.occupied
        assert not (self.room.facts.ended and self.room.occupied)
        assert not (self.room.vacant and self.occupied)

    def teardown(self) -> None:
        """Once everybody is gone for long enough, nothing of them is left."""
        for connection in list(self.open):
            del self.open[connection]
            self.perform(self.room.disconnect(connection, None, at(self.now)))
        self.perform(self.room.tick(at(self.now + PHONE_MS / 1000)))
        assert self.room.vacant
        assert not self.occupied
        assert self.stays == {"mentor": False, "mentee": False}


CONNECTED = {State.LOBBY, State.LEFT, State.CALL, State.SILENT}


def test_whatever_happens_in_whatever_order_the_record_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: set[tuple[State, Event]] = set()
    move = Place.move

    def noting(place: Place, event: Event, at: Moment) -> None:
        taken.add((place.state, event))
        move(place, event, at)

    monkeypatch.setattr(Place, "move", noting)
    thorough = settings(max_examples=800, stateful_step_count=40, deadline=None, derandomize=True)
    run_state_machine_as_test(AnyOrder, settings=thorough)
    assert {(state, event) for state, events in TRANSITIONS.items() for event in events} <= taken
