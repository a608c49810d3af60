import { describe, expect, it } from "vitest";
import { threadPaths } from "../src/ui/thread-path";
import { type ThreadKind, threadShape, worse } from "../src/ui/thread-shape";
import { inCall } from "./people";

describe("the thread", () => {
  it("is smooth while the line is good, and frays nowhere", () => {
    expect(threadShape(inCall({ rung: "hd", peerRung: "sd", whose: "theirs" }))).toEqual({
      kind: "smooth",
      fray: "none",
      words: "The line is good",
    });
  });

  it("loosens with the worse of the two directions", () => {
    expect(threadShape(inCall({ rung: "low", peerRung: "hd" })).kind).toBe("dashes");
    expect(threadShape(inCall({ rung: "hd", peerRung: "voice" })).kind).toBe("dots");
    expect(threadShape(inCall({ rung: "stills", peerRung: "hd" })).kind).toBe("dashes");
    expect(threadShape(inCall({ rung: "stills", whose: "mine" })).words).toBe(
      "Your line is weak: still pictures",
    );
    expect(worse("survival", "low")).toBe("survival");
  });

  it("frays at the side where the trouble is, and says so", () => {
    expect(threadShape(inCall({ rung: "low", whose: "mine" }))).toMatchObject({
      fray: "mine",
      words: "Your line is weak",
    });
    expect(threadShape(inCall({ rung: "voice", whose: "theirs" }))).toMatchObject({
      fray: "theirs",
      words: "Ann's line is weak: voice only",
    });
    expect(threadShape(inCall({ rung: "voice", whose: "unclear" })).fray).toBe("both");
    expect(threadShape(inCall({ peerRung: "voice", whose: "none" }))).toMatchObject({
      fray: "none",
      words: "Voice only",
    });
  });

  it("blames no line for a choice", () => {
    expect(threadShape(inCall({ rung: "voice", pin: "voice", whose: "mine" }))).toEqual({
      kind: "dots",
      fray: "none",
      words: "Voice only, as you chose",
    });
  });

  it("hangs slack while the line is lost", () => {
    expect(threadShape(inCall({ link: "interrupted" }))).toMatchObject({
      kind: "slack",
      words: "Reconnecting",
    });
    expect(threadShape(inCall({ link: "lost" })).kind).toBe("slack");
  });

  it("becomes a telephone cord", () => {
    expect(threadShape(inCall({ phone: "offered", link: "lost" })).kind).toBe("cord");
    expect(threadShape(inCall({ phone: "active", whose: "mine" })).fray).toBe("none");
  });

  it("has a loose end while one of the two is missing", () => {
    const peer = { ...inCall().peer, presence: "away" } as const;
    expect(threadShape(inCall({ phase: "waiting", peer }))).toMatchObject({
      kind: "loose",
      words: "Ann isn't here yet",
    });
    const session = { ...inCall().session, met: true };
    expect(threadShape(inCall({ phase: "waiting", peer, session })).words).toBe("Ann isn't here");
  });
});

describe("its drawing", () => {
  const kinds: readonly ThreadKind[] = ["loose", "smooth", "dashes", "dots", "slack", "cord", "knot"];

  it.each(kinds)("of %s stays between the two names at any width", (kind) => {
    for (const width of [24, 80, 320, 1200]) {
      const { line } = threadPaths(kind, "none", width, 28);
      expect(line).toMatch(/^M0 /);
      expect(line).not.toMatch(/NaN|Infinity/);
    }
  });

  it("has three strands at each end that frays", () => {
    expect(threadPaths("dots", "none", 300, 28).strands).toHaveLength(0);
    expect(threadPaths("dots", "theirs", 300, 28).strands).toHaveLength(3);
    expect(threadPaths("dots", "both", 300, 28).strands).toHaveLength(6);
  });

  it("has as many coils as there is room for", () => {
    const coils = (width: number) => threadPaths("cord", "none", width, 28).line.split("c").length - 1;
    expect(coils(60)).toBeGreaterThanOrEqual(1);
    expect(coils(600)).toBeGreaterThan(30);
  });
});
