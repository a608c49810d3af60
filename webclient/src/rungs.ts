/**
 * A rung of the ladder carried out: what the senders of speech and video are told.
 *
 * Not here: which rung (`ladder.ts`). All of it works without negotiation; video that is not sent costs 0 bytes while
 * the camera stays on for its owner.
 */

import { type Decision, type Order, rungNamed, TABLE, type Video } from "./ladder-table";
import type { Packing } from "./sdp";

/** Slides stay readable, a face stays alive. */
export type Content = "camera" | "screen";

export interface Sending {
  readonly video: VideoSettings | null;
  /** Opus without headers, bit/s. */
  readonly speechBps: number;
  readonly packing: Packing;
  /** How many older packets' sound goes into each packet of speech. */
  readonly copies: number;
  /** Of video at most so much on the wire, kbit/s, whatever was believed of the line before; null for no limit. */
  readonly mostKbps: number | null;
}

export interface VideoSettings {
  readonly maxBitrate: number;
  readonly scaleResolutionDownBy: number;
  readonly maxFramerate: number;
  readonly degradationPreference: RTCDegradationPreference;
}

type RTCDegradationPreference = "balanced" | "maintain-framerate" | "maintain-resolution";

export interface Source {
  readonly content: Content;
  /** Lines of the picture as captured; 0 when unknown. */
  readonly height: number;
  /** Of a picture kept longest, sharpness goes first, movement (signing, lips) last. */
  readonly order: Order;
}

/** A slide is worth its pixels and changes seldom. */
const SCREEN_FPS = 5;

/** Of a few packets a second of video. */
const HEADERS_KBPS = 10;

/** What `decision` means for the senders, for a picture from `source`. */
export function sendingOf(decision: Pick<Decision, "rung" | "probing" | "audio">, source: Source): Sending {
  const { video } = rungNamed(decision.probing ?? decision.rung);
  const first = decision.probing !== null && rungNamed(decision.rung).video === undefined;
  return {
    video: video ? videoSettings(video, source, first) : null,
    speechBps: decision.audio.kbps * 1_000,
    packing: { red: decision.audio.copies > 0, packetMs: decision.audio.packet_ms },
    copies: decision.audio.copies,
    mostKbps: first && video?.try_kbps ? video.try_kbps + HEADERS_KBPS : null,
  };
}

function videoSettings(video: Video, { content, height, order }: Source, first: boolean): VideoSettings {
  const screen = content === "screen";
  return {
    maxBitrate: 1_000 * (first ? (video.try_kbps ?? video.max_kbps) : video.max_kbps),
    scaleResolutionDownBy: screen || height === 0 ? 1 : Math.max(1, height / video.height),
    maxFramerate: screen ? SCREEN_FPS : Math.max(video.max_fps, TABLE.orders[order].fps ?? 0),
    degradationPreference: screen
      ? "maintain-resolution"
      : order === "picture"
        ? "maintain-framerate"
        : "balanced",
  };
}

/** Parameters as some browsers have them and others' types do not. */
interface SendParameters extends RTCRtpSendParameters {
  degradationPreference?: RTCDegradationPreference;
}

/** Tells the video sender. A sender that was never negotiated has no encodings and nothing to be told. */
export async function applyVideo(sender: RTCRtpSender, settings: VideoSettings | null): Promise<void> {
  const parameters = sender.getParameters() as SendParameters;
  const [encoding] = parameters.encodings;
  if (!encoding) return;
  encoding.active = settings !== null;
  if (settings) {
    encoding.maxBitrate = settings.maxBitrate;
    encoding.scaleResolutionDownBy = settings.scaleResolutionDownBy;
    encoding.maxFramerate = settings.maxFramerate;
    parameters.degradationPreference = settings.degradationPreference;
  }
  await sender.setParameters(parameters);
}

/** Tells the sender of speech; not `spoken`, it sends nothing. */
export async function applySpeech(sender: RTCRtpSender, maxBitrate: number, spoken: boolean): Promise<void> {
  const parameters = sender.getParameters();
  const [encoding] = parameters.encodings;
  if (!encoding || (encoding.maxBitrate === maxBitrate && encoding.active === spoken)) return;
  encoding.maxBitrate = maxBitrate;
  encoding.active = spoken;
  await sender.setParameters(parameters);
}
