/**
 * The connection of one check: one's voice there and back, and packets on a data channel.
 *
 * Not here: what the packets say (`record.ts`). The browser offers once, with all its candidates, for the server's
 * side has no trickling and no ICE restart.
 */

import type { IceServer } from "../protocol.gen";
import { candidateKinds } from "./ways";

const GATHER_MS = 1_500;
const OPEN_MS = 8_000;

/** Sends the offer and gives the answer. */
export type Ask = (sdp: string) => Promise<string>;

export class Link {
  readonly channel: RTCDataChannel;
  /** The own voice, as it comes back. */
  readonly echo = new MediaStream();
  readonly #pc: RTCPeerConnection;
  readonly #sender: RTCRtpSender;

  constructor(iceServers: readonly IceServer[], voice: MediaStreamTrack | null) {
    this.#pc = new RTCPeerConnection({
      iceServers: iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
      bundlePolicy: "max-bundle",
    });
    const { sender, receiver } = this.#pc.addTransceiver(voice ?? "audio", { direction: "sendrecv" });
    this.#sender = sender;
    this.echo.addTrack(receiver.track);
    this.channel = this.#pc.createDataChannel("check", { ordered: false, maxRetransmits: 0 });
    this.channel.binaryType = "arraybuffer";
  }

  /** Resolves whether the channel has opened in time. Throws what `ask` throws. */
  async open(ask: Ask): Promise<boolean> {
    await this.#pc.setLocalDescription();
    await this.#gathered();
    const sdp = await ask(this.#pc.localDescription?.sdp ?? "");
    const open = this.#opened();
    await this.#pc.setRemoteDescription({ type: "answer", sdp });
    return await open;
  }

  /** Silence from now on, so that packets have the line to themselves. */
  async hush(): Promise<void> {
    await this.#sender.replaceTrack(null);
  }

  /** How the packets travel: the kind of the own candidate and the protocol, no addresses. */
  async way(): Promise<string> {
    const stats = [...(await this.#pc.getStats()).values()] as Record<string, unknown>[];
    const pair = stats.find((each) => each["type"] === "candidate-pair" && each["nominated"] === true);
    const local = stats.find((each) => each["id"] === pair?.["localCandidateId"]);
    if (!local) return "none";
    return `${local["candidateType"]} ${local["relayProtocol"] ?? local["protocol"]}`;
  }

  /** A round trip of the connectivity checks, milliseconds, if there was one. */
  async rttMs(): Promise<number | null> {
    const stats = [...(await this.#pc.getStats()).values()] as Record<string, unknown>[];
    const pair = stats.find((each) => each["type"] === "candidate-pair" && each["nominated"] === true);
    const rttS = pair?.["currentRoundTripTime"];
    return typeof rttS === "number" ? rttS * 1000 : null;
  }

  /** Kinds of the own candidates. */
  get candidates(): readonly string[] {
    return candidateKinds(this.#pc.localDescription?.sdp ?? "");
  }

  close(): void {
    this.#pc.close();
  }

  #gathered(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        if (this.#pc.iceGatheringState === "complete") resolve();
      };
      this.#pc.addEventListener("icegatheringstatechange", done);
      setTimeout(resolve, GATHER_MS);
      done();
    });
  }

  #opened(): Promise<boolean> {
    return new Promise((resolve) => {
      this.channel.addEventListener("open", () => resolve(true));
      this.channel.addEventListener("close", () => resolve(false));
      this.#pc.addEventListener("connectionstatechange", () => {
        if (this.#pc.connectionState === "failed") resolve(false);
      });
      setTimeout(() => resolve(false), OPEN_MS);
    });
  }
}
