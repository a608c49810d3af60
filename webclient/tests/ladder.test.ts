/** The browser's ladder on the shared traces, and what its callers rest on. Python runs the same traces. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Ladder } from "../src/ladder";
import {
  type Decision,
  limitOf,
  type Order,
  type Pin,
  rungNamed,
  type Sample,
  TABLE,
} from "../src/ladder-table";
import type { Rung } from "../src/protocol.gen";

type Line = Readonly<Record<string, number | null>>;

interface Segment {
  readonly for_ms: number;
  readonly like?: string;
  readonly changed?: Line;
  readonly every_ms?: number;
  readonly settle?: boolean;
  readonly pin?: Pin;
  readonly order?: Order;
}

interface Trace {
  readonly name: string;
  readonly claim: string;
  readonly start?: Rung;
  readonly segments: readonly Segment[];
  readonly decisions: readonly object[];
}

interface Traces {
  readonly lines: Readonly<Record<string, Line>>;
  readonly traces: readonly Trace[];
}

const file = new URL("../../tests/vectors/ladder.json", import.meta.url);
const { lines, traces }: Traces = JSON.parse(readFileSync(file, "utf8"));

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function sampleOf({ like = "", changed = {} }: Segment): Sample {
  const known = Object.entries({ ...lines[like], ...changed }).filter(([, value]) => value !== null);
  return Object.fromEntries(known.map(([name, value]) => [camel(name), value]));
}

function replay({ start, segments }: Trace): Decision[] {
  const ladder = new Ladder(TABLE, start);
  const decisions: Decision[] = [];
  let beginsMs = 0;
  for (const segment of segments) {
    if (segment.settle) ladder.settle(beginsMs);
    if (segment.pin) ladder.pin(segment.pin);
    if (segment.order) ladder.order(segment.order);
    const sample = sampleOf(segment);
    for (let atMs = beginsMs; atMs < beginsMs + segment.for_ms; atMs += segment.every_ms ?? 500) {
      const decision = ladder.step(atMs, sample);
      if (decision) decisions.push(decision);
    }
    beginsMs += segment.for_ms;
  }
  return decisions;
}

/** Each decision as its time, its reason, the warning, and what is not as before. */
function brief(decisions: readonly Decision[], start: Decision): object[] {
  return decisions.map(({ atMs, reason, previous, warning, ...state }, at) => {
    const {
      atMs: _at,
      reason: _reason,
      previous: _previous,
      warning: _warning,
      ...before
    } = decisions[at - 1] ?? start;
    expect(previous).toBe(before.rung);
    const changed = Object.entries(state).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof typeof before]),
    );
    return { at_ms: atMs, reason, ...(warning && { warning }), ...Object.fromEntries(changed) };
  });
}

describe("the shared traces", () => {
  test.each(traces.map((trace) => [trace.name, trace.claim, trace] as const))(
    "%s: %s",
    (_name, _claim, trace) => {
      expect(brief(replay(trace), new Ladder(TABLE, trace.start).decision)).toEqual(trace.decisions);
    },
  );
});

describe("what callers rest on", () => {
  test("a decision holds before the first step", () => {
    const { rung, reason, phone, audio } = new Ladder().decision;
    expect({ rung, reason, phone }).toEqual({ rung: TABLE.start, reason: "start", phone: "hidden" });
    expect(audio).toEqual(rungNamed(TABLE.start).audio.plain);
  });

  test("a ladder can begin lower", () => {
    expect(new Ladder(TABLE, "low").decision.rung).toBe("low");
  });

  test("the decision that holds is the one that was returned", () => {
    const ladder = new Ladder();
    ladder.pin("voice");
    expect(ladder.step(0, {})).toBe(ladder.decision);
    expect(ladder.decision.rung).toBe("voice");
    expect(ladder.atLastRung).toBe(false);
    expect(new Ladder(TABLE, "survival").atLastRung).toBe(true);
  });

  test("undefined in a sample is no data", () => {
    const ladder = new Ladder();
    const blind: Sample = { silenceMs: undefined, usableKbps: undefined, peerConcealedPm: undefined };
    for (let atMs = 0; atMs < 60_000; atMs += 500) expect(ladder.step(atMs, blind)).toBeNull();
  });

  test("a rung that this ladder does not have is refused", () => {
    expect(() => rungNamed("hd", { ...TABLE, rungs: [] })).toThrow("no rung hd");
  });

  test("a sign of one number tells it, one of the rungs' own does not", () => {
    expect(limitOf("queueing")).toBe(TABLE.signs["queueing"]?.limit);
    expect(() => limitOf("thin")).toThrow("no sign thin");
  });
});
