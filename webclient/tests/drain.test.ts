import { describe, expect, test } from "vitest";
import { drainMs, queueWaitMs } from "../src/drain";
import { Questions } from "../src/questions";

test.each([
  ["nothing known of the queue costs no word", null, 0],
  ["nor does one that drains under speech", 599, 0],
  ["a long one is let out", 600, 600],
  ["for a second at most", 1_900, 1_000],
])("%s", (_what, riseMs, forMs) => {
  expect(drainMs(riseMs)).toBe(forMs);
});

describe("what a fall knows of the queue", () => {
  function asked(everyMs: number, untilMs: number): Questions {
    const questions = new Questions();
    for (let n = 0; n * everyMs <= untilMs; n++) questions.asked(n, n * everyMs, false);
    return questions;
  }

  test("is the age of the oldest question, where the line's width is the reason", () => {
    const questions = asked(250, 1_500);
    questions.answered(0, 0, 40);
    expect(queueWaitMs(questions, 1_550, "bandwidth")).toBe(1_300);
  });

  test("is an answer alone where loss may have taken the others", () => {
    const questions = asked(250, 1_500);
    questions.answered(0, 0, 40);
    expect(queueWaitMs(questions, 1_550, "loss")).toBeNull();
    questions.answered(2, 0, 1_600);
    expect(queueWaitMs(questions, 1_650, "loss")).toBe(1_100);
  });
});
