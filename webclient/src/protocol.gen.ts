/**
 * Every message between this browser and the server. Written by `python -m signalling.codegen`: do not edit.
 *
 * Optional fields of messages to the server may be left out.
 * The server leaves out nothing but what has no value.
 */

export const VERSION = 1;

export const MAX_FRAME_BYTES = 65536;

export const MAX_SDP_BYTES = 32768;

/** Candidates one browser may trickle for one offer or answer; a real one sends fewer than 20. */
export const MAX_CANDIDATES = 40;

/** Frames a browser may send in the long run; `BURST` at once after a pause. */
export const SUSTAINED_PER_S = 20;

export const BURST = 200;

export const HELLO_WITHIN_MS = 5000;

/** How often a browser in the call pings. Not heard for `SILENT_AFTER_MS`, its seat is `away` for the peer. */
export const PING_EVERY_MS = 4000;

export const SILENT_AFTER_MS = 10000;

/** Another connection has taken the seat; before it `Moved`, unless it was the same tab's. */
export const CLOSE_MOVED = 4000;

/** No hello in time, or something else first. */
export const CLOSE_HELLO = 4001;

export const CLOSE_TOO_FAST = 4002;

/** The link does not open this room (any more): connecting again will not help. */
export const CLOSE_SHUT_OUT = 4003;

/** The page is of another version than the server: load it again. */
export const CLOSE_VERSION = 4004;

export const CLOSE_RESTART = 1012;

/** The database is away or there are too many connections: try again later. */
export const CLOSE_LATER = 1013;

export const UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

export type Role = "mentor" | "mentee";

export type Rung = "hd" | "sd" | "low" | "stills" | "voice" | "survival" | "phone";

export type Whose = "none" | "mine" | "theirs" | "unclear";

export type Presence = "away" | "lobby" | "call";

export type Stay = "lobby" | "call" | "left";

export type PhoneState = "hidden" | "offered" | "active";

export type Owner = "mentor" | "mentee" | "both";

export type GoalStatus = "open" | "started" | "done" | "dropped";

export type SessionState = "early" | "open" | "ended";

/** What a person's connection check of the last day said, in a word. */
export type Readiness = "good" | "weak" | "not_ready" | "not_checked";

export type Uuid = string;

export type Name = string;

export type Line = string;

export type Passage = string;

export type Sdp = string;

export type Milliseconds = number;

export type Minutes = number;

export type Position = number;

/** A calendar day, ISO 8601, or the empty string for none. */
export type Day = string;

/** Of one minute. */
export type Seconds = number;

export type PerMille = number;

/** Milliseconds. */
export type RoundTrip = number;

/** What a participant's devices do at the moment. */
export interface Status {
  readonly microphone: "on" | "muted" | "none";
  readonly camera: "on" | "off" | "none";
  readonly screen: boolean;
}

/** One RTCIceServer, as W3C WebRTC section 4.2.4 shapes it: without null, which would become a string. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/**
 * One of the two places in a room. `client` is the browser tab that holds it, if any.
 *
 * `away` with a client: a short absence, the place is held. `away` without: gone.
 */
export interface Seat {
  readonly role: Role;
  readonly name: string;
  readonly presence: Presence;
  readonly client: string | null;
  readonly status: Status | null;
}

/** What the connection checks of the two said, as one of them sees it. */
export interface PairReadiness {
  readonly mine: Readiness;
  readonly theirs: Readiness;
}

/** The booked meeting. Times are milliseconds since the epoch, UTC. */
export interface SessionInfo {
  readonly id: string;
  readonly starts: Milliseconds;
  readonly minutes: Minutes;
  readonly opens: Milliseconds;
  readonly state: SessionState;
  /** Both have been in the call at once. */
  readonly met: boolean;
}

export interface AgendaItem {
  readonly item: Uuid;
  readonly text: string;
  readonly minutes: Minutes;
  readonly done: boolean;
  /** Left over from an earlier session, or to be carried to the next. */
  readonly carried: boolean;
  readonly position: number;
}

/** The agenda item being talked about, and since when (epoch milliseconds). */
export interface Current {
  readonly item: Uuid | null;
  readonly since: Milliseconds;
}

/** A goal in SMART form: specific, measurable, assignable (owner), relevant, time-based (due). */
export interface Goal {
  readonly goal: Uuid;
  readonly specific: string;
  readonly measurable: string;
  readonly owner: Owner;
  readonly relevant: string;
  readonly due: Day;
  readonly status: GoalStatus;
  readonly position: number;
}

/** The reader's own telephone number and whether the peer may see it. */
export interface OwnNumber {
  readonly number: string;
  readonly granted: boolean;
}

/** The peer's number, sent only while the peer consents; `qr` is one string of 0 and 1 a row. */
export interface PeerNumber {
  readonly number: string;
  readonly tel: string;
  readonly qr: readonly string[];
}

/** The backup plan as its reader may see it: who rings whom, and the numbers. */
export interface Plan {
  readonly rings: Role;
  readonly mine: OwnNumber | null;
  readonly theirs: PeerNumber | null;
}

/** First on every connection. `client` is the tab; `note_seq` the last note update it has. */
export interface Hello {
  readonly type: "hello";
  readonly version: number;
  readonly client: Uuid;
  readonly noteSeq: number;
  /** Where the tab was before this connection. Of one in the call the seat is taken up again at once. */
  readonly stay: Stay;
  /** The browser's IANA time zone, for times in mails. */
  readonly zone?: string;
  readonly status?: Status | null;
}

/** Enter the call from the lobby. */
export interface Join {
  readonly type: "join";
  readonly status: Status;
}

/** Leave the call; the seat stays free for the same link. */
export interface Leave {
  readonly type: "leave";
}

/** End the session for both. */
export interface End {
  readonly type: "end";
}

/** An SDP offer for the peer's tab `to`. */
export interface Offer {
  readonly type: "offer";
  readonly to: Uuid;
  readonly sdp: Sdp;
}

/** An SDP answer for the peer's tab `to`. */
export interface Answer {
  readonly type: "answer";
  readonly to: Uuid;
  readonly sdp: Sdp;
}

/** One RTCIceCandidateInit for the peer's tab `to`; empty `candidate` ends a generation. */
export interface Candidate {
  readonly type: "candidate";
  readonly to: Uuid;
  readonly candidate: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

export interface SetStatus {
  readonly type: "set_status";
  readonly status: Status;
}

/**
 * A change of what this browser sends, for the record and for the peer's screen.
 *
 * `age_ms` tells how long ago it was, for changes kept while the server was away.
 */
export interface SetRung {
  readonly type: "set_rung";
  readonly op: Uuid;
  readonly rung: Rung;
  readonly previous: Rung;
  readonly reason: string;
  readonly whose: Whose;
  readonly ageMs?: Milliseconds;
}

/**
 * A minute of the call, or the rest of one, for the record: numbers only, no addresses, nothing said.
 *
 * What this browser sent, in seconds on each rung, and what it heard: for how many seconds speech was
 * lost, how many such losses ended, and the means of the minute; null is "no data". The seconds on all
 * rungs are at most 60 and at least those lost. `age_ms` tells how long ago the minute ended.
 */
export interface AddMinute {
  readonly type: "add_minute";
  readonly op: Uuid;
  readonly seconds: Readonly<Partial<Record<Rung, Seconds>>>;
  readonly lostS: Seconds;
  readonly breaks: Seconds;
  readonly concealedPm: PerMille | null;
  readonly lossPm: PerMille | null;
  readonly rttMs: RoundTrip | null;
  readonly ageMs?: Milliseconds;
}

export interface SetPhone {
  readonly type: "set_phone";
  readonly state: PhoneState;
}

/** A line of chat; used when the data channel cannot carry it. Not kept by the server. */
export interface Chat {
  readonly type: "chat";
  readonly op: Uuid;
  readonly text: string;
}

/** Set the given fields of an agenda item; an item not known yet is created. */
export interface EditAgenda {
  readonly type: "edit_agenda";
  readonly op: Uuid;
  readonly item: Uuid;
  readonly text?: Line;
  readonly minutes?: Minutes;
  readonly done?: boolean;
  readonly carried?: boolean;
  readonly position?: Position;
  readonly removed?: boolean;
}

/** Make an agenda item the current one, or none. */
export interface SetCurrent {
  readonly type: "set_current";
  readonly op: Uuid;
  readonly item: Uuid | null;
}

/** Set the given fields of a goal; a goal not known yet is created. */
export interface EditGoal {
  readonly type: "edit_goal";
  readonly op: Uuid;
  readonly goal: Uuid;
  readonly specific?: Line;
  readonly measurable?: Passage;
  readonly owner?: Owner;
  readonly relevant?: Passage;
  readonly due?: Day;
  readonly status?: GoalStatus;
  readonly position?: Position;
  readonly removed?: boolean;
}

/** Change who rings whom. */
export interface EditPlan {
  readonly type: "edit_plan";
  readonly op: Uuid;
  readonly rings: Role;
}

/** Set one's own telephone number (empty removes it) and whether the peer may see it. */
export interface SetNumber {
  readonly type: "set_number";
  readonly op: Uuid;
  readonly number: string;
  readonly granted: boolean;
}

/** Set the name the peer sees. */
export interface SetName {
  readonly type: "set_name";
  readonly op: Uuid;
  readonly name: Name;
}

/** The browser's own liveness question; browsers cannot send WebSocket pings. */
export interface Ping {
  readonly type: "ping";
  readonly n: number;
}

/** Changes that are stored: once each by `op`, answered by `Saved` when on disk. */
export type Edit = EditAgenda | SetCurrent | EditGoal | EditPlan | SetNumber | SetName | SetRung | AddMinute;

export type ClientMessage =
  | Hello
  | Join
  | Leave
  | End
  | Offer
  | Answer
  | Candidate
  | SetStatus
  | SetPhone
  | Chat
  | Edit
  | Ping;

/** The whole state of the room as this participant may see it; note frames follow it. */
export interface Welcome {
  readonly type: "welcome";
  readonly version: number;
  readonly now: Milliseconds;
  readonly session: SessionInfo;
  readonly you: Seat;
  readonly peer: Seat;
  readonly readiness: PairReadiness;
  readonly iceServers: readonly IceServer[];
  readonly agenda: readonly AgendaItem[];
  readonly current: Current;
  readonly goals: readonly Goal[];
  readonly plan: Plan;
  readonly phone: PhoneState;
  /** The highest note sequence number on the server. */
  readonly noteSeq: number;
}

export interface PeerChanged {
  readonly type: "peer_changed";
  readonly peer: Seat;
}

/** One of the two has had a connection check. */
export interface ReadinessChanged {
  readonly type: "readiness_changed";
  readonly readiness: PairReadiness;
}

export interface SessionChanged {
  readonly type: "session_changed";
  readonly session: SessionInfo;
}

/** The peer's tab `sender` made this offer. */
export interface Offered {
  readonly type: "offered";
  readonly sender: Uuid;
  readonly sdp: string;
}

export interface Answered {
  readonly type: "answered";
  readonly sender: Uuid;
  readonly sdp: string;
}

export interface Candidated {
  readonly type: "candidated";
  readonly sender: Uuid;
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

/** What the peer sends from now on, and why. */
export interface PeerRung {
  readonly type: "peer_rung";
  readonly rung: Rung;
  readonly reason: string;
  readonly whose: Whose;
}

/** The telephone prompt as both have it; `by` is who changed it. */
export interface PhoneChanged {
  readonly type: "phone_changed";
  readonly state: PhoneState;
  readonly by: Role;
}

export interface Chatted {
  readonly type: "chatted";
  readonly op: Uuid;
  readonly text: string;
}

/** The chat line `op` has been handed to the peer's tab. */
export interface Delivered {
  readonly type: "delivered";
  readonly op: Uuid;
}

/** An agenda item after a change, whole; `item` alone with `removed` when it is gone. */
export interface AgendaEdited {
  readonly type: "agenda_edited";
  readonly item: AgendaItem;
  readonly removed: boolean;
}

export interface CurrentChanged {
  readonly type: "current_changed";
  readonly current: Current;
}

export interface GoalEdited {
  readonly type: "goal_edited";
  readonly goal: Goal;
  readonly removed: boolean;
}

export interface PlanChanged {
  readonly type: "plan_changed";
  readonly plan: Plan;
}

/** The edit `op` is on disk. */
export interface Saved {
  readonly type: "saved";
  readonly op: Uuid;
}

/** The note update `id` is on disk under `seq`. */
export interface NoteSaved {
  readonly type: "note_saved";
  readonly id: Uuid;
  readonly seq: number;
}

/** The notes were restored; forget the local copy, the good one follows as a frame. */
export interface NoteReset {
  readonly type: "note_reset";
}

/** Fresh TURN credentials before the old ones run out. */
export interface IceServers {
  readonly type: "ice_servers";
  readonly iceServers: readonly IceServer[];
}

/** Another tab of the same participant has taken the seat. The connection is closed after it. */
export interface Moved {
  readonly type: "moved";
}

/** The session is over for both. */
export interface Ended {
  readonly type: "ended";
  readonly by: Role | null;
}

/** How the call of a session that is over went, in one line for both, as their summary will say it. */
export interface CallTold {
  readonly type: "call_told";
  readonly sentence: string;
}

/** A message was not accepted. `error` is a stable id, `sentence` says what to do next. */
export interface Refused {
  readonly type: "refused";
  readonly error: string;
  readonly sentence: string;
  readonly op: Uuid | null;
}

export interface Pong {
  readonly type: "pong";
  readonly n: number;
}

export type ServerMessage =
  | Welcome
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
  | Pong;
