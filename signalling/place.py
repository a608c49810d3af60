"""One of the two places in a room: who holds it and how firmly, as a table of states.

Not here: what the other participant is told (`room`). A place knows no time of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from signalling.effects import ConnectionId, Moment
from signalling.protocol import MAX_CANDIDATES, PeerRung, Presence, Role, Seat, Status, Uuid


class State(Enum):
    AWAY = auto()
    LOBBY = auto()
    LEFT = auto()
    """Has left the call and keeps the page open: not on the way in, as somebody in the lobby is."""
    CALL = auto()
    SILENT = auto()
    """In the call and connected, but nothing was heard for a while: perhaps half open."""
    ABSENT = auto()
    """Was in the call and closed the page: a reload, until time tells otherwise."""
    LOST = auto()
    """Was in the call and the connection broke: the call may well go on between the browsers."""


class Event(Enum):
    ARRIVE = auto()
    RETURN = auto()
    """Arrive, having been in the call before."""
    LINGER = auto()
    """Arrive, having left the call before: the page is still open, and nobody is on the way in."""
    JOIN = auto()
    LEAVE = auto()
    CLOSE = auto()
    """The browser closed the connection in order."""
    BREAK = auto()
    """The connection ended any other way."""
    HUSH = auto()
    SPEAK = auto()
    EXPIRE = auto()
    """What was kept for somebody's return is given up."""


_ARRIVALS: Final = {Event.ARRIVE: State.LOBBY, Event.RETURN: State.CALL, Event.LINGER: State.LEFT}
_BEFORE_A_STAY: Final = {
    **_ARRIVALS,
    Event.JOIN: State.CALL,
    Event.CLOSE: State.AWAY,
    Event.BREAK: State.AWAY,
}
_ENDINGS: Final = {Event.LEAVE: State.LEFT, Event.CLOSE: State.ABSENT, Event.BREAK: State.LOST}

TRANSITIONS: Final[dict[State, dict[Event, State]]] = {
    State.AWAY: {**_ARRIVALS},
    State.LOBBY: _BEFORE_A_STAY,
    State.LEFT: _BEFORE_A_STAY,
    State.CALL: {**_ARRIVALS, **_ENDINGS, Event.HUSH: State.SILENT},
    State.SILENT: {**_ARRIVALS, **_ENDINGS, Event.SPEAK: State.CALL},
    State.ABSENT: {**_ARRIVALS, Event.EXPIRE: State.AWAY},
    State.LOST: {**_ARRIVALS, Event.EXPIRE: State.AWAY},
}
"""An event without an entry changes nothing."""

MISSING: Final = frozenset({State.ABSENT, State.LOST})
"""In the call without a connection: kept for a return."""
STAYING: Final = frozenset({State.CALL, State.SILENT}) | MISSING
"""The stay in the call has not ended, as far as is known."""
OCCUPYING: Final = STAYING - {State.ABSENT}
"""Somebody is there: who closed the page is not; a broken connection says nothing about its person, nor about
the call, which may go on between the browsers."""

PRESENCE: Final[dict[State, Presence]] = {State.LOBBY: "lobby", State.CALL: "call"}
"""All others are `away`."""


@dataclass
class Place:
    """`since` is when `state` began, `heard` when the connection last said anything."""

    role: Role
    name: str
    since: Moment
    heard: Moment
    state: State = State.AWAY
    connection: ConnectionId | None = None
    client: Uuid | None = None
    status: Status | None = None
    rung: PeerRung | None = None
    """What this side last said it sends, as the peer is told."""
    candidates: int = 0
    """How many it has trickled since its last offer or answer."""

    @property
    def staying(self) -> bool:
        return self.state in STAYING

    @property
    def occupied(self) -> bool:
        return self.state in OCCUPYING

    @property
    def in_call(self) -> bool:
        return self.state is State.CALL

    def seat(self) -> Seat:
        """The place as both may see it."""
        presence = PRESENCE.get(self.state, "away")
        if self.state is State.LEFT:  # without a client, or the peer would think that the call may live on
            return Seat(role=self.role, name=self.name, presence=presence)
        return Seat(role=self.role, name=self.name, presence=presence, client=self.client, status=self.status)

    def take(self, connection: ConnectionId, client: Uuid, status: Status | None, at: Moment) -> None:
        """Give the place to a connection; an arrival has to follow."""
        self.connection, self.client, self.status, self.heard = connection, client, status, at
        self.candidates = 0

    def move(self, event: Event, at: Moment) -> None:
        """Take the event in."""
        after = TRANSITIONS[self.state].get(event, self.state)
        if after is not self.state:
            self.state, self.since = after, at
        if after is State.AWAY:
            self.client = self.status = None
        if not self.staying:
            self.rung = None

    def may_trickle(self) -> bool:
        """Count one candidate; false once they are too many for one description."""
        self.candidates += 1
        return self.candidates <= MAX_CANDIDATES
