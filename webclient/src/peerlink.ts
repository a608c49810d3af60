/**
 * The data channels between the browsers: reports and still pictures that may be lost, messages that may not.
 *
 * Not here: what is said on them (`report.ts`, `stillpieces.ts`, `peerframes.ts`). Both sides open the channels by agreed ids, so they need no
 * negotiation of their own.
 */

import type { Clock } from "./clock";
import { type PeerFrame, parsePeerFrame } from "./peerframes";
import { decodeReport, encodeReport, type Report } from "./report";

export const CHANNELS = {
  /** Lost reports are worthless later: neither ordered nor repeated. */
  reports: { negotiated: true, id: 1, ordered: false, maxRetransmits: 0 },
  messages: { negotiated: true, id: 2 },
  /** A whole picture needs all of its pieces: repeated twice, 10 % of loss cost one picture in 40 and not all of them. */
  stills: { negotiated: true, id: 3, ordered: false, maxRetransmits: 2 },
} as const satisfies Record<string, RTCDataChannelInit>;

/** A browser sends some 10 frames a second at most; a flood beyond this is not read. */
const FRAMES_A_SECOND = 100;
/** Messages wait for an unwell line in the page, not in the browser's buffer. Bytes. */
const BUFFER_LIMIT = 64 * 1_024;

export interface PeerLinkOptions {
  readonly pc: RTCPeerConnection;
  readonly clock: Clock;
  readonly onFrame: (frame: PeerFrame) => void;
  readonly onReport: (report: Report) => void;
  readonly onOpen: () => void;
  /** The other side closed the channels; a broken line does not. */
  readonly onClose: () => void;
}

export class PeerLink {
  readonly #options: PeerLinkOptions;
  readonly #reports: RTCDataChannel;
  readonly #messages: RTCDataChannel;
  readonly #stills: RTCDataChannel;
  /** A piece of a still picture, or what the peer sent for one. */
  onPiece: (data: unknown) => void = () => undefined;
  #heardAt: number | null = null;
  #lastReport = -1;
  #second = 0;
  #framesThisSecond = 0;

  constructor(options: PeerLinkOptions) {
    this.#options = options;
    this.#reports = options.pc.createDataChannel("reports", CHANNELS.reports);
    this.#messages = options.pc.createDataChannel("messages", CHANNELS.messages);
    this.#stills = options.pc.createDataChannel("stills", CHANNELS.stills);
    this.#reports.binaryType = this.#stills.binaryType = "arraybuffer";
    this.#stills.onmessage = ({ data }) => this.#arrived() && this.onPiece(data);
    this.#reports.onmessage = ({ data }) => this.#arrived() && this.#onReport(data);
    this.#messages.onmessage = ({ data }) => this.#arrived() && this.#onMessage(data);
    this.#messages.onopen = () => options.onOpen();
    this.#messages.onclose = () => options.onClose();
  }

  /** When anything came from the peer last, by the clock; null before the first frame. */
  get heardAt(): number | null {
    return this.#heardAt;
  }

  get open(): boolean {
    return this.#messages.readyState === "open";
  }

  /** Hands `frame` to the reliable channel; false when it is closed or full. */
  send(frame: PeerFrame): boolean {
    return send(this.#messages, JSON.stringify(frame), BUFFER_LIMIT);
  }

  /** Sends a report unless the last one still waits in the browser: an old report is worth nothing. */
  report(report: Report): boolean {
    return send(this.#reports, encodeReport(report), 0);
  }

  /** Sends a piece of a still picture unless another still waits in the browser: then the line has no room for it. */
  piece(piece: ArrayBuffer): boolean {
    return send(this.#stills, piece, 0);
  }

  close(): void {
    this.#reports.onmessage = this.#messages.onmessage = this.#stills.onmessage = null;
    this.#messages.onopen = this.#messages.onclose = null;
  }

  #arrived(): boolean {
    if (this.#flooded()) return false;
    this.#heardAt = this.#options.clock.now();
    return true;
  }

  #onReport(data: unknown): void {
    const report = decodeReport(data);
    if (!report || report.n <= this.#lastReport) return;
    this.#lastReport = report.n;
    this.#options.onReport(report);
  }

  #onMessage(data: unknown): void {
    const frame = parsePeerFrame(data);
    if (frame) this.#options.onFrame(frame);
  }

  #flooded(): boolean {
    const second = Math.floor(this.#options.clock.now() / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#framesThisSecond = 0;
    }
    this.#framesThisSecond += 1;
    return this.#framesThisSecond > FRAMES_A_SECOND;
  }
}

function send(channel: RTCDataChannel, data: string | ArrayBuffer, bufferLimit: number): boolean {
  if (channel.readyState !== "open" || channel.bufferedAmount > bufferLimit) return false;
  try {
    if (typeof data === "string") channel.send(data);
    else channel.send(data);
    return true;
  } catch {
    // Closed between the question and the sending.
    return false;
  }
}
