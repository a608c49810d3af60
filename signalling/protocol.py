"""Every message between a browser and the server, as closed unions.

Not here: what a message causes (`room`, `server`). This is the only schema; the TypeScript
types are written from it (`codegen`), and docs/protocol.md says the same in prose.

Text frames hold one JSON object whose `type` names the class. Binary frames hold note updates:
browser to server 16 bytes of update id, then the Yjs update; server to browser 8 bytes of
sequence number (big endian), then the Yjs update.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

VERSION: Final = 1

T = TypeVar("T")

MAX_FRAME_BYTES: Final = 64 * 1024
MAX_SDP_BYTES: Final = 32 * 1024
MAX_CANDIDATES: Final = 40
"""Candidates one browser may trickle for one offer or answer; a real one sends fewer than 20."""
SUSTAINED_PER_S: Final = 20
"""Frames a browser may send in the long run; `BURST` at once after a pause."""
BURST: Final = 200
HELLO_WITHIN_MS: Final = 5_000
PING_EVERY_MS: Final = 4_000
"""How often a browser in the call pings. Not heard for `SILENT_AFTER_MS`, its seat is `away` for the peer."""
SILENT_AFTER_MS: Final = 10_000

CLOSE_MOVED: Final = 4000
"""Another connection has taken the seat; before it `Moved`, unless it was the same tab's."""
CLOSE_HELLO: Final = 4001
"""No hello in time, or something else first."""
CLOSE_TOO_FAST: Final = 4002
CLOSE_SHUT_OUT: Final = 4003
"""The link does not open this room (any more): connecting again will not help."""
CLOSE_VERSION: Final = 4004
"""The page is of another version than the server: load it again."""
CLOSE_RESTART: Final = 1012
CLOSE_LATER: Final = 1013
"""The database is away or there are too many connections: try again later."""

UUID_PATTERN: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"

Role = Literal["mentor", "mentee"]
Rung = Literal["hd", "sd", "low", "stills", "voice", "survival", "phone"]
Whose = Literal["none", "mine", "theirs", "unclear"]
Presence = Literal["away", "lobby", "call"]
Stay = Literal["lobby", "call", "left"]
PhoneState = Literal["hidden", "offered", "active"]
Owner = Literal["mentor", "mentee", "both"]
GoalStatus = Literal["open", "started", "done", "dropped"]
SessionState = Literal["early", "open", "ended"]
Readiness = Literal["good", "weak", "not_ready", "not_checked"]
"""What a person's connection check of the last day said, in a word."""

Uuid = Annotated[str, Meta(pattern=UUID_PATTERN, min_length=36, max_length=36)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Line = Annotated[str, Meta(max_length=200)]
Passage = Annotated[str, Meta(max_length=1000)]
Sdp = Annotated[str, Meta(min_length=1, max_length=MAX_SDP_BYTES)]
Milliseconds = Annotated[int, Meta(ge=0, le=1 << 53)]
Minutes = Annotated[int, Meta(ge=0, le=480)]
Position = Annotated[float, Meta(ge=-1e9, le=1e9)]
Day = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")]
"""A calendar day, ISO 8601, or the empty string for none."""
Seconds = Annotated[int, Meta(ge=0, le=60)]
"""Of one minute."""
PerMille = Annotated[int, Meta(ge=0, le=1000)]
RoundTrip = Annotated[int, Meta(ge=0, le=60_000)]
"""Milliseconds."""


class Message(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What all messages share: named fields in camelCase on the wire, and no others."""


# --- parts -------------------------------------------------------------------------------------


class Status(Message, frozen=True):
    """What a participant's devices do at the moment."""

    microphone: Literal["on", "muted", "none"]
    camera: Literal["on", "off", "none"]
    screen: bool = False


class IceServer(Message, frozen=True):
    """One RTCIceServer, as W3C WebRTC section 4.2.4 shapes it: without null, which would become a string."""

    urls: list[str]
    username: str | UnsetType = UNSET
    credential: str | UnsetType = UNSET


class Seat(Message, frozen=True):
    """One of the two places in a room. `client` is the browser tab that holds it, if any.

    `away` with a client: a short absence, the place is held. `away` without: gone.
    """

    role: Role
    name: str
    presence: Presence
    client: str | None = None
    status: Status | None = None


class PairReadiness(Message, frozen=True):
    """What the connection checks of the two said, as one of them sees it."""

    mine: Readiness
    theirs: Readiness


class SessionInfo(Message, frozen=True):
    """The booked meeting. Times are milliseconds since the epoch, UTC."""

    id: str
    starts: Milliseconds
    minutes: Minutes
    opens: Milliseconds
    state: SessionState
    met: bool
    """Both have been in the call at once."""


class AgendaItem(Message, frozen=True):
    item: Uuid
    text: str
    minutes: Minutes
    done: bool
    carried: bool
    """Left over from an earlier session, or to be carried to the next."""
    position: float


class Current(Message, frozen=True):
    """The agenda item being talked about, and since when (epoch milliseconds)."""

    item: Uuid | None
    since: Milliseconds


class Goal(Message, frozen=True):
    """A goal in SMART form: specific, measurable, assignable (owner), relevant, time-based (due)."""

    goal: Uuid
    specific: str
    measurable: str
    owner: Owner
    relevant: str
    due: Day
    status: GoalStatus
    position: float


class OwnNumber(Message, frozen=True):
    """The reader's own telephone number and whether the peer may see it."""

    number: str
    granted: bool


class PeerNumber(Message, frozen=True):
    """The peer's number, sent only while the peer consents; `qr` is one string of 0 and 1 a row."""

    number: str
    tel: str
    qr: list[str]


class Plan(Message, frozen=True):
    """The backup plan as its reader may see it: who rings whom, and the numbers."""

    rings: Role
    mine: OwnNumber | None = None
    theirs: PeerNumber | None = None


# --- browser to server -------------------------------------------------------------------------


class Hello(Message, frozen=True, tag_field="type", tag="hello"):
    """First on every connection. `client` is the tab; `note_seq` the last note update it has."""

    version: int
    client: Uuid
    note_seq: Annotated[int, Meta(ge=0)]
    stay: Stay
    """Where the tab was before this connection. Of one in the call the seat is taken up again at once."""
    zone: Annotated[str, Meta(max_length=64)] = ""
    """The browser's IANA time zone, for times in mails."""
    status: Status | None = None


class Join(Message, frozen=True, tag_field="type", tag="join"):
    """Enter the call from the lobby."""

    status: Status


class Leave(Message, frozen=True, tag_field="type", tag="leave"):
    """Leave the call; the seat stays free for the same link."""


class End(Message, frozen=True, tag_field="type", tag="end"):
    """End the session for both."""


class Offer(Message, frozen=True, tag_field="type", tag="offer"):
    """An SDP offer for the peer's tab `to`."""

    to: Uuid
    sdp: Sdp


class Answer(Message, frozen=True, tag_field="type", tag="answer"):
    """An SDP answer for the peer's tab `to`."""

    to: Uuid
    sdp: Sdp


class Candidate(Message, frozen=True, tag_field="type", tag="candidate"):
    """One RTCIceCandidateInit for the peer's tab `to`; empty `candidate` ends a generation."""

    to: Uuid
    candidate: Annotated[str, Meta(max_length=1024)]
    sdp_mid: Annotated[str, Meta(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=64)] | None = None
    username_fragment: Annotated[str, Meta(max_length=256)] | None = None


class SetStatus(Message, frozen=True, tag_field="type", tag="set_status"):
    status: Status


class SetRung(Message, frozen=True, tag_field="type", tag="set_rung"):
    """A change of what this browser sends, for the record and for the peer's screen.

    `age_ms` tells how long ago it was, for changes kept while the server was away.
    """

    op: Uuid
    rung: Rung
    previous: Rung
    reason: Annotated[str, Meta(pattern=r"^[a-z_]{1,32}\Z")]
    whose: Whose
    age_ms: Milliseconds = 0


class AddMinute(Message, frozen=True, tag_field="type", tag="add_minute"):
    """A minute of the call, or the rest of one, for the record: numbers only, no addresses, nothing said.

    What this browser sent, in seconds on each rung, and what it heard: for how many seconds speech was
    lost, how many such losses ended, and the means of the minute; null is "no data". The seconds on all
    rungs are at most 60 and at least those lost. `age_ms` tells how long ago the minute ended.
    """

    op: Uuid
    seconds: Annotated[dict[Rung, Seconds], Meta(min_length=1)]
    lost_s: Seconds
    breaks: Seconds
    concealed_pm: PerMille | None
    loss_pm: PerMille | None
    rtt_ms: RoundTrip | None
    age_ms: Milliseconds = 0


class SetPhone(Message, frozen=True, tag_field="type", tag="set_phone"):
    state: PhoneState


class Chat(Message, frozen=True, tag_field="type", tag="chat"):
    """A line of chat; used when the data channel cannot carry it. Not kept by the server."""

    op: Uuid
    text: Annotated[str, Meta(min_length=1, max_length=2000)]


class EditAgenda(Message, frozen=True, tag_field="type", tag="edit_agenda"):
    """Set the given fields of an agenda item; an item not known yet is created."""

    op: Uuid
    item: Uuid
    text: Line | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    done: bool | UnsetType = UNSET
    carried: bool | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


class SetCurrent(Message, frozen=True, tag_field="type", tag="set_current"):
    """Make an agenda item the current one, or none."""

    op: Uuid
    item: Uuid | None


class EditGoal(Message, frozen=True, tag_field="type", tag="edit_goal"):
    """Set the given fields of a goal; a goal not known yet is created."""

    op: Uuid
    goal: Uuid
    specific: Line | UnsetType = UNSET
    measurable: Passage | UnsetType = UNSET
    owner: Owner | UnsetType = UNSET
    relevant: Passage | UnsetType = UNSET
    due: Day | UnsetType = UNSET
    status: GoalStatus | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    removed: bool | UnsetType = UNSET


class EditPlan(Message, frozen=True, tag_field="type", tag="edit_plan"):
    """Change who rings whom."""

    op: Uuid
    rings: Role


class SetNumber(Message, frozen=True, tag_field="type", tag="set_number"):
    """Set one's own telephone number (empty removes it) and whether the peer may see it."""

    op: Uuid
    number: Annotated[str, Meta(max_length=32)]
    granted: bool


class SetName(Message, frozen=True, tag_field="type", tag="set_name"):
    """Set the name the peer sees."""

    op: Uuid
    name: Name


class Ping(Message, frozen=True, tag_field="type", tag="ping"):
    """The browser's own liveness question; browsers cannot send WebSocket pings."""

    n: Annotated[int, Meta(ge=0, le=1 << 31)]


Edit = EditAgenda | SetCurrent | EditGoal | EditPlan | SetNumber | SetName | SetRung | AddMinute
"""Changes that are stored: once each by `op`, answered by `Saved` when on disk."""

ClientMessage = (
    Hello | Join | Leave | End | Offer | Answer | Candidate | SetStatus | SetPhone | Chat | Edit | Ping
)

# --- server to browser -------------------------------------------------------------------------


class Welcome(Message, frozen=True, tag_field="type", tag="welcome"):
    """The whole state of the room as this participant may see it; note frames follow it."""

    version: int
    now: Milliseconds
    session: SessionInfo
    you: Seat
    peer: Seat
    readiness: PairReadiness
    ice_servers: list[IceServer]
    agenda: list[AgendaItem]
    current: Current
    goals: list[Goal]
    plan: Plan
    phone: PhoneState
    note_seq: int
    """The highest note sequence number on the server."""


class PeerChanged(Message, frozen=True, tag_field="type", tag="peer_changed"):
    peer: Seat


class ReadinessChanged(Message, frozen=True, tag_field="type", tag="readiness_changed"):
    """One of the two has had a connection check."""

    readiness: PairReadiness


class SessionChanged(Message, frozen=True, tag_field="type", tag="session_changed"):
    session: SessionInfo


class Offered(Message, frozen=True, tag_field="type", tag="offered"):
    """The peer's tab `sender` made this offer."""

    sender: Uuid
    sdp: str


class Answered(Message, frozen=True, tag_field="type", tag="answered"):
    sender: Uuid
    sdp: str


class Candidated(Message, frozen=True, tag_field="type", tag="candidated"):
    sender: Uuid
    candidate: str
    sdp_mid: str | None = None
    sdp_m_line_index: int | None = None
    username_fragment: str | None = None


class PeerRung(Message, frozen=True, tag_field="type", tag="peer_rung"):
    """What the peer sends from now on, and why."""

    rung: Rung
    reason: str
    whose: Whose


class PhoneChanged(Message, frozen=True, tag_field="type", tag="phone_changed"):
    """The telephone prompt as both have it; `by` is who changed it."""

    state: PhoneState
    by: Role


class Chatted(Message, frozen=True, tag_field="type", tag="chatted"):
    op: Uuid
    text: str


class Delivered(Message, frozen=True, tag_field="type", tag="delivered"):
    """The chat line `op` has been handed to the peer's tab."""

    op: Uuid


class AgendaEdited(Message, frozen=True, tag_field="type", tag="agenda_edited"):
    """An agenda item after a change, whole; `item` alone with `removed` when it is gone."""

    item: AgendaItem
    removed: bool = False


class CurrentChanged(Message, frozen=True, tag_field="type", tag="current_changed"):
    current: Current


class GoalEdited(Message, frozen=True, tag_field="type", tag="goal_edited"):
    goal: Goal
    removed: bool = False


class PlanChanged(Message, frozen=True, tag_field="type", tag="plan_changed"):
    plan: Plan


class Saved(Message, frozen=True, tag_field="type", tag="saved"):
    """The edit `op` is on disk."""

    op: Uuid


class NoteSaved(Message, frozen=True, tag_field="type", tag="note_saved"):
    """The note update `id` is on disk under `seq`."""

    id: Uuid
    seq: int


class NoteReset(Message, frozen=True, tag_field="type", tag="note_reset"):
    """The notes were restored; forget the local copy, the good one follows as a frame."""


class IceServers(Message, frozen=True, tag_field="type", tag="ice_servers"):
    """Fresh TURN credentials before the old ones run out."""

    ice_servers: list[IceServer]


class Moved(Message, frozen=True, tag_field="type", tag="moved"):
    """Another tab of the same participant has taken the seat. The connection is closed after it."""


class Ended(Message, frozen=True, tag_field="type", tag="ended"):
    """The session is over for both."""

    by: Role | None


class CallTold(Message, frozen=True, tag_field="type", tag="call_told"):
    """How the call of a session that is over went, in one line for both, as their summary will say it."""

    sentence: str


class Refused(Message, frozen=True, tag_field="type", tag="refused"):
    """A message was not accepted. `error` is a stable id, `sentence` says what to do next."""

    error: str
    sentence: str
    op: Uuid | None = None


class Pong(Message, frozen=True, tag_field="type", tag="pong"):
    n: int


ServerMessage = (
    Welcome
    | PeerChanged
    | ReadinessChanged
    | SessionChanged
    | Offered
    | Answered
    | Candidated
    | PeerRung
    | PhoneChanged
    | Chatted
    | Delivered
    | AgendaEdited
    | CurrentChanged
    | GoalEdited
    | PlanChanged
    | Saved
    | NoteSaved
    | NoteReset
    | IceServers
    | Moved
    | Ended
    | CallTold
    | Refused
    | Pong
)

# --- bytes -------------------------------------------------------------------------------------

_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server_decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_encoder = msgspec.json.Encoder()


class ProtocolError(Exception):
    """A frame that is not a message of this protocol. `error` is the stable id told to the sender."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence)
        self.error = error
        self.sentence = sentence


def decode(frame: str | bytes) -> ClientMessage:
    """The message in one text frame from a browser. Raises `ProtocolError`."""
    return _decode(_decoder, frame)


def decode_server(frame: str | bytes) -> ServerMessage:
    """The message in one text frame from the server, for programs that take part as browsers do."""
    return _decode(_server_decoder, frame)


def encode(message: ClientMessage | ServerMessage) -> str:
    """One text frame."""
    return _encoder.encode(message).decode()


def _decode(decoder: msgspec.json.Decoder[T], frame: str | bytes) -> T:
    try:
        return decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ProtocolError("frame.malformed", f"This message was not understood: {error}.") from error
