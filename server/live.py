"""One room as this process holds it: its rules, its connections and what is still to be written.

Not here: the registry of rooms (`rooms`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from server.connection import Connection
from server.desk import Desk
from signalling.effects import Close, ConnectionId, Effect, Send
from signalling.protocol import Presence, Role, ServerMessage
from signalling.room import PEER_OF, Room


@dataclass
class Live:
    """Forgotten when nobody is in it or expected back, and everything is written."""

    room: Room
    connections: dict[ConnectionId, Connection] = field(default_factory=dict)
    desk: Desk = field(default_factory=Desk)
    stays: dict[Role, int] = field(default_factory=dict)
    """The open stays by the numbers the store gave them."""

    @property
    def id(self) -> str:
        return self.room.facts.id

    @property
    def over(self) -> bool:
        return self.room.vacant and not self.connections and self.desk.idle

    def presences(self) -> dict[Role, Presence]:
        return {role: place.seat().presence for role, place in self.room.places.items()}

    def deliver(self, effects: Iterable[Effect]) -> list[Effect]:
        """Carry out what concerns connections; gives the rest."""
        rest: list[Effect] = []
        for effect in effects:
            match effect:
                case Send(connection, message):
                    self.send(connection, message)
                case Close(connection, code, reason) if connection in self.connections:
                    self.connections[connection].close(code, reason)
                case Close():
                    pass
                case _:
                    rest.append(effect)
        return rest

    def send(self, connection: ConnectionId, message: ServerMessage) -> None:
        """To one connection, if it is still there."""
        if connection in self.connections:
            self.connections[connection].send(message)

    def seated(self, *roles: Role) -> list[Connection]:
        """The connections of these seats now, tabs beside a call included; of both, when none is named."""
        tabs = (each for role in roles or tuple(PEER_OF) for each in self.room.connections(role))
        return [self.connections[each] for each in tabs if each in self.connections]
