"""A session's live side: two places, who is in them, and what both are told when that changes.

Not here: what each message from a browser leads to (`messages`); sockets, storage, clocks (`server`).
Every method takes the moment and returns effects in the order in which they are to be carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from signalling import protocol as p
from signalling.effects import (
    Close,
    ConnectionId,
    Effect,
    Entered,
    Exited,
    Greet,
    LastLeft,
    Met,
    Moment,
    Occupied,
    Send,
)
from signalling.facts import Facts
from signalling.place import MISSING, Event, Place, State
from signalling.protocol import Role, Stay

RELOAD_MS: Final = 30_000
"""How long a closed page may take to be back, on a slow line, before its place counts as left."""
LOST_MS: Final = 100_000
"""The same for a broken connection: with the 18 s a heartbeat takes to notice, no ghost passes 130 s."""
PHONE_MS: Final = 3_600_000
"""The same while they are on the telephone, when mobile browsers freeze the page."""

PEER_OF: Final[dict[Role, Role]] = {"mentor": "mentee", "mentee": "mentor"}
ARRIVALS: Final[dict[Stay, Event]] = {"lobby": Event.ARRIVE, "call": Event.RETURN, "left": Event.LINGER}
CLEAN_CODES: Final = frozenset({1000, 1001})
"""RFC 6455, section 7.4.1: normal closure, going away."""


class Room:
    """Built at the first arrival from what is stored; after a restart the browsers' hellos fill it again."""

    def __init__(self, facts: Facts, at: Moment) -> None:
        self.facts = facts
        self._told = facts.state(at)
        self.places: dict[Role, Place] = {
            role: Place(role, facts.name(role), since=at, heard=at) for role in PEER_OF
        }
        self.beside: dict[ConnectionId, Role] = {}
        """Tabs in the lobby of somebody who is in the call in another tab: told everything."""

    @property
    def vacant(self) -> bool:
        """Nobody is here and nobody is expected back: the room may be forgotten."""
        return all(place.state is State.AWAY for place in self.places.values())

    @property
    def occupied(self) -> bool:
        return any(place.occupied for place in self.places.values())

    @property
    def names(self) -> tuple[str, str]:
        """The mentor's and the mentee's, as both are shown."""
        return self.places["mentor"].name, self.places["mentee"].name

    def held_by(self, connection: ConnectionId) -> Place | None:
        """The place of a connection, unless another connection has it by now."""
        return next((place for place in self.places.values() if place.connection == connection), None)

    def role_of(self, connection: ConnectionId) -> Role | None:
        """Whose tab it is, whether it holds the place or is beside it."""
        place = self.held_by(connection)
        return place.role if place else self.beside.get(connection)

    def connections(self, role: Role) -> list[ConnectionId]:
        """The tabs of a participant: the one that holds the place first, then those beside it."""
        held = self.places[role].connection
        beside = [connection for connection, whose in self.beside.items() if whose == role]
        return beside if held is None else [held, *beside]

    def peer_of(self, place: Place) -> Place:
        return self.places[PEER_OF[place.role]]

    # Events, besides messages

    def connect(self, connection: ConnectionId, role: Role, hello: p.Hello, at: Moment) -> list[Effect]:
        """A connection says hello for a seat. The newest wins; no lobby ends a call that may live."""
        if hello.version != p.VERSION:
            refused = refuse(connection, "version.other", "Load the page again to get the current version.")
            return [*refused, Close(connection, p.CLOSE_VERSION, "another version")]
        place = self.places[role]
        if _elsewhere(place, hello):
            self.beside[connection] = role
            return [Greet(connection, role, hello.note_seq)]
        displaced = _displace(place, hello.client)
        arrival = ARRIVALS[hello.stay]
        if arrival is Event.RETURN and self.facts.state(at) != "open":
            arrival = Event.ARRIVE

        def take(place: Place) -> None:
            place.take(connection, hello.client, hello.status, at)
            place.move(arrival, at)

        return [*displaced, Greet(connection, role, hello.note_seq), *self.change(place, take, at)]

    def hear(self, connection: ConnectionId, at: Moment) -> list[Effect]:
        """Anything came from a connection: a message, or a note update."""
        place = self.held_by(connection)
        if place is None:
            return []
        place.heard = at
        return self.move(place, Event.SPEAK, at)

    def disconnect(self, connection: ConnectionId, code: int | None, at: Moment) -> list[Effect]:
        """A connection ended, with the close code its browser sent, if any."""
        self.beside.pop(connection, None)
        place = self.held_by(connection)
        if place is None:
            return []
        place.connection = None
        return self.move(place, Event.CLOSE if code in CLEAN_CODES else Event.BREAK, at)

    def tick(self, at: Moment) -> list[Effect]:
        """Time passed; called about once a second."""
        due = [(place, self._due(place, at)) for place in self.places.values()]
        moved = [effect for place, event in due if event for effect in self.move(place, event, at)]
        return moved + self._tell_state(at)

    def rename(self, role: Role, name: str, at: Moment) -> list[Effect]:
        """A participant has a new name."""
        return self.change(self.places[role], lambda place: setattr(place, "name", name), at)

    def rebook(self, stored: Facts, at: Moment) -> list[Effect]:
        """The stored facts, read anew: another process may have changed them. The room's own news stand."""
        own = self.facts
        ended_elsewhere = stored.ended and not own.ended
        self.facts = replace(
            stored, met=stored.met or own.met, ended=stored.ended or own.ended, phone=own.phone
        )
        renamed = [effect for role in PEER_OF for effect in self.rename(role, stored.name(role), at)]
        return renamed + (self.finish(None, at) if ended_elsewhere else self._tell_state(at))

    def expect_back(self, role: Role, since: Moment) -> None:
        """Before any arrival: this participant was in the call of the process before, and may come back."""
        place = self.places[role]
        place.state, place.since = State.LOST, since

    def shut_out(self, role: Role, at: Moment) -> list[Effect]:
        """The seat's link does not open it any more."""
        place = self.places[role]
        told: list[Effect] = []
        for connection in self.connections(role):
            sentence = "Open the newest link you were sent, or ask your coordinator for one."
            told += refuse(connection, "link.replaced", sentence)
            told.append(Close(connection, p.CLOSE_SHUT_OUT, "link replaced"))
            self.beside.pop(connection, None)
        place.connection = None
        return told + self._vacate(place, (Event.LEAVE, Event.CLOSE, Event.EXPIRE), at)

    # What events and messages are made of

    def move(self, place: Place, event: Event, at: Moment) -> list[Effect]:
        return self.change(place, lambda place: place.move(event, at), at)

    def change(self, place: Place, alter: Callable[[Place], None], at: Moment) -> list[Effect]:
        """Alter a place, record what follows from it and tell the peer what is to be seen of it."""
        seat, stayed, occupied = place.seat(), place.staying, self.occupied
        ended_ms = place.since.epoch_ms if place.state in MISSING else at.epoch_ms
        alter(place)
        effects: list[Effect] = []
        if place.staying != stayed:
            effects.append(Entered(place.role) if place.staying else Exited(place.role, ended_ms))
        if place.state is State.AWAY:
            effects += self._release(place.role)
        if self.occupied != occupied:
            effects.append(Occupied() if self.occupied else LastLeft())
        if place.seat() != seat:
            changed = p.PeerChanged(peer=place.seat())
            effects += [Send(each, changed) for each in self.connections(PEER_OF[place.role])]
        return effects + self._meet(at)

    def finish(self, by: Role | None, at: Moment) -> list[Effect]:
        """The session is over: both are told, nobody is in the call any more."""
        self.facts = replace(self.facts, ended=True)
        told = self.tell_all(p.Ended(by=by))
        left = [
            effect
            for place in self.places.values()
            for effect in self._vacate(place, (Event.LEAVE, Event.EXPIRE), at)
        ]
        return [*told, *left, *self._tell_state(at)]

    def tell_peer(self, place: Place, message: p.ServerMessage) -> list[Effect]:
        """Nothing when the peer is not connected."""
        connection = self.peer_of(place).connection
        return [] if connection is None else [Send(connection, message)]

    def tell_all(self, message: p.ServerMessage) -> list[Effect]:
        return [Send(connection, message) for role in PEER_OF for connection in self.connections(role)]

    def _meet(self, at: Moment) -> list[Effect]:
        if self.facts.met or not all(place.in_call for place in self.places.values()):
            return []
        self.facts = replace(self.facts, met=True)
        return [Met(), *self.tell_all(p.SessionChanged(session=self.facts.info(at)))]

    def _vacate(self, place: Place, events: tuple[Event, ...], at: Moment) -> list[Effect]:
        def leave(place: Place) -> None:
            for event in events:
                place.move(event, at)

        return self.change(place, leave, at)

    def _release(self, role: Role) -> list[Effect]:
        """The call that these tabs stood beside is over: their next hello has the place."""
        waiting = [connection for connection, whose in self.beside.items() if whose == role]
        for connection in waiting:
            del self.beside[connection]
        return [Close(connection, p.CLOSE_RESTART, "the place is free") for connection in waiting]

    def _due(self, place: Place, at: Moment) -> Event | None:
        lost_ms = PHONE_MS if self.facts.phone == "active" else LOST_MS
        match place.state:
            case State.CALL if at.steady_ms - place.heard.steady_ms >= p.SILENT_AFTER_MS:
                return Event.HUSH
            case State.ABSENT if at.steady_ms - place.since.steady_ms >= RELOAD_MS:
                return Event.EXPIRE
            case State.LOST if at.steady_ms - place.since.steady_ms >= lost_ms:
                return Event.EXPIRE
            case _:
                return None

    def _tell_state(self, at: Moment) -> list[Effect]:
        state = self.facts.state(at)
        if state == self._told:
            return []
        self._told = state
        return self.tell_all(p.SessionChanged(session=self.facts.info(at)))


def refuse(connection: ConnectionId, error: str, sentence: str, op: str | None = None) -> list[Effect]:
    return [Send(connection, p.Refused(error=error, sentence=sentence, op=op))]


def _elsewhere(place: Place, hello: p.Hello) -> bool:
    """The call is in another tab of the same person, or may be: after a restart nobody knows in which.

    Who has left was then the last in it: a tab from which another takes the place does not connect again.
    """
    if hello.stay == "call" or not place.occupied:
        return False
    return hello.stay == "lobby" if place.client is None else hello.client != place.client


def _displace(place: Place, client: p.Uuid) -> list[Effect]:
    """Take a place from the connection that has it; the same tab, connecting anew, needs no explanation."""
    older = place.connection
    if older is None:
        return []
    told: list[Effect] = [] if place.client == client else [Send(older, p.Moved())]
    return [*told, Close(older, p.CLOSE_MOVED, "moved")]
