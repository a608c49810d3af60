/** The call's minutes in numbers, as the server's record gets them. */

import { describe, expect, test } from "vitest";
import { TABLE } from "../src/ladder-table";
import { BROKEN_PM, DEAF_MS, type Look, Minutes } from "../src/minutes";
import type { AddMinute, Rung } from "../src/protocol.gen";
import { counting } from "./fakes";

const FINE: Look = { atMs: 0, rung: "sd", silenceMs: 20, concealedPm: 0, lossPm: 10, rttMs: 40 };

function minutes() {
  const recorded: AddMinute[] = [];
  let telephone = false;
  const record = new Minutes({
    newId: counting(),
    record: (minute) => recorded.push(minute),
    onTelephone: () => telephone,
  });
  let atMs = 0;
  /** Looks for `ms`, twice a second as the call does. */
  const pass = (ms: number, fields: Partial<Look> = {}): void => {
    for (const end = atMs + ms; atMs < end; atMs += 500) record.look({ ...FINE, ...fields, atMs });
  };
  const sleep = (ms: number): void => {
    atMs += ms;
  };
  const ring = (now: boolean): void => {
    telephone = now;
  };
  return { record, recorded, pass, sleep, ring };
}

describe("a minute", () => {
  test("tells the seconds on each rung and what was heard", () => {
    const { recorded, pass } = minutes();
    pass(40_000, { rung: "sd", lossPm: 0, rttMs: 40 });
    pass(30_000, { rung: "low", lossPm: 30, rttMs: null });
    expect(recorded).toEqual([
      {
        type: "add_minute",
        op: "00000000-0000-4000-8000-000000000001",
        seconds: { sd: 40, low: 20 },
        lostS: 0,
        breaks: 0,
        concealedPm: 0,
        lossPm: 10,
        rttMs: 40,
      },
    ]);
  });

  test("without data says so", () => {
    const { recorded, pass } = minutes();
    pass(61_000, { silenceMs: null, concealedPm: null, lossPm: null, rttMs: null });
    expect(recorded).toMatchObject([{ lostS: 0, concealedPm: null, lossPm: null, rttMs: null }]);
  });

  test("is never longer than one, and an hour of them loses nothing to rounding", () => {
    const { record, recorded } = minutes();
    const rungs: readonly Rung[] = ["sd", "low", "voice"];
    for (let n = 0; n * 517 <= 3_600_000; n++)
      record.look({ ...FINE, atMs: n * 517, rung: rungs[n % 3] as Rung });
    record.close();
    const lengths = recorded.map(({ seconds }) => Object.values(seconds).reduce((a, b) => a + b, 0));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(60);
    expect(lengths.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(3_595);
  });

  test("of a round trip beyond measure is told as the longest there is", () => {
    const { record, recorded, pass } = minutes();
    pass(5_000, { rttMs: 90_000 });
    record.close();
    expect(recorded[0]?.rttMs).toBe(60_000);
  });
});

describe("lost speech", () => {
  test("is silence or a quarter made up, as the ladder has it", () => {
    expect(TABLE.signs["deaf"]?.limit).toBe(DEAF_MS);
    expect(TABLE.signs["broken_in"]?.limit).toBe(BROKEN_PM);
  });

  test("is counted, and each return", () => {
    const { record, recorded, pass } = minutes();
    pass(10_000);
    pass(4_000, { silenceMs: 1_000 });
    pass(6_000);
    pass(3_000, { concealedPm: 250 });
    pass(7_000);
    record.close();
    expect(recorded).toMatchObject([{ seconds: { sd: 29 }, lostS: 7, breaks: 2 }]);
  });

  test("that has not come back is no return", () => {
    const { record, recorded, pass } = minutes();
    pass(10_000);
    pass(10_500, { silenceMs: 5_000 });
    record.close();
    expect(recorded).toMatchObject([{ seconds: { sd: 20 }, lostS: 10, breaks: 0 }]);
  });

  test("is none while they talk by telephone", () => {
    const { record, recorded, pass, ring } = minutes();
    ring(true);
    pass(20_000, { rung: "phone", silenceMs: 9_000 });
    record.close();
    expect(recorded).toMatchObject([{ seconds: { phone: 19 }, lostS: 0, breaks: 0 }]);
  });
});

describe("the rest of a minute", () => {
  test("goes out when the call ends, and nothing when there was none", () => {
    const { record, recorded, pass } = minutes();
    record.close();
    pass(500);
    record.close();
    expect(recorded).toEqual([]);
    pass(12_500);
    record.close();
    record.close();
    expect(recorded).toMatchObject([{ seconds: { sd: 12 } }]);
  });

  test("does not count the time a machine slept, nor the time between two calls", () => {
    const { record, recorded, pass, sleep } = minutes();
    pass(10_500);
    sleep(600_000);
    pass(5_500);
    record.close();
    sleep(2_000);
    pass(5_500);
    record.close();
    expect(recorded.map(({ seconds }) => seconds)).toEqual([{ sd: 15 }, { sd: 5 }]);
  });
});
