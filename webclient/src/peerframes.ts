/**
 * What two browsers say to each other over the reliable data channel, and what of it is believed.
 *
 * Not here: the channels (`peerlink.ts`), the reports of what was received (`report.ts`). A peer may send anything;
 * only what has exactly these shapes gets through.
 */

import type { Order } from "./ladder-table";
import {
  MAX_SDP_BYTES,
  type PhoneState,
  type Rung,
  type Status,
  UUID_PATTERN,
  type Whose,
} from "./protocol.gen";

export type PeerFrame =
  | { readonly type: "chat"; readonly op: string; readonly text: string }
  | { readonly type: "delivered"; readonly op: string }
  /** What the sender sends from now on. */
  | {
      readonly type: "rung";
      readonly rung: Rung;
      readonly previous: Rung;
      readonly reason: string;
      readonly whose: Whose;
    }
  /** What the sender is about to send less of. */
  | { readonly type: "warning"; readonly rung: Rung; readonly whose: Whose }
  | { readonly type: "status"; readonly status: Status }
  | { readonly type: "phone"; readonly state: PhoneState }
  /** What the sender wants kept longest on a weak line. */
  | { readonly type: "order"; readonly order: Order }
  | { readonly type: "left" }
  | { readonly type: "offer"; readonly sdp: string }
  | { readonly type: "answer"; readonly sdp: string }
  | { readonly type: "candidate"; readonly candidate: RTCIceCandidateInit };

export const MAX_PEER_FRAME = MAX_SDP_BYTES + 4_096;
const MAX_CHAT = 2_000;
const MAX_CANDIDATE = 1_024;

const RUNGS: readonly string[] = [
  "hd",
  "sd",
  "low",
  "stills",
  "voice",
  "survival",
  "phone",
] satisfies readonly Rung[];
const WHOSE: readonly string[] = ["none", "mine", "theirs", "unclear"] satisfies readonly Whose[];
const PHONE: readonly string[] = ["hidden", "offered", "active"] satisfies readonly PhoneState[];
const ORDERS: readonly string[] = ["speech", "picture"] satisfies readonly Order[];
const UUID = new RegExp(UUID_PATTERN);

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText =
  (longest: number, shortest = 0): Check =>
  (value) =>
    typeof value === "string" && value.length >= shortest && value.length <= longest;
const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isUuid: Check = (value) => typeof value === "string" && UUID.test(value);
const isWhose = isOneOf(...WHOSE);
const isRung = isOneOf(...RUNGS);
const isReason: Check = (value) => typeof value === "string" && /^[a-z_]{1,32}$/.test(value);
const isSdp = isText(MAX_SDP_BYTES, 1);
const isStatus = hasShape({
  microphone: isOneOf("on", "muted", "none"),
  camera: isOneOf("on", "off", "none"),
  screen: isOneOf(true, false),
});
const isCandidate: Check = (value) =>
  isFields(value) &&
  isText(MAX_CANDIDATE)(value["candidate"]) &&
  isOptional(isText(64))(value["sdpMid"]) &&
  isOptional(isCount)(value["sdpMLineIndex"]) &&
  isOptional(isText(256))(value["usernameFragment"]);

const SHAPES: Readonly<Record<PeerFrame["type"], Check>> = {
  chat: hasShape({ op: isUuid, text: isText(MAX_CHAT, 1) }),
  delivered: hasShape({ op: isUuid }),
  rung: hasShape({ rung: isRung, previous: isRung, reason: isReason, whose: isWhose }),
  warning: hasShape({ rung: isRung, whose: isWhose }),
  status: hasShape({ status: isStatus }),
  phone: hasShape({ state: isOneOf(...PHONE) }),
  order: hasShape({ order: isOneOf(...ORDERS) }),
  left: hasShape({}),
  offer: hasShape({ sdp: isSdp }),
  answer: hasShape({ sdp: isSdp }),
  candidate: hasShape({ candidate: isCandidate }),
};

/** The frame in `data`, or null when it is none of ours: too long, not JSON, an unknown type, a wrong field. */
export function parsePeerFrame(data: unknown): PeerFrame | null {
  if (typeof data !== "string" || data.length > MAX_PEER_FRAME) return null;
  const value = parseJson(data);
  if (!isFields(value)) return null;
  const type = value["type"];
  if (typeof type !== "string" || !Object.hasOwn(SHAPES, type)) return null;
  return SHAPES[type as PeerFrame["type"]](value) ? (value as unknown as PeerFrame) : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOptional(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

function hasShape(checks: Readonly<Record<string, Check>>): Check {
  return (value) => isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
}
