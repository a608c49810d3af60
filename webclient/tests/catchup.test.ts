import { describe, expect, test } from "vitest";
import { CatchUp } from "../src/catchup";

/** Looks twice a second for `forMs` and says when it was due. */
function due(
  catchUp: CatchUp,
  fromMs: number,
  forMs: number,
  bufferMs: number | null,
  riseMs: number | null,
): number[] {
  const found: number[] = [];
  for (let atMs = fromMs; atMs < fromMs + forMs; atMs += 500) {
    if (catchUp.due(atMs, bufferMs, riseMs)) found.push(atMs);
  }
  return found;
}

describe("speech that waits", () => {
  test("is given up a second after the queue has drained", () => {
    const catchUp = new CatchUp();
    expect(due(catchUp, 0, 3_000, 900, 400)).toEqual([]);
    expect(due(catchUp, 3_000, 3_000, 900, 249)).toEqual([4_000]);
  });

  test.each([
    ["as long as the buffer is what a mobile line needs", 499, 0],
    ["while the queue still stands", 900, 250],
    ["while nothing is known of the queue", 900, null],
    ["while nothing is known of the buffer", null, 0],
  ])("stays %s", (_why, bufferMs, riseMs) => {
    expect(due(new CatchUp(), 0, 20_000, bufferMs, riseMs)).toEqual([]);
  });

  test("stays when the line lets the buffer fill at once again", () => {
    expect(due(new CatchUp(), 0, 30_000, 900, 0)).toEqual([1_000, 16_000]);
  });
});
