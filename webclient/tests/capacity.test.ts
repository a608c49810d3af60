import { expect, test } from "vitest";
import { Capacity, EXTRA_BYTES } from "../src/capacity";

/** A way of so many kbit/s, on which a short question takes 40 ms. */
function asked(kbps: number, longs: readonly (readonly [atMs: number, lateMs: number])[]): Capacity {
  const capacity = new Capacity();
  for (const [atMs, lateMs] of longs) {
    capacity.answered(atMs - 500, 70, false);
    capacity.answered(atMs - 250, 40, false);
    capacity.answered(atMs, 40 + (8 * EXTRA_BYTES) / kbps + lateMs, true);
    capacity.answered(atMs + 250, 60, false);
  }
  return capacity;
}

test("a narrow way shows in how much longer a long question takes", () => {
  expect(asked(60, [[1_000, 0]]).kbps(1_000)).toBe(60);
  expect(asked(2_000, [[1_000, 0]]).kbps(1_000)).toBe(2_000);
});

test("what comes late for another reason does not make a way narrow, while one of the last three came in time", () => {
  const longs = [
    [1_000, 0],
    [4_000, 200],
    [7_000, 90],
  ] as const;
  expect(asked(400, longs).kbps(7_000)).toBe(400);
  expect(asked(400, [...longs, [10_000, 68]]).kbps(10_000)).toBe(60);
});

test("a line that is wide again is seen by the next answer", () => {
  const capacity = asked(60, [
    [1_000, 0],
    [4_000, 0],
  ]);
  capacity.answered(6_500, 40, false);
  capacity.answered(7_000, 45, true);
  capacity.answered(7_250, 40, false);
  expect(capacity.kbps(7_250)).toBe(960);
});

test("behind a queue that drains, the short question after the long one says what was queue", () => {
  const capacity = new Capacity();
  for (const [atMs, rttMs] of [
    [0, 900],
    [500, 700],
  ] as const)
    capacity.answered(atMs, rttMs, false);
  capacity.answered(1_000, 580, true);
  capacity.answered(1_200, 490, false);
  expect(capacity.kbps(1_200)).toBe(53);
});

test("nothing is known without a question of late, or before there is a short one to compare", () => {
  expect(new Capacity().kbps(0)).toBeNull();
  expect(asked(60, [[1_000, 0]]).kbps(11_001)).toBeNull();
  const capacity = new Capacity();
  capacity.answered(9_000, 45, true);
  expect(capacity.kbps(9_000)).toBeNull();
});

test("no question is as quick as nothing, nor slower than itself", () => {
  const capacity = new Capacity();
  capacity.answered(1_100, 35, true);
  capacity.answered(1_200, 40, false);
  expect(capacity.kbps(1_200)).toBe(8 * EXTRA_BYTES);
});

test("one a second is due until three are answered, then one in 3 s, and one a second when all are old", () => {
  const capacity = new Capacity();
  const at = Array.from({ length: 40 }, (_, n) => n * 500);
  const due = at.filter((atMs) => {
    const asks = capacity.due(atMs, false);
    if (asks) capacity.asked(atMs);
    if (asks && atMs < 7_000) {
      capacity.answered(atMs + 50, 40, true);
      capacity.answered(atMs + 60, 30, false);
    }
    return asks;
  });
  expect(due.slice(0, 5)).toEqual([0, 1_000, 2_000, 5_000, 8_000]);
  expect(due.slice(-2).map((atMs) => atMs % 1_000)).toEqual([0, 0]);
  expect((due.at(-1) as number) - (due.at(-2) as number)).toBe(1_000);
});

test("on the thinnest lines one in 9 s is due", () => {
  const capacity = new Capacity();
  const at = Array.from({ length: 40 }, (_, n) => n * 500);
  const due = at.filter((atMs) => {
    const asks = capacity.due(atMs, true);
    if (asks) capacity.asked(atMs);
    return asks;
  });
  expect(due).toEqual([0, 9_000, 18_000]);
});

test("one that could not be sent stays due", () => {
  const capacity = new Capacity();
  expect([0, 250, 500].map((atMs) => capacity.due(atMs, true))).toEqual([true, true, true]);
});
