"""What each message from a browser leads to, one handler a message.

Not here: hello (`Room.connect`), and carrying out edits, which `server.edits` does. Who sent a message is
told by its connection, never by the message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from signalling import protocol as p
from signalling.effects import ConnectionId, Effect, Equip, Moment, PhoneSet, Send, SessionEnded, StoreEdit
from signalling.place import Event, Place
from signalling.room import Room, refuse


@dataclass(frozen=True)
class Sender:
    """Where a message came from and when."""

    place: Place
    connection: ConnectionId
    at: Moment

    def refuse(self, error: str, sentence: str, op: str | None = None) -> list[Effect]:
        return refuse(self.connection, error, sentence, op)


def receive(room: Room, connection: ConnectionId, message: p.ClientMessage, at: Moment) -> list[Effect]:
    """The effects of a message; none when another connection has the seat by now."""
    place = room.held_by(connection)
    if place is None:
        return _from_beside(room, connection, message, at)
    heard = room.hear(connection, at)
    return heard + HANDLERS[type(message)](room, Sender(place, connection, at), message)


def _from_beside(room: Room, connection: ConnectionId, message: p.ClientMessage, at: Moment) -> list[Effect]:
    """A tab in the lobby whose participant is in the call in another one writes and stays alive, no more."""
    role = room.beside.get(connection)
    if role is None or type(message) not in FROM_BESIDE:
        return []
    return HANDLERS[type(message)](room, Sender(room.places[role], connection, at), message)


def on_hello(room: Room, sender: Sender, message: p.Hello) -> list[Effect]:
    return sender.refuse("hello.twice", "Say hello once on each connection.")


def on_join(room: Room, sender: Sender, message: p.Join) -> list[Effect]:
    match room.facts.state(sender.at):
        case "early":
            return sender.refuse("session.early", "The room is not open yet; this page goes live by itself.")
        case "ended":
            return sender.refuse(
                "session.ended", "This session is over. Ask your coordinator for another one."
            )
        case "open":
            joined = room.change(
                sender.place, lambda place: _join(place, message.status, sender.at), sender.at
            )
            return [Equip(sender.connection, sender.place.role), *joined]


def on_leave(room: Room, sender: Sender, message: p.Leave) -> list[Effect]:
    return room.move(sender.place, Event.LEAVE, sender.at)


def on_end(room: Room, sender: Sender, message: p.End) -> list[Effect]:
    if room.facts.state(sender.at) != "open":
        return sender.refuse("session.not_open", "Only a session that is open can be ended.")
    return [*room.finish(sender.place.role, sender.at), SessionEnded(sender.place.role)]


def on_offer(room: Room, sender: Sender, message: p.Offer) -> list[Effect]:
    sender.place.candidates = 0
    return _relay(room, sender, message.to, lambda own: p.Offered(sender=own, sdp=message.sdp))


def on_answer(room: Room, sender: Sender, message: p.Answer) -> list[Effect]:
    sender.place.candidates = 0
    return _relay(room, sender, message.to, lambda own: p.Answered(sender=own, sdp=message.sdp))


def on_candidate(room: Room, sender: Sender, message: p.Candidate) -> list[Effect]:
    if not sender.place.may_trickle():
        return sender.refuse("candidate.too_many", "Make a new offer before sending more candidates.")
    return _relay(room, sender, message.to, lambda own: _candidated(own, message))


def on_set_status(room: Room, sender: Sender, message: p.SetStatus) -> list[Effect]:
    return room.change(sender.place, lambda place: setattr(place, "status", message.status), sender.at)


def on_set_phone(room: Room, sender: Sender, message: p.SetPhone) -> list[Effect]:
    if room.facts.state(sender.at) != "open":
        return sender.refuse("session.not_open", "The telephone takes over only in a session that is open.")
    if message.state == room.facts.phone or (message.state, room.facts.phone) == ("offered", "active"):
        return []  # whoever is on the telephone need not be offered it
    room.facts = replace(room.facts, phone=message.state)
    changed = p.PhoneChanged(state=message.state, by=sender.place.role)
    return [*room.tell_all(changed), PhoneSet(message.state)]


def on_chat(room: Room, sender: Sender, message: p.Chat) -> list[Effect]:
    told = room.tell_peer(sender.place, p.Chatted(op=message.op, text=message.text))
    if not told:
        return sender.refuse("peer.gone", "Send it again when the other one is back.", message.op)
    return [*told, Send(sender.connection, p.Delivered(op=message.op))]


def on_set_rung(room: Room, sender: Sender, message: p.SetRung) -> list[Effect]:
    """Told at once, stored when it can be: the peer's words must not wait for a disk."""
    stored = on_edit(room, sender, message)
    if not sender.place.staying:
        return stored
    rung = p.PeerRung(rung=message.rung, reason=message.reason, whose=message.whose)
    sender.place.rung = rung
    return [*room.tell_peer(sender.place, rung), *stored]


def on_edit(room: Room, sender: Sender, message: p.Edit) -> list[Effect]:
    """In any state of the session: whether it still takes the edit is for the store to say."""
    return [StoreEdit(sender.connection, sender.place.role, message)]


def on_ping(room: Room, sender: Sender, message: p.Ping) -> list[Effect]:
    return [Send(sender.connection, p.Pong(n=message.n))]


HANDLERS: Final[dict[type, Callable[[Room, Sender, Any], list[Effect]]]] = {
    **dict.fromkeys(get_args(p.Edit), on_edit),
    p.Hello: on_hello,
    p.Join: on_join,
    p.Leave: on_leave,
    p.End: on_end,
    p.Offer: on_offer,
    p.Answer: on_answer,
    p.Candidate: on_candidate,
    p.SetStatus: on_set_status,
    p.SetRung: on_set_rung,
    p.SetPhone: on_set_phone,
    p.Chat: on_chat,
    p.Ping: on_ping,
}

FROM_BESIDE: Final = frozenset({p.Ping, *get_args(p.Edit)} - {p.SetRung, p.AddMinute})
"""Not what a call is told by: there is none in such a tab."""


def _join(place: Place, status: p.Status, at: Moment) -> None:
    place.status = status
    place.move(Event.JOIN, at)


def _relay(
    room: Room, sender: Sender, to: p.Uuid, message: Callable[[p.Uuid], p.ServerMessage]
) -> list[Effect]:
    """To the peer's current tab; to an older one or out of the call it goes nowhere.

    No refusal: `PeerChanged` is on its way and tells what happened.
    """
    peer = room.peer_of(sender.place)
    if sender.place.client is None or not sender.place.in_call or not peer.staying or peer.client != to:
        return []
    return room.tell_peer(sender.place, message(sender.place.client))


def _candidated(own: p.Uuid, message: p.Candidate) -> p.Candidated:
    return p.Candidated(
        sender=own,
        candidate=message.candidate,
        sdp_mid=message.sdp_mid,
        sdp_m_line_index=message.sdp_m_line_index,
        username_fragment=message.username_fragment,
    )
