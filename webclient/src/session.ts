/**
 * This tab's part in the session: in the lobby, in the call, gone; and what each message of the server's changes.
 *
 * Not here: the call itself (`conversation.ts`), the panels (`panels.ts`). The tab has an id of its own for every load
 * of the page: after a reload it is another, and the peer makes a new connection to it.
 */

import type { Stop } from "./connection";
import type { Conversation } from "./conversation";
import type {
  ClientMessage,
  Hello,
  IceServer,
  Role,
  Seat,
  ServerMessage,
  SessionInfo,
  Status,
  Stay,
  Welcome,
} from "./protocol.gen";
import { VERSION } from "./protocol.gen";
import type { Phase, State } from "./state";

/** What of the state the session is responsible for. */
export type Patch = Partial<
  Pick<
    State,
    | "phase"
    | "you"
    | "peer"
    | "readiness"
    | "session"
    | "clockOffsetMs"
    | "moved"
    | "elsewhere"
    | "shutOut"
    | "endedBy"
    | "callStory"
  >
>;

export interface SessionOptions {
  readonly role: Role;
  readonly newId: () => string;
  readonly zone: string;
  /** Epoch milliseconds. */
  readonly epoch: () => number;
  readonly send: (message: ClientMessage) => boolean;
  readonly status: () => Status;
  readonly noteSeq: () => number;
  readonly conversation: Pick<
    Conversation,
    "sync" | "close" | "running" | "alive" | "onSignal" | "setIceServers"
  >;
  readonly set: (patch: Patch) => void;
  /** Where relays are, before any call is made. */
  readonly onIceServers: (iceServers: readonly IceServer[]) => void;
  /** Says hello anew, which now takes the call over. */
  readonly reconnect: () => void;
  /** The tab has entered or left the call. */
  readonly onStay: (inCall: boolean) => void;
  readonly onRefused: (error: string, sentence: string) => void;
}

/** Refusals after which the server closes the connection for good: their sentence is what the screen says. */
const LAST_WORDS: ReadonlySet<string> = new Set(["link.replaced", "version.other"]);

export class Session {
  readonly #options: SessionOptions;
  #client: string;
  #stay: Stay = "lobby";
  #movedInCall = false;
  /** The seat is not this tab's: the call is in another one of the same person, or this one has left. */
  #elsewhere = false;
  #lastWords = "";
  /** The end for both is wanted, and the server has not said that it is over. Who joins anew wants it no more. */
  #endWanted = false;
  /** Told on joining; the call waits for them, since what has begun to gather without them finds no relay. */
  #iceServers: readonly IceServer[] | null = null;
  #peer: Seat | null = null;
  /** The peer as the server has it, who knows nothing of the call that is alive: it has just started. */
  #unmet: Seat | null = null;
  #info: SessionInfo | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#client = options.newId();
  }

  get inCall(): boolean {
    return this.#stay === "call";
  }

  /** The first message on each connection. */
  hello(): Hello {
    const { zone, status, noteSeq } = this.#options;
    return {
      type: "hello",
      version: VERSION,
      client: this.#client,
      noteSeq: noteSeq(),
      stay: this.#stay,
      zone,
      status: status(),
    };
  }

  /** Enters the call; the server hears of it now, or at the next hello. */
  join(): void {
    this.#become("call");
    if (this.#elsewhere) this.#options.reconnect();
    else this.#options.send({ type: "join", status: this.#options.status() });
  }

  leave(): void {
    this.#options.send({ type: "leave" });
    this.#become("left");
  }

  /**
   * While the server is away this tab leaves, and the end follows when it is back. A connection may be dead without
   * anybody knowing: until the server has said that the session is over, it is told again on each new one.
   */
  endForBoth(): void {
    this.#endWanted = true;
    if (!this.#options.send({ type: "end" })) this.leave();
  }

  /** Takes another id, so that the peer makes a new connection: the last resort when restarts do not help. */
  renew(): void {
    this.#options.conversation.close();
    this.#client = this.#options.newId();
  }

  /** The connection was closed for good. */
  stopped(why: Stop): void {
    this.#movedInCall = this.inCall;
    this.#become("lobby");
    this.#options.set(why === "moved" ? { moved: true } : { shutOut: this.#lastWords });
  }

  /** Takes the seat back from the other tab, and the call if it was here. */
  takeBack(): void {
    if (this.#movedInCall) this.#become("call");
  }

  onMessage(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#onWelcome(message);
        break;
      case "peer_changed":
        this.#onPeer(message.peer);
        break;
      case "readiness_changed":
        this.#options.set({ readiness: message.readiness });
        break;
      case "session_changed":
        this.#onInfo(message.session);
        break;
      case "ended":
        this.#onEnded(message.by);
        break;
      case "call_told":
        this.#options.set({ callStory: message.sentence });
        break;
      case "offered":
      case "answered":
      case "candidated":
        this.#options.conversation.onSignal(message);
        break;
      case "ice_servers":
        this.#takeIceServers(message.iceServers);
        this.#options.conversation.setIceServers(message.iceServers);
        this.#refresh();
        break;
      case "refused":
        this.#onRefused(message.error, message.sentence);
        break;
      default:
    }
  }

  /** The peer left, as far as the browsers know it from each other. */
  peerGone(): void {
    if (this.#unmet) this.#onPeer(this.#unmet);
    else this.#refresh();
  }

  #onWelcome(welcome: Welcome): void {
    this.#elsewhere = welcome.you.client !== this.#client;
    if (welcome.you.presence === "call" && !this.#elsewhere) this.#takeIceServers(welcome.iceServers);
    else this.#options.onIceServers(welcome.iceServers);
    this.#peer = this.#known(welcome.peer);
    this.#info = welcome.session;
    this.#options.set({
      you: welcome.you,
      peer: this.#peer,
      readiness: welcome.readiness,
      session: welcome.session,
      clockOffsetMs: welcome.now - this.#options.epoch(),
      moved: false,
      elsewhere: this.#elsewhere,
    });
    if (welcome.session.state === "ended") this.#become("lobby");
    else {
      this.#catchUp(welcome.you);
      this.#refresh();
    }
  }

  /** What was pressed since the hello, or was said to a connection that was dead, is said now. */
  #catchUp(you: Seat): void {
    if (this.inCall && (this.#elsewhere || you.presence === "lobby")) this.join();
    else if (this.#stay === "left" && !this.#elsewhere) this.#options.send({ type: "leave" });
    if (this.#endWanted) this.endForBoth();
  }

  #takeIceServers(iceServers: readonly IceServer[]): void {
    this.#iceServers = iceServers;
    this.#options.onIceServers(iceServers);
  }

  /** The server's word on the peer, unless it knows nothing of its call: nobody yet, or another tab in the lobby. */
  #known(peer: Seat): Seat {
    const before = this.#peer;
    const other = peer.presence === "lobby" && peer.client !== before?.client;
    const unmet = other || (peer.presence === "away" && peer.client === null);
    const goesOn = unmet && before !== null && this.#options.conversation.alive;
    this.#unmet = goesOn ? peer : null;
    return goesOn ? { ...peer, presence: "away", client: before.client, status: before.status } : peer;
  }

  #onPeer(told: Seat): void {
    this.#unmet = null;
    this.#peer = told.presence === "lobby" ? this.#known(told) : told;
    this.#options.set({ peer: this.#peer });
    this.#refresh();
  }

  #onInfo(session: SessionInfo): void {
    this.#info = session;
    this.#options.set({ session });
    if (session.state === "ended") this.#become("lobby");
    else this.#refresh();
  }

  #onEnded(by: Role | null): void {
    this.#options.set({ endedBy: by });
    if (this.#info) this.#onInfo({ ...this.#info, state: "ended" });
  }

  #onRefused(error: string, sentence: string): void {
    if (LAST_WORDS.has(error)) this.#lastWords = sentence;
    else {
      if (error === "session.not_open") this.#endWanted = false;
      if (error === "session.early" || error === "session.ended") this.#become("lobby");
      this.#options.onRefused(error, sentence);
    }
  }

  #become(stay: Stay): void {
    const before = this.inCall;
    this.#stay = stay;
    if (stay !== "left") this.#endWanted = false;
    if (!this.inCall) this.#iceServers = null;
    if (before !== this.inCall) this.#options.onStay(this.inCall);
    this.#refresh();
  }

  /** Brings the call and the phase in line with who is where. */
  #refresh(): void {
    const { conversation, role, set } = this.#options;
    if (this.#peer) {
      const inCall = this.inCall && this.#iceServers !== null && this.#info?.state === "open";
      conversation.sync({
        inCall,
        polite: role === "mentee",
        peer: this.#peer,
        iceServers: this.#iceServers ?? [],
      });
    }
    set({ phase: this.#phase() });
  }

  #phase(): Phase {
    if (this.#info?.state === "ended" || this.#stay === "left") return "ended";
    if (this.#stay === "lobby") return "lobby";
    return this.#options.conversation.running || this.#peer?.presence === "call" ? "call" : "waiting";
  }
}
