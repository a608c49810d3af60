"""What the store gives out: frozen values, never rows.

Not here: agenda items and goals, which the store gives as `signalling.protocol` has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from signalling.protocol import (
    AgendaEdited,
    AgendaItem,
    CurrentChanged,
    Goal,
    GoalEdited,
    PhoneState,
    Role,
    Rung,
    Whose,
)

Clock = Callable[[], datetime]
"""Now: an aware moment in UTC."""

CLOSES_AFTER = timedelta(hours=12)
"""How long after its planned end a session's links still open the room."""

MailState = Literal["waiting", "sent", "failed"]


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    email: str
    zone: str
    """IANA time zone; UTC until the person's browser has told its own."""


@dataclass(frozen=True)
class Coordinator:
    person: Person
    password: str | None
    """Argon2id, PHC string; None while the set-up link is outstanding."""
    totp_secret: str | None
    """Base32."""


@dataclass(frozen=True)
class Partnership:
    id: str
    rings: Role
    mentor_granted: bool
    mentee_granted: bool


@dataclass(frozen=True)
class SeatView:
    role: Role
    generation: int
    link: bool
    """There is a link; false once revoked."""


class SeatKey(NamedTuple):
    """What a personal link opens."""

    session_id: str
    role: Role
    generation: int


@dataclass(frozen=True)
class SessionView:
    """A session with everything that belongs to it once, except its panels. Times are aware, UTC."""

    id: str
    starts: datetime
    minutes: int
    opened_by: str | None
    created: datetime
    met: datetime | None
    left: datetime | None
    ended: datetime | None
    ended_by: Role | None
    summarised: datetime | None
    phone: PhoneState
    partnership: Partnership
    mentor: Person
    mentee: Person
    seats: tuple[SeatView, SeatView]
    """The mentor's, then the mentee's."""

    @property
    def closes(self) -> datetime:
        """When the links die."""
        return self.starts + timedelta(minutes=self.minutes) + CLOSES_AFTER

    def person(self, role: Role) -> Person:
        return self.mentor if role == "mentor" else self.mentee

    def seat(self, role: Role) -> SeatView:
        return self.seats[0 if role == "mentor" else 1]

    def granted(self, role: Role) -> bool:
        """Whether `role` lets the peer see `role`'s number."""
        partnership = self.partnership
        return partnership.mentor_granted if role == "mentor" else partnership.mentee_granted


@dataclass(frozen=True)
class Stay:
    """One stay of one participant in the call; `left` is None while it lasts."""

    role: Role
    joined: datetime
    left: datetime | None


@dataclass(frozen=True)
class Held:
    """A session on the telephone that the process before this one was holding."""

    session_id: str
    stays: Mapping[Role, int]
    """Its open stays, by the numbers that `entered` gave."""


@dataclass(frozen=True)
class RungStep:
    """One change of what one side sends."""

    role: Role
    at: datetime
    rung: Rung
    previous: Rung
    reason: str
    whose: Whose


@dataclass(frozen=True)
class Minute:
    """A minute of the call, or part of one, as one browser saw it; None is "no data"."""

    role: Role
    at: datetime
    """When it ended."""
    seconds: Mapping[Rung, int]
    """What it sent."""
    lost_s: int
    """Of these, seconds in which speech did not reach it."""
    breaks: int
    """Losses of speech that ended."""
    concealed_pm: int | None
    loss_pm: int | None
    rtt_ms: int | None


@dataclass(frozen=True)
class Named:
    """A participant's name has changed."""

    role: Role
    name: str


@dataclass(frozen=True)
class PlanTouched:
    """The backup plan or a number has changed; what each may see of it is composed per reader."""


@dataclass(frozen=True)
class Recorded:
    """The record of the call has grown; nobody is told while the session lasts."""


Outcome = AgendaEdited | CurrentChanged | GoalEdited | Named | PlanTouched | Recorded


@dataclass(frozen=True)
class Applied:
    """What an edit did: `fresh` is false, and there is no outcome, when it had been carried out before."""

    fresh: bool
    outcome: tuple[Outcome, ...]


@dataclass(frozen=True)
class PhoneStep:
    """One change of the telephone prompt."""

    at: datetime
    state: PhoneState


@dataclass(frozen=True)
class GoalState:
    """A goal of the partnership as the summary of one session sees it."""

    goal: Goal
    removed: bool
    changed_here: bool
    """Something about it changed in that session."""


@dataclass(frozen=True)
class CallFacts:
    """Everything that is known of one session's call."""

    session: SessionView
    stays: tuple[Stay, ...]
    rungs: tuple[RungStep, ...]
    phone: tuple[PhoneStep, ...]
    minutes: tuple[Minute, ...]


@dataclass(frozen=True)
class SummaryFacts:
    """Everything one session's summary is made from, read once the session has ended."""

    session: SessionView
    agenda: tuple[AgendaItem, ...]
    current: str | None
    """The agenda item that was being talked about at the end."""
    goals: tuple[GoalState, ...]
    notes: str
    """Markdown, as the participants wrote it."""
    call: CallFacts


@dataclass(frozen=True)
class Mail:
    """A composed mail on its way into the outbox. The same `key` is never put in twice."""

    key: str
    recipient: str
    message_id: str
    message: bytes
    """The whole RFC 5322 message, ready for DATA."""


@dataclass(frozen=True)
class Letter:
    """A mail in the outbox; `message` is empty once it is sent or given up."""

    id: int
    key: str
    recipient: str
    message_id: str
    message: bytes
    state: MailState
    tries: int
    next_try: datetime
    leased_until: datetime | None
    created: datetime
    sent: datetime | None
    error: str | None
