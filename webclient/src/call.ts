/**
 * One RTCPeerConnection to one tab of the peer's: its transceivers, its tracks, its restarts.
 *
 * Not here: negotiation (`negotiation.ts`), what is measured (`stats.ts`) and sent at which rung (`rungs.ts`). When
 * the peer's tab changes, a new `Call` is made and the old one closed.
 */

import { type Cancel, type Clock, every } from "./clock";
import { preferSpeech } from "./codecs";
import type { SetCopies } from "./copies";
import { type Agreement, Negotiation, type Signal } from "./negotiation";
import type { PeerFrame } from "./peerframes";
import { PeerLink } from "./peerlink";
import type { Report } from "./report";
import { Restarts } from "./restarts";
import { readStats, statsOf } from "./stats";

/** Milliseconds between two looks at whether the peer is still heard. */
const LOOK_MS = 250;
/** Speech comes in 50 packets a second: nothing for so long is an outage, also at 50 % loss. */
export const SILENT_MS = 500;
/** So many looks in a row must find silence, and none of them late: a busy machine hears late itself. */
const SILENT_LOOKS = 2;
/** The same while the peer has no microphone and only its reports come, some of which get lost. */
export const SILENT_WITHOUT_SPEECH_MS = 2_000;
/** Setting up takes so long at most on a line that works at all. */
export const SETUP_MS = 5_000;
/** What waits for a way to the peer: an offer or answer and its candidates. */
const SIGNALS_KEPT = 64;

export interface Tracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

export interface CallOptions {
  readonly createPeerConnection: (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly createStream: (tracks: MediaStreamTrack[]) => MediaStream;
  /** What the browser can receive speech in. */
  readonly speechCodecs: readonly RTCRtpCodec[];
  /** Lets more copies of speech be sent by a sender that has sent nothing yet; null where it cannot be done. */
  readonly copySpeech: (sender: RTCRtpSender) => SetCopies | null;
  readonly clock: Clock;
  /** What to take from a W3C timestamp to get the clock's time: performance.timeOrigin. */
  readonly timeOrigin: number;
  readonly polite: boolean;
  readonly iceServers: readonly RTCIceServer[];
  readonly transportPolicy: RTCIceTransportPolicy;
  readonly tracks: Tracks;
  /** Sends through the server; false when it is away. */
  readonly signal: (signal: Signal) => boolean;
  readonly onFrame: (frame: PeerFrame) => void;
  readonly onReport: (report: Report) => void;
  readonly onStream: (stream: MediaStream) => void;
  /** Something was heard after silence, or nothing for too long: `since` is when the silence began, by the clock. */
  readonly onHeard: (heard: boolean, since: number) => void;
  /** The data channel has opened. */
  readonly onOpen: () => void;
  /** The peer's side was closed in order, or the peer said that it left. */
  readonly onGone: () => void;
  /** ICE was restarted `count` times without the peer being heard. */
  readonly onRestart: (count: number) => void;
}

export class Call {
  readonly pc: RTCPeerConnection;
  readonly link: PeerLink;
  readonly #options: CallOptions;
  readonly #negotiation: Negotiation;
  readonly #restarts = new Restarts();
  readonly #cancelLook: Cancel;
  /**
   * Two, for the peer's browser lets tracks of one stream wait for each other (RFC 8830): where packets of the picture are
   * sent again and again it would make speech wait for it, for a second and more.
   */
  readonly #speech: MediaStream;
  readonly #picture: MediaStream;
  #audio: RTCRtpTransceiver | null = null;
  #video: RTCRtpTransceiver | null = null;
  #setCopies: SetCopies | null = null;
  #tracks: Tracks;
  #unsent: Signal[] = [];
  #heardAt: number | null = null;
  #speechAt = Number.NEGATIVE_INFINITY;
  #heard = false;
  #lookedAt: number;
  #silentLooks = 0;
  readonly #createdAt: number;

  constructor(options: CallOptions) {
    this.#options = options;
    this.#createdAt = this.#lookedAt = options.clock.now();
    this.#tracks = options.tracks;
    this.#speech = options.createStream([]);
    this.#picture = options.createStream([]);
    this.pc = options.createPeerConnection(configuration(options.iceServers, options.transportPolicy));
    this.#negotiation = new Negotiation({
      pc: this.pc,
      clock: options.clock,
      polite: options.polite,
      send: (signal) => this.#send(signal),
      onOffered: () => this.#adoptTransceivers(),
      onPeerRestart: () => this.#restarts.peerDid(options.clock.now()),
    });
    if (!options.polite) this.#addTransceivers();
    this.link = new PeerLink({
      pc: this.pc,
      clock: options.clock,
      onFrame: (frame) => this.#onFrame(frame),
      onReport: options.onReport,
      onOpen: () => this.#opened(),
      onClose: options.onGone,
    });
    this.pc.onconnectionstatechange = () => {
      if (this.pc.connectionState === "failed") this.#restartAtOnce();
    };
    this.#cancelLook = every(options.clock, LOOK_MS, () => this.look());
  }

  get audioSender(): RTCRtpSender | null {
    return this.#audio?.sender ?? null;
  }

  get videoSender(): RTCRtpSender | null {
    return this.#video?.sender ?? null;
  }

  /** How long nothing has come from the peer; null while a connection is still being set up. */
  silenceMs(atMs: number): number | null {
    const silentMs = Math.round(atMs - (this.#heardAt ?? this.#createdAt + SETUP_MS));
    return this.#heardAt === null && silentMs < 0 ? null : Math.max(0, silentMs);
  }

  /** The peer is heard: media, reports or messages arrive. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Over the data channel; false when it is closed or full, or while nothing is heard of the peer. */
  send(frame: PeerFrame): boolean {
    return !this.#silent() && this.link.send(frame);
  }

  receive(signal: Signal): Promise<void> {
    return this.#negotiation.receive(signal);
  }

  /** The server is back: what could not be sent goes now. */
  signallingOpened(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const signal of unsent) this.#send(signal);
    this.#negotiation.resend();
  }

  /** The network changed: new ways are looked for at once, the old ones stay in use until then. */
  networkChanged(): void {
    if (this.pc.remoteDescription) this.#restartAtOnce();
  }

  /** Takes effect with the next restart of ICE. */
  configure(iceServers: readonly RTCIceServer[], policy: RTCIceTransportPolicy): void {
    this.pc.setConfiguration(configuration(iceServers, policy));
  }

  /** Puts other tracks into the senders, without negotiation. */
  async setTracks(tracks: Tracks): Promise<void> {
    this.#tracks = tracks;
    await Promise.all([replace(this.#audio, tracks.audio), replace(this.#video, tracks.video)]);
  }

  /** Each packet of speech carries `copies` older ones' sound too, if it carries any (`Packing.red`). */
  copySpeech(copies: number): void {
    this.#setCopies?.(copies);
  }

  agree(agreement: Agreement): Promise<void> {
    return this.#negotiation.agree(agreement);
  }

  dropUnplayedSpeech(): Promise<void> {
    return this.#negotiation.dropUnplayedSpeech();
  }

  /** What is heard of the peer waits `ms` at least before it is played; null leaves it to the browser. */
  letSpeechWait(ms: number | null): void {
    const receiver = this.#audio?.receiver as { jitterBufferTarget?: number | null } | undefined;
    if (receiver && receiver.jitterBufferTarget !== ms) receiver.jitterBufferTarget = ms;
  }

  /** Drops video that is queued or asked for again; only where that has been tried: libwebrtc, known by its RED. */
  async dropQueuedVideo(): Promise<void> {
    if (this.#redundant) await this.#negotiation.dropQueuedVideo();
  }

  get #redundant(): boolean {
    return this.#options.speechCodecs.some(({ mimeType }) => mimeType.toLowerCase() === "audio/red");
  }

  /** The measuring saw packets arrive up to `at`, by the clock. */
  noteArrival(at: number): void {
    this.#heardAt = Math.max(this.#heardAt ?? at, at);
  }

  /** Compares when something came last with now, and restarts ICE when it is due. */
  look(): void {
    const now = this.#options.clock.now();
    this.#noteSpeech(now);
    if (this.link.heardAt !== null) this.noteArrival(this.link.heardAt);
    const late = now - this.#lookedAt > 2 * LOOK_MS;
    this.#lookedAt = now;
    const heardAt = this.#heardAt;
    const silent = heardAt !== null && now - heardAt >= this.#patienceMs(heardAt);
    this.#silentLooks = silent && !late ? this.#silentLooks + 1 : 0;
    if (heardAt !== null && !silent) this.#setHeard(true, heardAt);
    if (this.#silentLooks >= SILENT_LOOKS && this.#heard) {
      // Rejected when the call is closed meanwhile.
      this.#makeSure().catch((error: unknown) => console.debug("call:", error));
    }
    if (!late && this.#restarts.due(now, now - (heardAt ?? this.#createdAt + SETUP_MS))) this.#restart();
  }

  /** What was played says silence: what was received has the last word. */
  async #makeSure(): Promise<void> {
    const { idleMs } = readStats(statsOf(await this.pc.getStats()), 0);
    if (this.pc.signalingState === "closed") return;
    const now = this.#options.clock.now();
    if (idleMs !== null) this.noteArrival(now - idleMs);
    const heardAt = this.#heardAt ?? now;
    if (now - heardAt >= this.#patienceMs(heardAt)) this.#setHeard(false, heardAt);
  }

  close(): void {
    this.#cancelLook();
    this.#negotiation.close();
    this.link.close();
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  #addTransceivers(): void {
    this.#audio = this.pc.addTransceiver("audio", {
      direction: "sendrecv",
      streams: [this.#speech],
      sendEncodings: [{ priority: "high", networkPriority: "high" }],
    });
    this.#video = this.pc.addTransceiver("video", {
      direction: "sendrecv",
      streams: [this.#picture],
      sendEncodings: [{ priority: "low", networkPriority: "low" }],
    });
    void this.#equip();
  }

  /** The answerer's transceivers are those of the offer. */
  async #adoptTransceivers(): Promise<void> {
    const transceivers = this.pc.getTransceivers();
    this.#audio = transceivers.find(({ receiver }) => receiver.track.kind === "audio") ?? null;
    this.#video = transceivers.find(({ receiver }) => receiver.track.kind === "video") ?? null;
    for (const transceiver of [this.#audio, this.#video]) {
      if (transceiver) transceiver.direction = "sendrecv";
    }
    this.#audio?.sender.setStreams?.(this.#speech);
    this.#video?.sender.setStreams?.(this.#picture);
    await this.#equip();
    await Promise.all([prioritise(this.#audio, "high"), prioritise(this.#video, "low")]);
  }

  async #equip(): Promise<void> {
    if (this.#audio) {
      preferSpeech(this.#audio, this.#options.speechCodecs);
      if (this.#redundant) this.#setCopies ??= this.#options.copySpeech(this.#audio.sender);
    }
    const received = [this.#audio, this.#video].flatMap((transceiver) => transceiver?.receiver.track ?? []);
    this.#options.onStream(this.#options.createStream(received));
    await this.setTracks(this.#tracks);
  }

  /** The channel would keep what is sent now, and hand it over when it is out of date. */
  #silent(): boolean {
    return (
      this.#heardAt !== null && this.#options.clock.now() - this.#heardAt >= this.#patienceMs(this.#heardAt)
    );
  }

  /** How long nothing may come before it counts as silence: less when speech was coming until then. */
  #patienceMs(heardAt: number): number {
    return heardAt - this.#speechAt < SILENT_MS ? SILENT_MS : SILENT_WITHOUT_SPEECH_MS;
  }

  /** The last packet of speech that was played: cheaper to ask for, and fresher, than statistics. */
  #noteSpeech(now: number): void {
    const source = this.#audio?.receiver.getSynchronizationSources()[0];
    if (!source) return;
    this.#speechAt = Math.min(now, source.timestamp - this.#options.timeOrigin);
    this.noteArrival(this.#speechAt);
  }

  #setHeard(heard: boolean, heardAt: number): void {
    if (heard === this.#heard) return;
    this.#heard = heard;
    if (heard) this.signallingOpened();
    this.#options.onHeard(heard, heardAt);
  }

  #restartAtOnce(): void {
    if (this.#restarts.dueAtOnce(this.#options.clock.now())) this.#restart();
  }

  #restart(): void {
    // An offer that is under way knows of the new network too: its candidates follow as they are found.
    if (this.#negotiation.restarting) this.#negotiation.resend();
    else this.pc.restartIce();
    this.#options.onRestart(this.#restarts.count);
  }

  #opened(): void {
    this.signallingOpened();
    this.#options.onOpen();
  }

  /** By the server, or over the data channel while the server is away; else kept until a way opens. */
  #send(signal: Signal): void {
    if (this.#options.signal(signal) || this.send(signal)) return;
    if (signal.type !== "candidate") this.#unsent = [];
    if (this.#unsent.length < SIGNALS_KEPT) this.#unsent.push(signal);
  }

  #onFrame(frame: PeerFrame): void {
    if (frame.type === "offer" || frame.type === "answer" || frame.type === "candidate")
      void this.receive(frame);
    else if (frame.type === "left") this.#options.onGone();
    else this.#options.onFrame(frame);
  }
}

function configuration(
  iceServers: readonly RTCIceServer[],
  iceTransportPolicy: RTCIceTransportPolicy,
): RTCConfiguration {
  return { bundlePolicy: "max-bundle", iceServers: [...iceServers], iceTransportPolicy };
}

async function replace(transceiver: RTCRtpTransceiver | null, track: MediaStreamTrack | null): Promise<void> {
  if (transceiver && transceiver.sender.track !== track) await transceiver.sender.replaceTrack(track);
}

async function prioritise(transceiver: RTCRtpTransceiver | null, priority: RTCPriorityType): Promise<void> {
  if (!transceiver) return;
  const parameters = transceiver.sender.getParameters();
  for (const encoding of parameters.encodings) {
    encoding.priority = priority;
    encoding.networkPriority = priority;
  }
  await transceiver.sender.setParameters(parameters);
}
