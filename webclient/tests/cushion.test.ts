import { expect, test } from "vitest";
import { Cushion } from "../src/cushion";

test("speech waits for its copies from the first real loss until packets have been whole for 10 s", () => {
  const cushion = new Cushion();
  expect(cushion.of(0, 10)).toBeNull();
  expect(cushion.of(500, 50)).toBe(120);
  expect(cushion.of(1_000, 30)).toBe(120);
  expect(cushion.of(1_500, 10)).toBe(120);
  expect(cushion.of(8_000, 25)).toBe(120);
  expect(cushion.of(9_000, 0)).toBe(120);
  expect(cushion.of(18_500, 0)).toBe(120);
  expect(cushion.of(19_000, 0)).toBeNull();
});

test("without news of loss it stays as it was", () => {
  const cushion = new Cushion();
  expect(cushion.of(0, null)).toBeNull();
  cushion.of(500, 200);
  expect(cushion.of(60_000, null)).toBe(120);
});
