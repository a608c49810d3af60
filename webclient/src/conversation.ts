/**
 * The call with the peer as the room goes on: made when both are in, made anew when the peer's tab is another.
 *
 * Not here: the RTCPeerConnection itself (`call.ts`), the room (`session.ts`), the screens.
 */

import { Call, type CallOptions, type Tracks } from "./call";
import type { Clock } from "./clock";
import { Ladder } from "./ladder";
import { type Decision, type Order, type Pin, type Still, TABLE } from "./ladder-table";
import type { Look } from "./minutes";
import type { Signal } from "./negotiation";
import type { PeerFrame } from "./peerframes";
import type { Answered, Candidated, IceServer, Offered, Seat } from "./protocol.gen";
import { type Page, Quality } from "./quality";
import { signalOf } from "./signals";
import type { Link, PeerStill } from "./state";
import { StillsIn } from "./stillsin";
import { StillsOut } from "./stillsout";

/** Silence after which the call counts as lost; it is still tried. */
const LOST_MS = 30_000;
/** Restarts without a word from the peer after which only a new connection can help. */
const HOPELESS_RESTARTS = 4;

export interface ConversationOptions {
  readonly clock: Clock;
  /** Epoch milliseconds. */
  readonly epoch: () => number;
  readonly environment: Pick<
    CallOptions,
    "createPeerConnection" | "createStream" | "speechCodecs" | "copySpeech" | "timeOrigin"
  >;
  readonly signal: (to: string, signal: Signal) => boolean;
  readonly page: () => Omit<Page, "peerGone">;
  readonly tracks: () => Tracks;
  readonly transportPolicy: () => RTCIceTransportPolicy;
  readonly onLink: (link: Link, interruptedSince: number | null) => void;
  readonly onStream: (stream: MediaStream | null) => void;
  readonly onPictures: (live: boolean) => void;
  /** Takes a picture of what is being sent, as it is to be sent; null when there is none. */
  readonly grab: (still: Still) => Promise<Uint8Array | null>;
  readonly decode: (image: Blob) => Promise<PeerStill["picture"]>;
  readonly onStill: (still: PeerStill) => void;
  readonly onDecision: (decision: Decision) => void;
  readonly onLook: (look: Look) => void;
  readonly onFrame: (frame: PeerFrame) => void;
  readonly onOpen: () => void;
  readonly onTrouble: () => void;
  /** The peer closed its page, left, or has not been heard for long: the call is not `alive` any more. */
  readonly onGone: () => void;
  readonly onHopeless: () => void;
}

/** Who is where: what decides whether there is a call. */
export interface Room {
  readonly inCall: boolean;
  readonly polite: boolean;
  readonly peer: Seat;
  readonly iceServers: readonly IceServer[];
}

interface Running {
  readonly client: string;
  readonly call: Call;
  readonly quality: Quality;
  readonly stillsOut: StillsOut;
  readonly stillsIn: StillsIn;
  gone: boolean;
  lost: boolean;
}

export class Conversation {
  readonly #options: ConversationOptions;
  #ladder = new Ladder();
  #pin: Pin = "none";
  #order: Order = "speech";
  #running: Running | null = null;
  #iceServers: readonly RTCIceServer[] = [];
  #lostTimer: () => void = () => undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** There is a call, live or interrupted. */
  get running(): boolean {
    return this.#running !== null;
  }

  /** The peer is there, as far as the browsers know it from each other. */
  get alive(): boolean {
    return this.#running !== null && !this.#running.gone && !this.#running.lost;
  }

  get decision(): Decision {
    return this.#ladder.decision;
  }

  /** Makes, keeps or closes the call, as the room is now. */
  sync(room: Room): void {
    const { peer } = room;
    const client = peer.client;
    const current = this.#running?.client;
    if (!room.inCall || peer.presence === "lobby" || client === null) this.close();
    else if (client !== current) {
      this.close();
      // `away` is only the peer's way to the server: the call may live on, but none begins.
      if (peer.presence === "call") this.#start(client, room);
    }
  }

  close(): void {
    const running = this.#running;
    if (!running) return;
    this.#running = null;
    this.#lostTimer();
    running.quality.stop();
    running.stillsOut.stop();
    running.stillsIn.close();
    running.call.close();
    this.#options.onStream(null);
    this.#options.onPictures(false);
    this.#options.onLink("new", null);
  }

  /** What came through the server from the tab `sender`. */
  onSignal(message: Offered | Answered | Candidated): void {
    const running = this.#running;
    if (running?.client === message.sender) void running.call.receive(signalOf(message));
  }

  /** Past the server to the peer; false while it is not heard, or its channel is closed or full. */
  send(frame: PeerFrame): boolean {
    return this.#running?.call.send(frame) ?? false;
  }

  signallingOpened(): void {
    this.#running?.call.signallingOpened();
  }

  networkChanged(): void {
    this.#running?.call.networkChanged();
  }

  setIceServers(iceServers: readonly IceServer[]): void {
    this.#iceServers = iceServersOf(iceServers);
    this.#running?.call.configure(this.#iceServers, this.#options.transportPolicy());
  }

  /** The own tracks changed. */
  async tracksChanged(): Promise<void> {
    await this.#running?.call.setTracks(this.#options.tracks());
    await this.#running?.quality.apply();
  }

  /** The microphone was muted or unmuted: what is heard of it begins anew. */
  settle(): void {
    this.#ladder.settle(Math.round(this.#options.clock.now()));
  }

  pin(pin: Pin): void {
    this.#pin = pin;
    this.#ladder.pin(pin);
  }

  order(order: Order): void {
    this.#order = order;
    this.#ladder.order(order);
  }

  #start(client: string, room: Room): void {
    const {
      clock,
      environment,
      signal,
      tracks,
      onStream,
      onOpen,
      onDecision,
      onLook,
      onPictures,
      onTrouble,
    } = this.#options;
    this.#iceServers = iceServersOf(room.iceServers);
    const call = new Call({
      ...environment,
      clock,
      polite: room.polite,
      iceServers: this.#iceServers,
      transportPolicy: this.#options.transportPolicy(),
      tracks: tracks(),
      signal: (sent) => signal(client, sent),
      onFrame: (frame) => this.#options.onFrame(frame),
      onReport: (report) => quality.receive(report),
      onStream,
      onOpen,
      onHeard: (heard, since) => this.#onHeard(running, heard, since),
      onRestart: (count) => this.#onRestart(count),
      onGone: () => this.#onGone(running),
    });
    const { epoch, grab, decode, onStill } = this.#options;
    const stillsIn = new StillsIn({ clock, epoch, decode, onStill });
    const stillsOut = new StillsOut({ clock, grab, send: (piece) => call.link.piece(piece) });
    call.link.onPiece = (data) => stillsIn.receive(data);
    const quality = new Quality({
      call,
      clock,
      ladder: this.#freshLadder(),
      page: () => ({ ...this.#options.page(), peerGone: running.gone }),
      onDecision: (decision) => {
        stillsOut.follow(decision);
        onDecision(decision);
      },
      onLook,
      onPictures,
      onTrouble,
    });
    stillsOut.follow(this.#ladder.decision);
    const running: Running = { client, call, quality, stillsOut, stillsIn, gone: false, lost: false };
    this.#running = running;
  }

  /** A new call goes on where the last one was, and owes nothing to the last one's telephone. */
  #freshLadder(): Ladder {
    const { rung } = this.#ladder.decision;
    this.#ladder = new Ladder(TABLE, rung === "phone" ? "voice" : rung);
    this.#ladder.pin(this.#pin);
    this.#ladder.order(this.#order);
    this.settle();
    this.#options.onDecision(this.#ladder.decision);
    return this.#ladder;
  }

  #onHeard(running: Running, heard: boolean, since: number): void {
    this.#lostTimer();
    running.lost = false;
    if (heard) {
      this.settle();
      this.#options.onLink("connected", null);
      return;
    }
    const interruptedSince = this.#options.epoch() - (this.#options.clock.now() - since);
    this.#options.onLink("interrupted", interruptedSince);
    this.#lostTimer = this.#options.clock.after(LOST_MS, () => {
      running.lost = true;
      this.#options.onLink("lost", interruptedSince);
      this.#options.onGone();
    });
  }

  #onRestart(count: number): void {
    this.settle();
    if (count % HOPELESS_RESTARTS === 0 && count > 0) this.#options.onHopeless();
  }

  #onGone(running: Running): void {
    if (running !== this.#running || running.gone) return;
    running.gone = true;
    this.#options.onGone();
  }
}

function iceServersOf(iceServers: readonly IceServer[]): RTCIceServer[] {
  return iceServers.map(({ urls, ...credentials }) => ({ urls: [...urls], ...credentials }));
}
