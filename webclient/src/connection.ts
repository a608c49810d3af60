/**
 * The WebSocket to the server: hello first, kept alive, opened again whenever it is lost.
 *
 * Not here: what the messages mean (`session.ts` and the modules that own them).
 */

import type { Cancel, Clock } from "./clock";
import {
  CLOSE_LATER,
  CLOSE_MOVED,
  CLOSE_SHUT_OUT,
  CLOSE_TOO_FAST,
  CLOSE_VERSION,
  type ClientMessage,
  type Hello,
  MAX_FRAME_BYTES,
  PING_EVERY_MS,
  type ServerMessage,
} from "./protocol.gen";
import type { Server } from "./state";

/** Milliseconds. The pause between pings is the protocol's. */
export const TIMES = {
  firstRetry: 250,
  /** Between tries while the server has not been away for long, and when it has. */
  longRetry: 2_500,
  longestRetry: 5_000,
  /** A connection must be open and greeted by then; a lost SYN is repeated only after 1, 3 and 7 s. */
  greeting: 5_000,
  /** An attempt so old was made on a network that lost its first packet, which comes again ever more seldom. */
  stuck: 1_000,
  /** Between pings while the line is in trouble and it matters whose it is. */
  probe: 1_000,
  /** Round trips are remembered for so long. */
  kept: 40_000,
  /** Nothing heard for so long means dead, twice the pause between pings: one may be late. */
  dead: 8_000,
  /** The same after the network changed or the page woke up, when a half-open connection is likely: some round trips. */
  deadAfterWake: { least: 600, most: 2_000, roundTrips: 4 },
} as const;

/** What is used of a WebSocket. */
export interface Socket {
  binaryType: BinaryType;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  /** 0 to 1, for the jitter of the back-off. */
  readonly random: () => number;
  readonly open: () => Socket;
  readonly hello: () => Hello;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onFrame: (frame: ArrayBuffer) => void;
  readonly onServer: (server: Server) => void;
  /** Closed until `start`: the seat is another tab's, the link is dead, or this page is of another version. */
  readonly onStopped: (why: Stop) => void;
}

export type Stop = "moved" | "shut_out" | "version";

const STOPS: Readonly<Record<number, Stop>> = {
  [CLOSE_MOVED]: "moved",
  [CLOSE_SHUT_OUT]: "shut_out",
  [CLOSE_VERSION]: "version",
};
/** About a minute of tries: a restart is over by then. */
const MANY_FAILURES = 30;
/** The server asks for patience: the longest pause comes next. */
const PATIENCE: readonly number[] = [CLOSE_TOO_FAST, CLOSE_LATER];

type Phase = "stopped" | "waiting" | "greeting" | "online";

export class Connection {
  readonly #options: ConnectionOptions;
  #phase: Phase = "stopped";
  #socket: Socket | null = null;
  #failures = 0;
  #cancelTimer: Cancel = () => undefined;
  #cancelPing: Cancel = () => undefined;
  #connectedAt = 0;
  #pings = 0;
  #pingSentAt = 0;
  #answered = true;
  #rttMs: number | null = null;
  #roundTrips: readonly { readonly atMs: number; readonly rttMs: number }[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get online(): boolean {
    return this.#phase === "online";
  }

  /** Round trip to the server by our own ping, an unanswered one counting with its age; null while unknown. */
  get rttMs(): number | null {
    if (!this.online || this.#rttMs === null) return null;
    const ageMs = Math.round(this.#options.clock.now() - this.#pingSentAt);
    return this.#answered ? this.#rttMs : Math.max(this.#rttMs, ageMs);
  }

  /** The second longest of the last 40 s; null while there are not two: loss shows in single pings, one may be chance. */
  get longRttMs(): number | null {
    const now = this.#options.clock.now();
    const lately = this.#roundTrips.filter(({ atMs }) => now - atMs < TIMES.kept).map(({ rttMs }) => rttMs);
    return lately.sort((a, b) => b - a)[1] ?? null;
  }

  /** Opens the connection, also after it was stopped. */
  start(): void {
    if (this.#phase !== "stopped") return;
    this.#failures = 0;
    this.#connect();
  }

  /** Closes the connection and leaves it closed. */
  stop(): void {
    this.#drop();
    this.#become("stopped");
  }

  /** Closes the connection and opens it at once: both sides begin anew. */
  reopen(): void {
    if (this.#phase !== "stopped") this.#connect();
  }

  /** The network may have changed: try again at once, or make sure that the connection still lives. */
  wake(): void {
    const now = this.#options.clock.now();
    const stuck = this.#phase === "greeting" && now - this.#connectedAt >= TIMES.stuck;
    if (this.#phase === "waiting" || stuck) {
      this.#failures = 0;
      this.#connect();
    } else if (this.#phase === "online") {
      this.#ping();
      // Nothing new is learnt by waiting: what is dead on the old network is opened on the new one.
      this.#expect(this.#patienceMs(), () => this.#connect());
    }
  }

  /** Asks the server for a sign of life soon, to know whose line is in trouble. */
  probe(): void {
    const due = this.#options.clock.now() - this.#pingSentAt >= TIMES.probe;
    if (this.online && this.#answered && due) this.#ping();
  }

  /** Hands a message to the socket; false when there is none to hand it to. */
  send(message: ClientMessage): boolean {
    return this.#send(JSON.stringify(message));
  }

  sendFrame(frame: Uint8Array<ArrayBuffer>): boolean {
    return frame.byteLength <= MAX_FRAME_BYTES && this.#send(frame);
  }

  #send(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#phase !== "online" || !this.#socket) return false;
    this.#socket.send(data);
    return true;
  }

  #connect(): void {
    this.#drop();
    this.#become("greeting");
    this.#connectedAt = this.#options.clock.now();
    const socket = this.#options.open();
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify(this.#options.hello()));
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#closed(code);
    this.#expect(TIMES.greeting);
  }

  #receive(data: unknown): void {
    if (this.#phase === "online") this.#expect(TIMES.dead);
    if (data instanceof ArrayBuffer) this.#options.onFrame(data);
    else if (typeof data === "string") this.#onText(data);
  }

  #onText(text: string): void {
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "welcome") this.#welcomed();
    if (message.type === "pong") this.#onPong(message.n);
    else this.#options.onMessage(message);
  }

  #welcomed(): void {
    this.#failures = 0;
    this.#answered = true;
    this.#become("online");
    this.#expect(TIMES.dead);
    this.#ping();
  }

  #ping(): void {
    this.#cancelPing();
    this.#cancelPing = this.#options.clock.after(PING_EVERY_MS, () => this.#ping());
    // The age of the oldest unanswered one counts, not that of the newest.
    if (this.#answered) this.#pingSentAt = this.#options.clock.now();
    this.#answered = false;
    this.send({ type: "ping", n: ++this.#pings });
  }

  #onPong(n: number): void {
    if (n !== this.#pings) return;
    this.#answered = true;
    const atMs = this.#options.clock.now();
    this.#rttMs = Math.round(atMs - this.#pingSentAt);
    const lately = this.#roundTrips.filter((each) => atMs - each.atMs < TIMES.kept);
    this.#roundTrips = [...lately, { atMs, rttMs: this.#rttMs }];
  }

  /** How long an answer may take where none is likely: a restart of the call may wait for a connection that lives. */
  #patienceMs(): number {
    const { least, most, roundTrips } = TIMES.deadAfterWake;
    return Math.min(most, Math.max(least, roundTrips * (this.#rttMs ?? most)));
  }

  /** Something must arrive within `ms`, or the connection counts as dead. */
  #expect(ms: number, otherwise = () => this.#lost()): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(ms, otherwise);
  }

  #closed(code: number): void {
    const stop = STOPS[code];
    if (stop) {
      this.stop();
      this.#options.onStopped(stop);
      return;
    }
    if (PATIENCE.includes(code)) this.#failures = MANY_FAILURES;
    this.#lost();
  }

  #lost(): void {
    this.#drop();
    this.#become("waiting");
    this.#cancelTimer = this.#options.clock.after(this.#retryMs(), () => this.#connect());
    this.#failures += 1;
  }

  /** Doubled each time up to the longest, half of it by chance: a restarted server meets its clients one by one. */
  #retryMs(): number {
    const longest = this.#failures < MANY_FAILURES ? TIMES.longRetry : TIMES.longestRetry;
    const pause = Math.min(longest, TIMES.firstRetry * 2 ** Math.min(this.#failures, 16));
    return pause * (0.5 + this.#options.random() / 2);
  }

  #drop(): void {
    this.#cancelTimer();
    this.#cancelPing();
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #become(phase: Phase): void {
    const before = this.online;
    this.#phase = phase;
    if (before !== this.online) this.#options.onServer(this.online ? "online" : "offline");
  }
}
