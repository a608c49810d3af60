/**
 * The shapes around the ladder: its table (`signalling/ladder.json`, the one loaded copy), what it is given,
 * `Sample`, and what it answers, `Decision`.
 *
 * Not here: how the table is followed (`ladder.ts`). The same shapes with their documentation are in
 * `signalling/ladder_table.py` and `ladder_values.py`; names inside the table stay as they are in the JSON.
 */
import json from "../../signalling/ladder.json";
import type { Rung as RungName, Whose } from "./protocol.gen";

export type Mode = "plain" | "lossy" | "thin";
export type Limit = "hold_from_kbps" | "climb_from_kbps" | "thin_below_kbps" | "capacity_from_kbps";

/** Opus: `kbps` without headers, `packet_ms` of sound a packet; each packet also carries the sound of `copies` older ones (RFC 2198). */
export interface Audio {
  readonly kbps: number;
  readonly copies: number;
  readonly packet_ms: number;
}

export interface Video {
  readonly max_kbps: number;
  readonly height: number;
  readonly max_fps: number;
  /** At most that much while it is tried from a rung without video. */
  readonly try_kbps?: number;
}

/** One picture every `every_ms`, of `height` lines at most. */
export interface Still {
  readonly every_ms: number;
  readonly max_bytes: number;
  readonly height: number;
}

export interface Rung extends Readonly<Record<Limit, number>> {
  readonly name: RungName;
  readonly video?: Video;
  readonly still?: Still;
  /** The better rung that is tried first from here; without it the next one. */
  readonly tries?: RungName;
  /** A sign that must show for that, as seen from the better rung; the next rung follows its failure. */
  readonly tries_when?: string;
  readonly audio: Readonly<Record<Mode, Audio>>;
}

/** One comparison. A metric without data shows no sign. */
export interface Sign {
  readonly metric: string;
  readonly test: "at_least" | "below";
  readonly limit: number | Limit;
}

/** Applies while every sign of `all`, one of `any` (if there are any) and none of `none` show. */
export interface Rule {
  readonly name: string;
  readonly all?: readonly string[];
  readonly any?: readonly string[];
  readonly none?: readonly string[];
  readonly for_ms: number;
}

/** A rule that changes the rung. `to` is a rung, "fit" (the best that the line carries), "received" or "next". */
export interface Move extends Rule {
  readonly reason: string;
  readonly to: RungName | "fit" | "received" | "next";
  /** Only when that rung is being sent. */
  readonly at?: RungName;
  readonly not_below?: RungName;
  /** Time since the last change of rung before this rule may change it again. */
  readonly dwell_ms?: number;
  readonly warn_ms?: number;
  readonly settled?: boolean;
  /** A queue takes the rung: a swing of the line, soon after a climb and not for the first time. */
  readonly swings?: boolean;
}

/** One of several things of which one holds, the more urgent first. */
export interface Choice<T> extends Rule {
  readonly to: T;
  /** How long it holds at least against less urgent ones. */
  readonly stays_ms: number;
}

export interface Table {
  readonly version: number;
  readonly start: RungName;
  /** What one look counts for at most: a machine that looks seldom has seen little, not much. */
  readonly look_ms: number;
  readonly gap_ms: number;
  /** Best first; the last is the telephone, the one before it the last that carries the call. */
  readonly rungs: readonly Rung[];
  readonly pins: Readonly<Record<Pin, { readonly ceiling?: RungName; readonly floor?: RungName }>>;
  readonly orders: Readonly<Record<Order, { readonly floor?: RungName; readonly fps?: number }>>;
  readonly signs: Readonly<Record<string, Sign>>;
  readonly falls: readonly Move[];
  readonly climb: {
    readonly ready: readonly Rule[];
    /** Keep a rung from being tried, as seen from that rung. */
    readonly barred: readonly string[];
    /** The same for rungs with a picture. */
    readonly unseen: readonly string[];
    readonly fails: readonly Rule[];
    /** `for_ms` counts from the beginning of the probe. */
    readonly proven: readonly Rule[];
    readonly between_ms: number;
    readonly wait_ms: number;
    readonly max_wait_ms: number;
    readonly relapse_ms: number;
    readonly failed_times: number;
    readonly relapse_times: number;
    readonly swing_ms: number;
    /** For so long after a swing nothing better is tried than what the line held then, or that rung. */
    readonly swing_rung: RungName;
  };
  readonly phone: {
    readonly joint: readonly string[];
    readonly raised: readonly Move[];
    readonly cleared: Move & { readonly to: RungName };
  };
  readonly audio: readonly Choice<Mode>[];
  readonly whose: readonly Choice<Whose>[];
  readonly warning: { readonly every_ms: number };
  readonly settling: { readonly for_ms: number; readonly after: readonly string[] };
}

export type Pin = "none" | "voice" | "video";
/** What is kept longest on a weak line. */
export type Order = "speech" | "picture";

/** One look at the line; units and formulas are `metrics` in the table. Left out: no data, never zero. */
export interface Sample {
  readonly usableKbps?: number | undefined;
  readonly receivedByPeerKbps?: number | undefined;
  readonly deliveredPm?: number | undefined;
  readonly capacityKbps?: number | undefined;
  readonly lossPm?: number | undefined;
  readonly lossInPm?: number | undefined;
  readonly rttMs?: number | undefined;
  readonly rttRiseMs?: number | undefined;
  readonly peerConcealedPm?: number | undefined;
  readonly concealedPm?: number | undefined;
  readonly silenceMs?: number | undefined;
  readonly peerSilenceMs?: number | undefined;
  readonly cpuLimited?: number | undefined;
  readonly videoWanted?: number | undefined;
  readonly serverRiseMs?: number | undefined;
  readonly peerServerRiseMs?: number | undefined;
  readonly peerAtLastRung?: number | undefined;
  readonly peerSpeechLost?: number | undefined;
}

/**
 * What holds from `atMs` on, and why it changed.
 *
 * `rung` is what people are told; while `probing`, send that rung's picture instead, at low priority.
 * `audio` is what to send now, probe or not: a rung without picture is tried by its sound.
 * `warning` is news, not state: the rung that is about to come. `phone` is joint: the peer has it too; it is
 * offered at the rung `phone`, or, where an order keeps the picture, at the order's floor.
 */
export interface Decision {
  readonly atMs: number;
  readonly rung: RungName;
  readonly previous: RungName;
  /** A reason of the table, or: start, peer, pinned, probe, probe_failed, recovered, audio, whose. */
  readonly reason: string;
  readonly audio: Audio;
  readonly probing: RungName | null;
  readonly warning: RungName | null;
  readonly phone: "hidden" | "offered";
  readonly whose: Whose;
}

export const TABLE: Table = json as Table;

/** There is something to see, moving or still. */
export function showsPicture({ video, still }: Pick<Rung, "video" | "still">): boolean {
  return video !== undefined || still !== undefined;
}

/** The number that a sign compares with, for those who ask the same question beside the ladder. */
export function limitOf(sign: string, table: Table = TABLE): number {
  const limit = table.signs[sign]?.limit;
  if (typeof limit !== "number") throw new RangeError(`The ladder has no sign ${sign} with one number.`);
  return limit;
}

/** What a rung sends. */
export function rungNamed(name: RungName, table: Table = TABLE): Rung {
  const rung = table.rungs.find((each) => each.name === name);
  if (rung === undefined) throw new RangeError(`The ladder has no rung ${name}.`);
  return rung;
}
