import { describe, expect, test } from "vitest";
import { every } from "../src/clock";
import { Questions } from "../src/questions";
import { FIRST_MS, LONGEST_MS, Restarts } from "../src/restarts";
import { Rise } from "../src/rise";
import { SpeechRate } from "../src/speechrate";
import { startTicker, type TimerWorker, workerClock } from "../src/ticker";
import { FakeClock } from "./fakes";

describe("every", () => {
  test("comes again until it is called off, also from within", () => {
    const clock = new FakeClock();
    const at: number[] = [];
    const cancel = every(clock, 100, () => {
      at.push(clock.now());
      if (at.length === 3) cancel();
    });
    clock.pass(1_000);
    expect(at).toEqual([100, 200, 300]);
  });
});

describe("the worker's clock", () => {
  function ticker() {
    const requests: { readonly id: number; readonly ms?: number }[] = [];
    const worker: TimerWorker = { onmessage: null, postMessage: (request) => requests.push(request) };
    const clock = workerClock(worker, () => 7);
    const ring = (id: number): void => worker.onmessage?.({ data: id } as MessageEvent<number>);
    return { clock, requests, ring };
  }

  test("does what was asked for when the worker says so, once", () => {
    const { clock, requests, ring } = ticker();
    const done: string[] = [];
    clock.after(50, () => done.push("first"));
    clock.after(20, () => done.push("second"));
    expect(requests).toEqual([
      { id: 1, ms: 50 },
      { id: 2, ms: 20 },
    ]);
    ring(2);
    ring(1);
    ring(1);
    expect(done).toEqual(["second", "first"]);
  });

  test("does not do what was called off, though the worker's word was under way", () => {
    const { clock, requests, ring } = ticker();
    const done: string[] = [];
    const cancel = clock.after(50, () => done.push("no"));
    cancel();
    cancel();
    ring(1);
    expect(done).toEqual([]);
    expect(requests).toEqual([{ id: 1, ms: 50 }, { id: 1 }]);
  });

  test("gives way to the page's own where a worker cannot be had", async () => {
    const clock = startTicker("/static/ticker-ABC123.js");
    await new Promise<void>((resolve) => clock.after(1, resolve));
    expect(clock.now()).toBeGreaterThan(0);
  });
});

describe("restarts", () => {
  /** The moments of restarts while nothing is heard from 0 on, looked at four times a second. */
  function duringSilence(ms: number): number[] {
    const restarts = new Restarts();
    const at: number[] = [];
    for (let now = 0; now <= ms; now += 250) if (restarts.due(now, now)) at.push(now);
    return at;
  }

  test("begin within 1.5 s of silence, a late look included, and become rarer", () => {
    expect(duringSilence(60_000)).toEqual([1_000, 3_000, 7_000, 15_000, 25_000, 35_000, 45_000, 55_000]);
  });

  test("begin anew when the peer was heard between", () => {
    const restarts = new Restarts();
    expect(restarts.due(10_000, FIRST_MS)).toBe(true);
    expect(restarts.due(11_000, 100)).toBe(false);
    expect(restarts.count).toBe(0);
    expect(restarts.due(20_000, FIRST_MS)).toBe(true);
  });

  test("come at once when the network changes, once for all its events", () => {
    const restarts = new Restarts();
    expect([0, 100, 900, 1_000].map((at) => restarts.dueAtOnce(at))).toEqual([true, false, false, true]);
  });

  test("wait for what the peer began, and are due again when that did not help", () => {
    const restarts = new Restarts();
    restarts.peerDid(1_000);
    expect([1_500, 1_750, 2_000].map((at) => restarts.due(at, FIRST_MS))).toEqual([false, false, true]);
    expect(restarts.count).toBe(1);
  });

  test("are few in an hour of nothing", () => {
    expect(duringSilence(3_600_000).length).toBeLessThan(365);
  });

  test("never pause longer than the longest", () => {
    const at = duringSilence(120_000);
    expect(Math.max(...at.slice(1).map((moment, n) => moment - (at[n] as number)))).toBe(LONGEST_MS);
  });
});

describe("round trips", () => {
  test("are what an answer took, without the time it was held back", () => {
    const questions = new Questions();
    questions.asked(1, 0);
    questions.answered(1, 200, 260);
    expect(questions.rttMs(300)).toBe(60);
  });

  test("are the shortest of the last second", () => {
    const questions = new Questions();
    for (const [n, at] of [
      [1, 0],
      [2, 250],
      [3, 500],
    ] as const)
      questions.asked(n, at);
    questions.answered(1, 0, 90);
    questions.answered(2, 0, 290);
    questions.answered(3, 0, 620);
    expect(questions.rttMs(700)).toBe(40);
    expect(questions.rttMs(1_400)).toBe(120);
  });

  test("grow with the oldest open question when nothing is answered", () => {
    const questions = new Questions();
    questions.asked(1, 0);
    questions.answered(1, 0, 50);
    for (let n = 2; n < 12; n++) questions.asked(n, n * 250);
    expect(questions.rttMs(2_000)).toBe(1_500);
  });

  test("do not count lost questions that a later answer overtook", () => {
    const questions = new Questions();
    questions.asked(1, 0);
    questions.asked(2, 250);
    questions.answered(2, 0, 300);
    expect(questions.rttMs(1_500)).toBeNull();
  });

  test("tell of a queue as it grows, by the last answer: one that is lost is no queue", () => {
    const questions = new Questions();
    questions.asked(0, 0);
    questions.asked(1, 250);
    questions.answered(0, 0, 40);
    questions.answered(1, 0, 370);
    expect(questions.rttMs(400)).toBe(40);
    expect(questions.latestMs(400)).toBe(120);
    questions.asked(2, 500);
    expect(questions.latestMs(1_200)).toBe(120);
    expect(questions.latestMs(1_600)).toBe(1_100);
    expect(new Questions().latestMs(0)).toBeNull();
  });

  test("of a long question are told, and are neither a queue nor its absence", () => {
    const questions = new Questions();
    questions.asked(1, 0);
    questions.asked(2, 250, true);
    expect(questions.answered(2, 0, 400)).toEqual({ rttMs: 150, long: true });
    expect(questions.rttMs(400)).toBe(400);
    expect(questions.answered(1, 400, 440)).toEqual({ rttMs: 40, long: false });
    expect(questions.rttMs(450)).toBe(40);
    questions.asked(3, 600, true);
    expect(questions.rttMs(1_600)).toBeNull();
  });

  test("that loss explains are no queue: what was answered before holds meanwhile", () => {
    const questions = new Questions();
    questions.asked(1, 0);
    questions.answered(1, 0, 50);
    for (let n = 2; n < 40; n++) questions.asked(n, n * 250);
    expect(questions.rttMs(1_600)).toBe(1_100);
    expect(questions.rttMs(1_600, 0.5)).toBe(50);
    expect(questions.rttMs(2_051, 0.5)).toBe(1_551);
    expect(questions.rttMs(4_050, 0.01)).toBe(50);
    expect(questions.rttMs(4_051, 0.01)).toBe(3_551);
    expect(questions.answeredMs(1_600)).toBeNull();
  });

  test("are not taken for longer by one late answer, where most get lost", () => {
    const questions = new Questions();
    questions.asked(1, 0);
    questions.answered(1, 0, 50);
    questions.asked(2, 250);
    questions.answered(2, 0, 400);
    questions.asked(3, 500);
    expect(questions.rttMs(1_200, 0.25)).toBe(150);
    expect(questions.rttMs(1_500, 0.25)).toBe(50);
    expect(questions.answeredMs(1_400)).toBe(150);
  });

  test("of another way say nothing", () => {
    const questions = new Questions();
    questions.asked(1, 0);
    questions.asked(2, 250);
    questions.answered(1, 0, 300);
    questions.forget();
    expect(questions.rttMs(400)).toBeNull();
    questions.answered(2, 0, 500);
    expect(questions.rttMs(500)).toBeNull();
  });

  test("an answer to no question of ours is nothing", () => {
    const questions = new Questions();
    questions.answered(99, 0, 10);
    expect(questions.rttMs(10)).toBeNull();
  });
});

describe("a rise", () => {
  test("is measured from the least of the last minute", () => {
    const rise = new Rise();
    expect(rise.of(0, 40)).toBe(0);
    expect(rise.of(500, 35)).toBe(0);
    expect(rise.of(1_000, 135)).toBe(100);
  });

  test("that lasts becomes the new normal", () => {
    const rise = new Rise();
    rise.of(0, 20);
    const later = Array.from({ length: 130 }, (_, n) => rise.of(1_000 + n * 500, 300));
    expect(later[100]).toBe(280);
    expect(later.at(-1)).toBe(0);
  });

  test("is none where the way has become another one", () => {
    const rise = new Rise();
    expect([null, "wifi", null, "wifi"].map((way) => rise.follow(way))).toEqual([false, false, false, false]);
    rise.of(0, 40);
    expect(rise.follow("mobile")).toBe(true);
    expect(rise.of(500, 160)).toBe(0);
    expect(rise.of(1_000, 250)).toBe(90);
  });
});

describe("the bitrate of speech", () => {
  test("is set as wanted while the browser takes nothing out", () => {
    const rate = new SpeechRate();
    rate.observe(0, true, 32_000, 32_000);
    expect(rate.maxBitrate(32_000, true)).toBe(32_000);
  });

  test("makes up for headers that the browser takes out, for RED and plain apart", () => {
    const rate = new SpeechRate();
    rate.observe(0, true, 32_000, 14_400);
    expect(rate.maxBitrate(32_000, true)).toBe(49_600);
    expect(rate.maxBitrate(24_000, false)).toBe(24_000);
  });

  test("goes back only when nothing has been taken out for some seconds", () => {
    const rate = new SpeechRate();
    rate.observe(0, true, 32_000, 14_400);
    rate.observe(500, true, 49_600, 49_600);
    expect(rate.maxBitrate(32_000, true)).toBe(49_600);
    rate.observe(5_500, true, 49_600, 49_600);
    expect(rate.maxBitrate(32_000, true)).toBe(32_000);
  });
});
