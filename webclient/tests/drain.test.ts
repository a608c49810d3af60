import { expect, test } from "vitest";
import { drainMs } from "../src/drain";

test.each([
  ["nothing known of the queue costs no word", null, 0],
  ["nor does one that drains under speech", 599, 0],
  ["a long one is let out", 600, 600],
  ["for a second at most", 1_900, 1_000],
])("%s", (_what, riseMs, forMs) => {
  expect(drainMs(riseMs)).toBe(forMs);
});
