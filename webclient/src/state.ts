/**
 * What the page knows and what a person can do: the contract between the call and its screens.
 *
 * Not here: how the state comes about (`main.ts` and the DOM-free modules) or how it looks (`ui/`).
 * A screen reads one `State` and calls `Actions`; it holds nothing else that must survive.
 */

import type {
  AgendaItem,
  Current,
  Goal,
  PairReadiness,
  PhoneState,
  Plan,
  Role,
  Rung,
  Seat,
  SessionInfo,
  Status,
  Whose,
} from "./protocol.gen";
import type { Rehearsal } from "./rehearsal";
import type { Relay } from "./relay";

export type Phase = "lobby" | "waiting" | "call" | "ended";
export type Link = "new" | "connected" | "interrupted" | "lost";
export type Server = "online" | "offline";

/** Why a device could not be had, by the DOMException names of getUserMedia. */
export type DeviceProblem = "denied" | "denied_by_system" | "not_found" | "in_use" | "insecure" | "unknown";

export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
  /** The one that is used while none is chosen. */
  readonly usual?: boolean;
}

export interface Devices {
  readonly microphones: readonly DeviceChoice[];
  readonly cameras: readonly DeviceChoice[];
  readonly speakers: readonly DeviceChoice[];
  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
  readonly microphoneProblem: DeviceProblem | null;
  readonly cameraProblem: DeviceProblem | null;
  readonly canShareScreen: boolean;
  readonly canChooseSpeaker: boolean;
  /** Asking the browser for permission or opening the devices. */
  readonly asking: boolean;
}

export interface ChatLine {
  readonly op: string;
  readonly mine: boolean;
  readonly text: string;
  /** Handed to the peer's tab. */
  readonly delivered: boolean;
  /** Epoch milliseconds on this machine. */
  readonly at: number;
}

/** One line of words for the person, e.g. "Ann's line is weak. We paused video so you can keep talking." */
export interface Notice {
  readonly id: string;
  readonly words: string;
  /** `assertive` only for "connection lost" and "voice only now". */
  readonly urgency: "polite" | "assertive";
  readonly dismissible: boolean;
  readonly action: {
    readonly words: string;
    readonly do:
      | "video_back"
      | "pin_voice"
      | "unpin"
      | "telephone"
      | "write"
      | "hear"
      | "unmute"
      | "take_back";
  } | null;
}

export type Pin = "none" | "voice" | "video";
/** What is kept longest on a weak line. */
export type Order = "speech" | "picture";

export interface Saving {
  /** Edits and note updates kept in this browser that the server has not acknowledged yet. */
  readonly pending: number;
  /** Cannot keep them beyond this page (storage refused). */
  readonly fragile: boolean;
}

/** A still picture of the peer's, decoded; `at` is when it was taken (epoch ms on this machine). */
export interface PeerStill {
  readonly picture: ImageBitmap | HTMLCanvasElement;
  readonly at: number;
}

export interface State {
  readonly phase: Phase;
  readonly link: Link;
  readonly server: Server;
  readonly you: Seat;
  readonly peer: Seat;
  /** What both connection checks of the last day said. */
  readonly readiness: PairReadiness;
  readonly session: SessionInfo;
  /** Server clock minus this machine's, milliseconds. */
  readonly clockOffsetMs: number;

  readonly rung: Rung;
  /** The ladder's reason for the rung. */
  readonly reason: string;
  readonly peerRung: Rung;
  readonly whose: Whose;
  readonly phone: PhoneState;
  readonly pin: Pin;
  /** What this person and the peer want kept longest; either one's picture counts for both. */
  readonly order: Order;
  readonly peerOrder: Order;
  /** The line failed and holds again while `phone` is offered or active. */
  readonly wayBack: boolean;
  /** Since when nothing has arrived from the peer (epoch ms on this machine), or null. */
  readonly interruptedSince: number | null;
  readonly notices: readonly Notice[];

  readonly status: Status;
  readonly devices: Devices;
  /** The own camera or screen as a stream for the self view; null when off. */
  readonly selfStream: MediaStream | null;
  /** The self view is shown as in a mirror: the own camera faces the person and no screen is shared. */
  readonly selfMirrored: boolean;
  /** Shown without its sound: the call plays that itself, wherever the screen puts the picture. */
  readonly peerStream: MediaStream | null;
  /** The peer's pictures are arriving now. */
  readonly peerVideoLive: boolean;
  /** The last one since video was live; null when there was none, or the peer's camera is off. */
  readonly peerStill: PeerStill | null;
  /** The browser refused to play sound without a tap. */
  readonly soundBlocked: boolean;
  /** Whether calls can, or have to, go through a relay. */
  readonly relay: Relay;
  /** The person wants to hide the own address from the peer. */
  readonly addressHidden: boolean;
  /** The person wants to be told when the microphone is off while they talk, or hears nothing. */
  readonly hints: boolean;
  /** The seat is held by another tab. */
  readonly moved: boolean;
  /** The own call is in another tab; joining here brings it over. */
  readonly elsewhere: boolean;
  /** The link was replaced or revoked, or the room is not for this browser any more. */
  readonly shutOut: string | null;
  /** Who ended the session for both; null while it lasts or when its time ran out. */
  readonly endedBy: Role | null;
  /** How the call went, in one line of the server's, once the session is over; "" before. */
  readonly callStory: string;
  /** When both have left a session they met in for so many seconds, it ends and its summary goes out. */
  readonly summaryDelayS: number;
  /** Where practising alone begins; "" where it is not offered. */
  readonly practise: string;
  /** The partner is played by the computer, whose line can be made worse; null in all other rooms. */
  readonly rehearsal: Rehearsal | null;

  readonly agenda: readonly AgendaItem[];
  readonly current: Current;
  readonly goals: readonly Goal[];
  readonly plan: Plan;
  readonly chat: readonly ChatLine[];
  readonly saving: Saving;
  /** Text that the shared notes did not take: shown beside them, or it is lost; "" when there is none. */
  readonly notesLeftover: string;
}

/** Levels change many times a second and stay out of `State`: 0 to 1, read on animation frames. */
export interface Levels {
  microphone(): number;
  peer(): number;
}

/** What `notes.ts` offers the textarea. */
export interface NotesBinding {
  readonly value: string;
  readonly loaded: boolean;
  /** The person changed the text; `selection` is where the caret is now. */
  input(value: string, selectionStart: number, selectionEnd: number): void;
  /** Called with the new text and a function that moves an old offset to its new place. */
  onChange(listener: (value: string, map: (offset: number) => number) => void): () => void;
}

export interface Actions {
  askForDevices(): Promise<void>;
  /** `all`: camera and microphone as chosen; `voice`: microphone only; `nothing`: no devices. */
  join(how: "all" | "voice" | "nothing"): Promise<void>;
  leave(): void;
  endForBoth(): void;
  rejoin(): Promise<void>;
  takeSeatBack(): void;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): Promise<void>;
  chooseDevice(kind: "microphone" | "camera" | "speaker", id: string): Promise<void>;
  flipCamera(): Promise<void>;
  shareScreen(on: boolean): Promise<void>;
  hear(): Promise<void>;
  pin(pin: Pin): void;
  setHints(on: boolean): void;
  hideAddress(hidden: boolean): void;
  order(order: Order): void;
  setPhone(state: PhoneState): void;
  dismiss(noticeId: string): void;
  /** In a rehearsal: make the partner's line another. */
  chooseLine(line: string): void;
  say(text: string): void;
  editAgenda(item: string, fields: Partial<Omit<AgendaItem, "item">> & { readonly removed?: boolean }): void;
  setCurrent(item: string | null): void;
  editGoal(goal: string, fields: Partial<Omit<Goal, "goal">> & { readonly removed?: boolean }): void;
  setRings(rings: Role): void;
  setNumber(number: string, granted: boolean): void;
  setName(name: string): void;
  /** Loads the editor's binding on first use. */
  notes(): Promise<NotesBinding>;
  newId(): string;
}
