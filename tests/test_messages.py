"""What a message leads to: to whom it goes, and what is refused."""

from __future__ import annotations

from typing import get_args

import pytest

from signalling import protocol as p
from signalling.effects import ConnectionId, Effect, PhoneSet, Send, StoreEdit
from signalling.messages import HANDLERS, receive
from signalling.place import State
from signalling.room import Room
from tests.test_room import ANN, ANNS_TAB, BEN, BENS_TAB, ON, OTHER_TAB, at, call, hello, lobby, told

OP = "dddddddd-0000-4000-8000-000000000001"
LATER = ConnectionId(9)


def only(effects: list[Effect]) -> p.ServerMessage:
    (effect,) = effects
    assert isinstance(effect, Send)
    return effect.message


def refusal(effects: list[Effect]) -> p.Refused:
    message = only(effects)
    assert isinstance(message, p.Refused)
    assert message.sentence.endswith(".")
    return message


def candidate(to: str = BENS_TAB) -> p.Candidate:
    return p.Candidate(
        to=to,
        candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host",
        sdp_mid="0",
        sdp_m_line_index=0,
        username_fragment="u",
    )


def test_every_message_has_a_handler() -> None:
    assert set(HANDLERS) == set(get_args(p.ClientMessage))


# Negotiation


def test_offers_answers_and_candidates_reach_the_peers_tab_under_the_senders_own_name() -> None:
    room = call()
    assert receive(room, ANN, p.Offer(to=BENS_TAB, sdp="v=0"), at(2)) == [
        Send(BEN, p.Offered(sender=ANNS_TAB, sdp="v=0"))
    ]
    assert receive(room, BEN, p.Answer(to=ANNS_TAB, sdp="v=0"), at(2)) == [
        Send(ANN, p.Answered(sender=BENS_TAB, sdp="v=0"))
    ]
    assert receive(room, ANN, candidate(), at(2)) == [
        Send(
            BEN,
            p.Candidated(
                sender=ANNS_TAB,
                candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host",
                sdp_mid="0",
                sdp_m_line_index=0,
                username_fragment="u",
            ),
        )
    ]


@pytest.mark.parametrize("to", [OTHER_TAB, ANNS_TAB])
def test_what_is_meant_for_another_tab_goes_nowhere(to: str) -> None:
    room = call()
    for message in (p.Offer(to=to, sdp="v=0"), p.Answer(to=to, sdp="v=0"), candidate(to)):
        assert receive(room, ANN, message, at(2)) == []


def test_an_offer_to_the_tab_before_the_reload_goes_nowhere() -> None:
    room = call()
    room.connect(LATER, "mentee", hello(OTHER_TAB, in_call=True), at(2))
    assert receive(room, ANN, p.Offer(to=BENS_TAB, sdp="v=0"), at(3)) == []
    assert told(receive(room, ANN, p.Offer(to=OTHER_TAB, sdp="v=0"), at(3)), LATER)


def test_nothing_is_negotiated_with_or_by_somebody_who_has_not_joined() -> None:
    room = lobby()
    receive(room, ANN, p.Join(status=ON), at(1))
    assert receive(room, ANN, p.Offer(to=BENS_TAB, sdp="v=0"), at(2)) == []
    assert receive(room, BEN, p.Offer(to=ANNS_TAB, sdp="v=0"), at(2)) == []


def test_a_peer_gone_for_the_moment_gets_no_offer() -> None:
    room = call()
    room.disconnect(BEN, None, at(2))
    assert receive(room, ANN, p.Offer(to=BENS_TAB, sdp="v=0"), at(3)) == []


def test_forty_candidates_for_each_description_and_no_more() -> None:
    room = call()
    for _ in range(p.MAX_CANDIDATES):
        assert told(receive(room, ANN, candidate(), at(2)), BEN)
    assert refusal(receive(room, ANN, candidate(), at(2))).error == "candidate.too_many"
    receive(room, ANN, p.Offer(to=BENS_TAB, sdp="v=0"), at(3))
    assert told(receive(room, ANN, candidate(), at(3)), BEN)
    receive(room, BEN, p.Answer(to=ANNS_TAB, sdp="v=0"), at(3))
    assert told(receive(room, BEN, candidate(ANNS_TAB), at(3)), ANN)


# Status, rung, telephone


def test_a_muted_microphone_is_seen_by_the_peer_only() -> None:
    room = call()
    muted = p.Status(microphone="muted", camera="on")
    message = only(receive(room, ANN, p.SetStatus(status=muted), at(2)))
    assert message == p.PeerChanged(peer=room.places["mentor"].seat())
    assert room.places["mentor"].status == muted
    assert receive(room, ANN, p.SetStatus(status=muted), at(3)) == [], "told once"


def set_rung(rung: p.Rung = "voice") -> p.SetRung:
    return p.SetRung(op=OP, rung=rung, previous="low", reason="loss", whose="mine")


def test_a_rung_is_told_at_once_and_then_stored() -> None:
    room = call()
    voice = p.PeerRung(rung="voice", reason="loss", whose="mine")
    assert receive(room, ANN, set_rung(), at(2)) == [Send(BEN, voice), StoreEdit(ANN, "mentor", set_rung())]
    assert room.places["mentor"].rung == voice


def test_a_rung_ends_with_the_stay() -> None:
    room = call()
    receive(room, ANN, set_rung(), at(2))
    room.disconnect(ANN, 1001, at(3))
    assert room.places["mentor"].rung is not None, "a reload is no end"
    room.connect(LATER, "mentor", hello(in_call=True), at(4))
    receive(room, LATER, p.Leave(), at(5))
    assert room.places["mentor"].rung is None


def test_a_rung_from_the_lobby_is_only_recorded() -> None:
    room = lobby()
    assert receive(room, ANN, set_rung(), at(2)) == [StoreEdit(ANN, "mentor", set_rung())]
    assert room.places["mentor"].rung is None


def test_the_telephone_is_joint_and_kept() -> None:
    room = call()
    changed = p.PhoneChanged(state="active", by="mentee")
    effects = receive(room, BEN, p.SetPhone(state="active"), at(2))
    assert effects == [Send(ANN, changed), Send(BEN, changed), PhoneSet("active")]
    assert receive(room, ANN, p.SetPhone(state="active"), at(3)) == [], "both pressed it"
    assert room.facts.phone == "active"


# Chat, edits, the rest


def test_chat_is_handed_to_the_peers_tab_and_then_called_delivered() -> None:
    assert receive(lobby(), ANN, p.Chat(op=OP, text="Hello"), at(1)) == [
        Send(BEN, p.Chatted(op=OP, text="Hello")),
        Send(ANN, p.Delivered(op=OP)),
    ]


def test_chat_to_nobody_is_refused_with_its_op() -> None:
    room = call()
    room.disconnect(BEN, None, at(2))
    refused = refusal(receive(room, ANN, p.Chat(op=OP, text="Hello"), at(3)))
    assert (refused.error, refused.op) == ("peer.gone", OP)


@pytest.mark.parametrize("room", [lobby(), call()], ids=["lobby", "call"])
@pytest.mark.parametrize(
    "edit",
    [
        p.EditAgenda(op=OP, item=OP, text="Why"),
        p.SetCurrent(op=OP, item=None),
        p.EditGoal(op=OP, goal=OP, due="2026-06-01"),
        p.EditPlan(op=OP, rings="mentee"),
        p.SetNumber(op=OP, number="+447700900001", granted=True),
        p.SetName(op=OP, name="Ann"),
    ],
    ids=lambda edit: type(edit).__name__,
)
def test_an_edit_is_handed_on_under_its_senders_role(room: Room, edit: p.Edit) -> None:
    assert receive(room, BEN, edit, at(2)) == [StoreEdit(BEN, "mentee", edit)]


def test_whether_an_ended_session_takes_an_edit_is_for_the_store_to_say() -> None:
    room = call()
    receive(room, ANN, p.End(), at(2))
    edit = p.EditAgenda(op=OP, item=OP, done=True)
    assert receive(room, BEN, edit, at(3)) == [StoreEdit(BEN, "mentee", edit)]


def test_a_ping_is_answered_with_its_number() -> None:
    assert receive(lobby(), ANN, p.Ping(n=7), at(1)) == [Send(ANN, p.Pong(n=7))]


def test_a_second_hello_is_refused() -> None:
    room = call()
    assert refusal(receive(room, ANN, hello(OTHER_TAB), at(2))).error == "hello.twice"
    assert room.places["mentor"].client == ANNS_TAB


def test_a_message_from_nobody_leads_to_nothing() -> None:
    room = call()
    assert receive(room, LATER, p.End(), at(2)) == []
    assert room.places["mentor"].state is State.CALL
