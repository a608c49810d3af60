/**
 * The thread as SVG path data, for a width and height in pixels.
 *
 * Not here: colours and dashes (call.css) and the choice of a kind (`thread-shape`).
 */

import type { Fray, ThreadKind } from "./thread-shape";

export interface ThreadPaths {
  readonly line: string;
  /** The loosened ends, drawn thinner. */
  readonly strands: readonly string[];
}

/** How much of each end a fray takes, in pixels. */
const FRAYED = 16;
const COIL = 13;

export function threadPaths(kind: ThreadKind, fray: Fray, width: number, height: number): ThreadPaths {
  const middle = height / 2;
  const left = fray === "mine" || fray === "both" ? FRAYED : 0;
  const right = fray === "theirs" || fray === "both" ? FRAYED : 0;
  return {
    line: LINES[kind](left, Math.max(width - right, left + 1), middle, height),
    strands: [
      ...(left ? strands(left, 0, middle) : []),
      ...(right ? strands(width - right, width, middle) : []),
    ],
  };
}

type Line = (from: number, to: number, middle: number, height: number) => string;

const LINES: Readonly<Record<ThreadKind, Line>> = {
  smooth: wave,
  dashes: wave,
  dots: wave,
  slack: (from, to, middle, height) => {
    const quarter = (to - from) / 4;
    const low = height * 1.12;
    return `M${from} ${middle}C${n(from + quarter)} ${n(low)} ${n(to - quarter)} ${n(low)} ${n(to)} ${middle}`;
  },
  loose: (from, to, middle) => {
    const reach = from + (to - from) * 0.58;
    const bend = n((from + reach) / 2);
    return `M${from} ${middle}C${bend} ${middle - 5} ${bend} ${middle + 6} ${n(reach)} ${middle}c9-5 17-2 15 4s-11 5-10-1`;
  },
  cord,
  knot: (from, to, middle) => {
    const centre = (from + to) / 2;
    const r = Math.min(middle, 11);
    const foot = middle + r * 0.8;
    return (
      `M${from} ${n(foot)}C${n(centre - r)} ${n(foot)} ${n(centre + r)} ${n(foot + 1)} ${n(centre + r)} ${n(middle - r * 0.1)}` +
      `C${n(centre + r)} ${n(middle - r * 1.1)} ${n(centre - r)} ${n(middle - r * 1.1)} ${n(centre - r)} ${n(middle - r * 0.1)}` +
      `C${n(centre - r)} ${n(foot + 1)} ${n(centre + r)} ${n(foot)} ${n(to)} ${n(foot)}`
    );
  },
};

function wave(from: number, to: number, middle: number): string {
  const span = to - from;
  const swing = Math.min(5, span / 40);
  const at = (share: number) => n(from + span * share);
  return (
    `M${from} ${middle}C${at(0.14)} ${n(middle - swing)} ${at(0.34)} ${n(middle - swing)} ${at(0.5)} ${middle}` +
    `S${at(0.86)} ${n(middle + swing)} ${at(1)} ${middle}`
  );
}

/** A telephone cord: straight at both ends, coils between, as many as there is room for. */
function cord(from: number, to: number, middle: number): string {
  const lead = Math.min(18, (to - from) / 6);
  const coils = Math.max(1, Math.floor((to - from - 2 * lead) / COIL));
  const start = (to - from - coils * COIL) / 2;
  const foot = middle + 6;
  const coil = `c${n(COIL * 0.75)} 0 ${n(COIL * 0.95)}-13 ${n(COIL * 0.35)}-13s${n(-COIL * 0.4)} 13 ${n(COIL * 0.65)} 13`;
  return `M${from} ${foot}h${n(start)}${coil.repeat(coils)}H${n(to)}`;
}

function strands(root: number, tip: number, middle: number): string[] {
  const bend = n((root + tip) / 2);
  return [-6, 0.5, 6.5].map(
    (spread) => `M${n(root)} ${middle}Q${bend} ${n(middle + spread * 0.2)} ${n(tip)} ${n(middle + spread)}`,
  );
}

function n(value: number): number {
  return Math.round(value * 10) / 10;
}
