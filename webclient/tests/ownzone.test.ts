import { expect, it } from "vitest";
import { ownTime } from "../src/ownzone";

it("tells day and time as they are in the zone", () => {
  const now = new Date("2026-11-21T23:05:00Z");
  expect(ownTime(now, "UTC")).toEqual({ zone: "UTC", day: "2026-11-21", time: "23:05" });
  expect(ownTime(now, "Asia/Kathmandu")).toEqual({
    zone: "Asia/Kathmandu",
    day: "2026-11-22",
    time: "04:50",
  });
});
