/**
 * Perfect negotiation (W3C WebRTC section 10.7): offers, answers and candidates of one RTCPeerConnection.
 *
 * Not here: by which way they travel and when to restart (`call.ts`).
 */

import type { Cancel, Clock } from "./clock";
import {
  asAnswer,
  directionOf,
  iceGeneration,
  limitVideo,
  notReceiving,
  type Packing,
  tuneSpeech,
  withDirection,
} from "./sdp";

/** An unanswered offer is sent again: it, or its answer, was lost with the server's connection. Milliseconds. */
const ANSWER_MS = 4_000;
/** The same after an offer of the peer's that must give way: ours is on its way, or was lost with the peer's old way. */
const CROSSING_MS = 300;

export type Signal =
  | { readonly type: "offer"; readonly sdp: string }
  | { readonly type: "answer"; readonly sdp: string }
  | { readonly type: "candidate"; readonly candidate: RTCIceCandidateInit };

export interface NegotiationOptions {
  readonly pc: RTCPeerConnection;
  readonly clock: Clock;
  /** The polite peer gives way when both offer at once, and leaves the first offer to the other. */
  readonly polite: boolean;
  readonly send: (signal: Signal) => void;
  /** The peer's first offer has been applied: the moment for the answerer to attach its tracks. */
  readonly onOffered: () => Promise<void>;
  /** The peer's offer restarts ICE. */
  readonly onPeerRestart: () => void;
}

/** What is agreed with ourselves alone, beside what both have agreed. */
export interface Agreement {
  readonly packing: Packing;
  /** Video may be sent. While it may not, none is padded, asked for again or probed with either. */
  readonly video: boolean;
  /** Of video at most so much, kbit/s, whatever the browser believes of the line; null for no limit. */
  readonly mostKbps: number | null;
}

export class Negotiation {
  readonly #options: NegotiationOptions;
  readonly #pc: RTCPeerConnection;
  /** Candidates that came before their description. */
  readonly #early: RTCIceCandidateInit[] = [];
  #offering = false;
  #answerPending = false;
  #ignored = false;
  #wanted: Agreement = { packing: { red: true, packetMs: 20 }, video: true, mostKbps: null };
  /** What the description applied last says. */
  #applied = this.#wanted;
  /** What the peer does with video, by its own words: what we answer in its name may say less. */
  #theirVideo: RTCRtpTransceiverDirection = "sendrecv";
  #cancelResend: Cancel = () => undefined;
  /** Answering ourselves: the browser's wish to negotiate is our own doing, and comes again if it was not. */
  #alone = false;
  /** A negotiation with the peer is due, and the browser's wish for it may have gone unheard meanwhile. */
  #owed = false;
  /** What must not overlap happens one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: NegotiationOptions) {
    this.#options = options;
    this.#pc = options.pc;
    this.#pc.onnegotiationneeded = () => void this.#offer();
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate) options.send({ type: "candidate", candidate: candidate.toJSON() });
    };
  }

  close(): void {
    this.#cancelResend();
    this.#pc.onnegotiationneeded = this.#pc.onicecandidate = null;
  }

  /** A restart of ours waits for the peer's answer. */
  get restarting(): boolean {
    const { localDescription, currentLocalDescription, signalingState } = this.#pc;
    if (signalingState !== "have-local-offer" || !localDescription || !currentLocalDescription) return false;
    return iceGeneration(localDescription.sdp) !== iceGeneration(currentLocalDescription.sdp);
  }

  /** A way to the peer is open again: an offer that may have been lost is sent once more. */
  resend(): void {
    const description = this.#pc.localDescription;
    if (this.#pc.signalingState !== "have-local-offer" || !description) return;
    this.#options.send({ type: "offer", sdp: description.sdp });
    this.#awaitAnswer();
  }

  /** Takes what the peer sent. Never rejects: what a peer sends may be nonsense. */
  async receive(signal: Signal): Promise<void> {
    try {
      if (signal.type === "candidate") await this.#onCandidate(signal.candidate);
      else await this.#onDescription(signal);
    } catch (error) {
      console.debug("negotiation:", error);
    }
  }

  /**
   * Packs speech so, and lets video be sent or not, without asking the peer: offers what is agreed already and answers
   * in the peer's name, with the order of its payload types, its packet time or its wish for video changed. Takes 1 to
   * 2 ms. No packet is lost; going back from longer packets to shorter ones costs the listener some 50 ms (Chromium 150,
   * measured).
   *
   * Video that is merely paused goes on costing: Chromium fills pauses with probes of the line and repeats what is asked
   * for (150, measured: bursts of 200 kbit/s every other second on a line of 30). Taken out of what is agreed, it costs
   * nothing. Its SSRC and sequence numbers are kept, and the peer hears nothing of it: what goes over the wire always
   * has video in it.
   *
   * `RTCRtpSender.setParameters` cannot do it: Chromium refuses `audio/red` as `encodings[].codec`, and with
   * `audio/opus` there it still goes by the order in the description.
   */
  async agree(wanted: Agreement): Promise<void> {
    this.#wanted = wanted;
    await this.#inTurn(async () => {
      if (this.#outdated) await this.#agreeAlone(this.#wanted.video);
    });
  }

  /**
   * Drops the video that waits to be sent, or to be sent again when the peer asks for what was lost.
   *
   * After a fall in bandwidth there are seconds of it (Chromium 156, measured: 100 to 290 kbit/s of repetition for more
   * than 10 s on a line of 60), and it stands in front of speech. Only taking the sender of video down empties its
   * memory: it is taken out of what is agreed and put back, without a word to the peer. Its SSRC and its sequence
   * numbers go on.
   */
  async dropQueuedVideo(): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#applied.video) return;
      await this.#agreeAlone(false);
      await this.#agreeAlone(true);
    });
  }

  /**
   * Empties the buffer of speech that waits to be played, and what the buffer has learnt of delays: our receiving is taken
   * out of what is agreed and put back. What was in the buffer is not heard.
   */
  async dropUnplayedSpeech(): Promise<void> {
    await this.#inTurn(async () => {
      const audio = this.#transceiver("audio");
      const theirs = this.#theirAnswer();
      if (!theirs || audio?.direction !== "sendrecv") return;
      const { video } = this.#applied;
      try {
        audio.direction = "sendonly";
        await this.#answerOurselves(withDirection(theirs, "audio", "recvonly"), video);
      } finally {
        audio.direction = "sendrecv";
        await this.#answerOurselves(theirs, video);
      }
    });
  }

  async #agreeAlone(video: boolean): Promise<void> {
    const transceiver = this.#transceiver("video");
    const theirs = this.#theirAnswer();
    if (!theirs) return;
    if (transceiver) transceiver.direction = video ? "sendrecv" : "recvonly";
    try {
      const direction = video ? this.#theirVideo : notReceiving(this.#theirVideo);
      await this.#answerOurselves(withDirection(theirs, "video", direction), video);
    } finally {
      // Not agreed: what is said next over the wire has it as it was.
      if (transceiver) transceiver.direction = this.#applied.video ? "sendrecv" : "recvonly";
    }
  }

  /** What goes over the wire always has our video in it. */
  #restoreVideo(): void {
    const video = this.#transceiver("video");
    if (video?.direction === "recvonly") video.direction = "sendrecv";
  }

  #transceiver(kind: "audio" | "video"): RTCRtpTransceiver | undefined {
    return this.#pc.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
  }

  async #offer(): Promise<void> {
    if (this.#alone || (this.#options.polite && !this.#pc.remoteDescription)) return;
    await this.#last;
    // Otherwise the browser asks again when it has become stable.
    if (this.#pc.signalingState !== "stable") return;
    try {
      this.#offering = true;
      this.#restoreVideo();
      await this.#pc.setLocalDescription();
      this.#sendLocal();
    } catch (error) {
      // Rolled back meanwhile, or closed: the next negotiationneeded tries again.
      console.debug("negotiation:", error);
    } finally {
      this.#offering = false;
    }
  }

  async #onDescription(description: RTCSessionDescriptionInit & { readonly sdp: string }): Promise<void> {
    await this.#last;
    const offer = description.type === "offer";
    if (!offer && this.#pc.signalingState !== "have-local-offer") return;
    const stable = !this.#offering && (this.#pc.signalingState === "stable" || this.#answerPending);
    this.#ignored = offer && !stable && !this.#options.polite;
    if (this.#ignored) {
      this.#awaitAnswer(CROSSING_MS);
      return;
    }
    const before = this.#pc.remoteDescription;
    this.#answerPending = !offer;
    this.#theirVideo = directionOf(description.sdp, "video");
    try {
      await this.#applyRemote(description.type, description.sdp, true);
    } finally {
      this.#answerPending = false;
    }
    if (offer) {
      if (!before) await this.#options.onOffered();
      else if (iceGeneration(before.sdp) !== iceGeneration(description.sdp)) this.#options.onPeerRestart();
      this.#restoreVideo();
      await this.#pc.setLocalDescription();
      this.#sendLocal();
    } else this.#cancelResend();
    await this.#addEarly();
    if (this.#outdated) await this.agree(this.#wanted);
  }

  async #applyRemote(type: RTCSdpType, sdp: string, video: boolean): Promise<void> {
    const { packing, mostKbps } = this.#wanted;
    await this.#pc.setRemoteDescription({ type, sdp: limitVideo(tuneSpeech(sdp, packing), mostKbps) });
    this.#applied = { packing, video, mostKbps };
  }

  get #outdated(): boolean {
    return JSON.stringify(this.#applied) !== JSON.stringify(this.#wanted);
  }

  async #onCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (!this.#pc.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch (error) {
      if (!this.#ignored) throw error;
    }
  }

  async #addEarly(): Promise<void> {
    for (const candidate of this.#early.splice(0)) await this.#onCandidate(candidate);
  }

  #sendLocal(): void {
    const description = this.#pc.localDescription;
    if (!description) return;
    if (description.type === "offer") this.#awaitAnswer();
    if (description.type === "offer" || description.type === "answer") {
      this.#options.send({ type: description.type, sdp: description.sdp });
    }
  }

  #awaitAnswer(ms = ANSWER_MS): void {
    this.#cancelResend();
    this.#cancelResend = this.#options.clock.after(ms, () => this.resend());
  }

  /** What the peer agreed to, as an answer; null before it has. */
  #theirAnswer(): string | null {
    const remote = this.#pc.remoteDescription;
    const local = this.#pc.currentLocalDescription;
    return remote && local ? asAnswer(remote.sdp, local.sdp) : null;
  }

  /** Offers what is agreed already and answers with `theirs`, in the peer's name. */
  async #answerOurselves(theirs: string, video: boolean): Promise<void> {
    const local = this.#pc.currentLocalDescription;
    if (this.#pc.signalingState !== "stable" || this.#offering || !local) return;
    const offer = await this.#pc.createOffer();
    if (iceGeneration(offer.sdp ?? "") !== iceGeneration(local.sdp)) {
      // A restart is due: its own negotiation carries the change. The browser asks for it once and never again.
      this.#owed = true;
      return;
    }
    await this.#pc.setLocalDescription(offer);
    try {
      await this.#applyRemote("answer", theirs, video);
    } catch (error) {
      await this.#pc.setLocalDescription({ type: "rollback" });
      throw error;
    }
  }

  async #inTurn(step: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(() => this.#stepAlone(step));
    this.#last = mine;
    await mine;
  }

  async #stepAlone(step: () => Promise<void>): Promise<void> {
    this.#alone = true;
    try {
      await step();
    } catch (error) {
      console.debug("negotiation:", error);
      this.#owed = true;
    } finally {
      this.#alone = false;
    }
    // What was left half done is put right with the peer; not waited for, for it waits for this turn to end.
    if (this.#owed) void this.#offer();
    this.#owed = false;
  }
}
