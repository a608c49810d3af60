"""What a room asks of the world, as values.

Not here: carrying them out (`server.rooms`). An effect names connections, roles and times, never how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, NewType

from signalling.protocol import Edit, PhoneState, Role, ServerMessage

ConnectionId = NewType("ConnectionId", int)
"""One WebSocket; never used again for another."""


class Moment(NamedTuple):
    """Now, twice: `steady_ms` only moves forward and is what waits are measured in; `epoch_ms` is UTC."""

    steady_ms: int
    epoch_ms: int


@dataclass(frozen=True)
class Send:
    connection: ConnectionId
    message: ServerMessage


@dataclass(frozen=True)
class Close:
    connection: ConnectionId
    code: int
    reason: str


@dataclass(frozen=True)
class Greet:
    """Send `Welcome`, then the note updates after `note_seq`, then everything sent since."""

    connection: ConnectionId
    role: Role
    note_seq: int


@dataclass(frozen=True)
class Equip:
    """Send `IceServers`: the connection has joined the call, which waits for them."""

    connection: ConnectionId
    role: Role


@dataclass(frozen=True)
class StoreEdit:
    """Carry the edit out, once, and tell both."""

    connection: ConnectionId
    role: Role
    edit: Edit


@dataclass(frozen=True)
class Entered:
    """A stay in the call begins."""

    role: Role


@dataclass(frozen=True)
class Exited:
    """The stay ended at this moment, which may have passed: nobody knew then whether it was a reload."""

    role: Role
    at_ms: int


@dataclass(frozen=True)
class Met:
    """Both are in the call at once for the first time."""


@dataclass(frozen=True)
class Occupied:
    """Somebody is in the call, where nobody was."""


@dataclass(frozen=True)
class LastLeft:
    """Nobody is in the call any more; the summary's quiet time begins."""


@dataclass(frozen=True)
class PhoneSet:
    state: PhoneState


@dataclass(frozen=True)
class SessionEnded:
    """Somebody ended the session for both."""

    by: Role


Effect = (
    Send
    | Close
    | Greet
    | Equip
    | StoreEdit
    | Entered
    | Exited
    | Met
    | Occupied
    | LastLeft
    | PhoneSet
    | SessionEnded
)
