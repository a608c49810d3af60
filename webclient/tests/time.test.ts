import { describe, expect, it } from "vitest";
import {
  cityOf,
  dayOf,
  dueDay,
  markPassed,
  readersZone,
  remaining,
  stopwatch,
  timeOfDay,
  type Zone,
} from "../src/ui/time";
import { timerWords } from "../src/ui/timer-words";
import { inCall, START } from "./people";

const BERLIN: Zone = { locale: "en-GB", zone: "Europe/Berlin" };
const MINUTE = 60_000;

describe("times", () => {
  it("stand in the reader's zone, across the change of clocks", () => {
    const summer = Date.UTC(2026, 9, 24, 15, 0);
    const winter = Date.UTC(2026, 9, 25, 15, 0);
    expect(timeOfDay(summer, BERLIN)).toBe("17:00");
    expect(timeOfDay(winter, BERLIN)).toBe("16:00");
  });

  it("are called by the day a person would say", () => {
    const now = Date.UTC(2026, 10, 21, 22, 30);
    expect(dayOf(Date.UTC(2026, 10, 21, 8, 0), now, BERLIN)).toBe("today");
    expect(dayOf(Date.UTC(2026, 10, 21, 23, 30), now, BERLIN)).toBe("tomorrow");
    expect(dayOf(Date.UTC(2026, 10, 26, 12, 0), now, BERLIN)).toBe("Thursday 26 November");
  });

  it("name the city of the zone", () => {
    expect(cityOf("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
    expect(cityOf("UTC")).toBe("UTC");
  });

  it("are written in the reader's own English", () => {
    expect(readersZone(["de-DE", "en-US"]).locale).toBe("en-US");
    expect(readersZone(["de-DE"]).locale).toBe("en-GB");
  });

  it("leave a due day the day it is, in every zone", () => {
    expect(dueDay("2026-12-15", { locale: "en-GB", zone: "Pacific/Auckland" })).toBe("15 December 2026");
    expect(dueDay("", BERLIN)).toBe("");
  });
});

describe("durations", () => {
  it("count in minutes and seconds, and in hours when there are some", () => {
    expect(stopwatch(0)).toBe("0:00");
    expect(stopwatch(252.9)).toBe("4:12");
    expect(stopwatch(3725)).toBe("1:02:05");
    expect(stopwatch(-3)).toBe("0:00");
  });

  it("say what is left of a session, to its last minute and past it", () => {
    expect(remaining(START, 30, START - 90_000)).toEqual({ kind: "before", minutes: 2 });
    expect(remaining(START, 30, START + 29 * MINUTE + 1)).toEqual({ kind: "during", minutes: 1 });
    expect(remaining(START, 30, START + 30 * MINUTE)).toEqual({ kind: "over", minutes: 0 });
    expect(remaining(START, 30, START + 34 * MINUTE)).toEqual({ kind: "over", minutes: 4 });
  });
});

describe("the marks before an end", () => {
  const ends = START + 30 * MINUTE;

  it("are passed once, when the clock crosses them", () => {
    const five = ends - 5 * MINUTE;
    expect(markPassed(ends, five - 1, five, [5, 1])).toBe(5);
    expect(markPassed(ends, five, five + 1000, [5, 1])).toBeNull();
  });

  it("count the nearest one after a sleep, and none after the end", () => {
    expect(markPassed(ends, START, ends - 30_000, [5, 1])).toBe(1);
    expect(markPassed(ends, START, ends + 1, [5, 1])).toBeNull();
  });
});

describe("the timer's words", () => {
  const item = { item: "i", text: "Plans", minutes: 10, done: false, carried: false, position: 0 };
  const state = inCall({ agenda: [item], current: { item: "i", since: START } });

  it("tell of the item talked about", () => {
    const at = START + 9 * MINUTE;
    expect(timerWords(state, at - 1000, at).polite).toEqual(["One minute left for Plans."]);
  });

  it("follow the server's clock, not this machine's", () => {
    const away = inCall({ ...state, clockOffsetMs: 3_600_000 });
    const at = START + 9 * MINUTE - 3_600_000;
    expect(timerWords(away, at - 1000, at).polite).toEqual(["One minute left for Plans."]);
  });

  it("tell of the session's end too, and of nothing without minutes", () => {
    const at = START + 25 * MINUTE;
    const open = { ...state, agenda: [{ ...item, minutes: 0 }] };
    expect(timerWords(open, at - 1000, at).polite).toEqual(["5 minutes left for this session."]);
  });
});
