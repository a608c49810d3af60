/**
 * The ladder's Sample, made of our own statistics and of what the peer reports.
 *
 * Not here: reading statistics (`stats.ts`). Formulas and units are those of `metrics` in signalling/ladder.json.
 */

import type { Sample } from "./ladder-table";
import type { Report } from "./report";
import {
  concealedPm,
  cpuLimited,
  lossPm,
  receivedKbps,
  type Snapshot,
  sentKbps,
  since,
  speechSentKbps,
} from "./stats";

/** Windows in milliseconds. */
const DAMAGE_MS = 2_000;
const RATE_MS = 1_000;
/** An older report says nothing of now: 8 in a row were lost, or the line is dead. */
const REPORT_VALID_MS = 2_000;
/** Of the browser's estimate, per cent; the rest is for its error. */
const USABLE_SHARE = 85;

/** What is known besides the statistics. */
export interface Circumstances {
  readonly silenceMs: number | null;
  readonly rttMs: number | null;
  readonly rttRiseMs: number | null;
  readonly serverRiseMs: number | null;
  readonly capacityKbps: number | null;
  /** The camera or the screen is on by the person's choice. */
  readonly videoWanted: boolean;
  /** Frames a second of the rung being sent. */
  readonly maxFps: number;
  /** Muted or without microphone there is no speech to damage. */
  readonly peerSpeaks: boolean;
  readonly weSpeak: boolean;
}

/** What we hear, for the ladder and for the report to the peer. */
export interface Heard {
  readonly receivedKbps: number | null;
  readonly lossPm: number | null;
  readonly concealedPm: number | null;
}

export function heard(history: readonly Snapshot[], peerSpeaks: boolean): Heard {
  const now = history.at(-1);
  if (!now) return { receivedKbps: null, lossPm: null, concealedPm: null };
  return {
    receivedKbps: receivedKbps(since(history, RATE_MS), now),
    lossPm: lossPm(since(history, DAMAGE_MS), now),
    concealedPm: peerSpeaks ? concealedPm(since(history, DAMAGE_MS), now) : null,
  };
}

/** One look at the line at `atMs`; `report` is the peer's last, which came at `reportAtMs`. */
export function sample(
  history: readonly Snapshot[],
  report: { readonly atMs: number; readonly report: Report } | null,
  atMs: number,
  circumstances: Circumstances,
): Sample {
  const now = history.at(-1);
  const theirs = report && atMs - report.atMs <= REPORT_VALID_MS ? report.report : null;
  const hear = heard(history, circumstances.peerSpeaks);
  const limited = now ? cpuLimited(since(history, RATE_MS), now, circumstances.maxFps) : null;
  return {
    usableKbps: now ? usableKbps(since(history, RATE_MS), now) : undefined,
    receivedByPeerKbps: known(theirs?.receivedKbps),
    deliveredPm: report && atMs - report.atMs <= RATE_MS ? deliveredPm(history, report.report) : undefined,
    lossPm: known(theirs ? theirs.lossPm : now?.rtcpLossPm),
    lossInPm: known(hear.lossPm),
    capacityKbps: known(circumstances.capacityKbps),
    rttMs: known(circumstances.rttMs),
    rttRiseMs: known(circumstances.rttRiseMs),
    peerConcealedPm: circumstances.weSpeak ? known(theirs?.concealedPm) : undefined,
    concealedPm: known(hear.concealedPm),
    silenceMs: known(circumstances.silenceMs),
    peerSilenceMs: known(theirs?.silenceMs),
    cpuLimited: known(limited, Number),
    videoWanted: Number(circumstances.videoWanted),
    serverRiseMs: known(circumstances.serverRiseMs),
    peerServerRiseMs: known(theirs?.serverRiseMs),
    peerAtLastRung: known(theirs?.atLastRung, Number),
    peerSpeechLost: known(theirs?.speechLost, Number),
  };
}

/** The browser's estimate is of the line beside speech, which is sent without asking it. */
function usableKbps(before: Snapshot | null, now: Snapshot): number | undefined {
  const speechKbps = speechSentKbps(before, now) ?? 0;
  return known(now.availableKbps, (kbps) => Math.floor((kbps * USABLE_SHARE) / 100) + speechKbps);
}

/** So little is sent by speech alone, whose share arrives late rather than in part. */
const LITTLE_KBPS = 100;

/**
 * The peer's last second began and ended before ours: what was sent in either may be what it tells of. An older report
 * tells of neither, and a camera put on meanwhile would look like a line that collapsed.
 */
function deliveredPm(history: readonly Snapshot[], { receivedKbps: received }: Report): number | undefined {
  const now = history.at(-1) ?? null;
  const middle = since(history, RATE_MS);
  const last = sentKbps(middle, now);
  const previous = sentKbps(since(history, 2 * RATE_MS), middle);
  if (received === null || last === null || previous === null) return undefined;
  const sent = Math.min(last, previous);
  return sent < LITTLE_KBPS ? undefined : Math.min(1_000, Math.round((1_000 * received) / sent));
}

/** Absent where there is no data: null and undefined both say so. */
function known<T>(
  value: T | null | undefined,
  as: (value: T) => number = (given) => given as unknown as number,
) {
  return value === null || value === undefined ? undefined : as(value);
}
