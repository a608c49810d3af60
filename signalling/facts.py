"""The facts of a session that its room needs.

Not here: people's numbers, addresses and plans, which a room has no use for (`server.db`).
"""

from __future__ import annotations

from dataclasses import dataclass

from signalling.effects import Moment
from signalling.protocol import PhoneState, Role, SessionInfo, SessionState


@dataclass(frozen=True)
class Facts:
    """Times are epoch milliseconds, UTC. `closes_ms` is when the links die."""

    id: str
    starts_ms: int
    minutes: int
    opens_ms: int
    closes_ms: int
    mentor: str
    """The mentor's name when it was read; below it the mentee's."""
    mentee: str
    met: bool = False
    """Both have been in the call at once."""
    ended: bool = False
    phone: PhoneState = "hidden"

    def name(self, role: Role) -> str:
        return self.mentor if role == "mentor" else self.mentee

    def state(self, at: Moment) -> SessionState:
        if self.ended or at.epoch_ms >= self.closes_ms:
            return "ended"
        return "open" if at.epoch_ms >= self.opens_ms else "early"

    def info(self, at: Moment) -> SessionInfo:
        """The session as both are told of it."""
        return SessionInfo(
            id=self.id,
            starts=self.starts_ms,
            minutes=self.minutes,
            opens=self.opens_ms,
            state=self.state(at),
            met=self.met,
        )
