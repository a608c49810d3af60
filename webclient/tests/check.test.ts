/** What a check tries besides its packets: the loudspeaker, each relay, a WebSocket. */

import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { Refusal } from "../src/check/api";
import { diagnostics } from "../src/check/diagnostics";
import { insist } from "../src/check/insist";
import { amplitudeAt, type Look, matches } from "../src/check/loudspeaker";
import { sendPackets } from "../src/check/packets";
import { LineRecord } from "../src/check/record";
import { transportOf, tryRelays } from "../src/check/relays";
import { socketRtt } from "../src/check/socket";
import { AT_REST } from "../src/check/state";
import { speedOf } from "../src/check/throughput";
import { candidateKinds, reachesByUdp, type Ways } from "../src/check/ways";
import { FakeClock, FakeSocket } from "./fakes";

const ON = [1, 2, 4, 7];

/** Looks every 25 ms at what `loud` says of each moment. */
function looks(loud: (atMs: number) => number): Look[] {
  return Array.from({ length: 84 }, (_, at) => ({ atMs: at * 25, amplitude: loud(at * 25) }));
}

describe("a loudspeaker in the microphone", () => {
  it.each([0, 120, 300, 480])("is found %i ms late, beside some noise", (late) => {
    const heard = looks((atMs) => {
      const noise = 0.000_4 * (1 + (atMs % 3));
      return ON.includes(Math.floor((atMs - late) / 200)) ? 0.01 + noise : noise;
    });
    expect(matches(heard)).toBe(true);
  });

  it.each<[string, (atMs: number) => number]>([
    ["silence", () => 0],
    ["a hum at the same pitch", () => 0.05],
    ["beeps every second", (atMs) => (atMs % 1000 < 200 ? 0.1 : 0.000_1)],
    ["beeps as fast as the beats", (atMs) => (Math.floor(atMs / 200) % 2 ? 0.1 : 0.000_1)],
    ["a voice that comes and goes", (atMs) => 0.02 * Math.abs(Math.sin(atMs / 170))],
    ["a tone nobody can hear", (atMs) => (ON.includes(Math.floor(atMs / 200)) ? 0.000_2 : 0)],
  ])("is not %s", (_, loud) => {
    expect(matches(looks(loud))).toBe(false);
  });

  it("is looked for at the tone's own pitch", () => {
    const tone = (hz: number) =>
      Float32Array.from({ length: 2_048 }, (_, at) => 0.1 * Math.sin((2 * Math.PI * hz * at) / 48_000));
    expect(amplitudeAt(523.25, 48_000, tone(523.25))).toBeCloseTo(0.1, 2);
    expect(amplitudeAt(523.25, 48_000, tone(900))).toBeLessThan(0.01);
  });
});

describe("the relays", () => {
  it.each([
    ["turn:turn.example.org", "udp"],
    ["turn:turn.example.org:3478?transport=tcp", "tcp"],
    ["turns:turn.example.org:443?transport=tcp", "tls"],
    ["turns:turn.example.org", "tls"],
    ["turns:[fd00::1]:443?transport=udp", "dtls"],
    ["stun:turn.example.org", null],
    ["http://turn.example.org", null],
  ])("%s is reached by %s", (url, transport) => expect(transportOf(url)).toBe(transport));

  it("are tried one address at a time, through themselves alone", async () => {
    const asked: RTCConfiguration[] = [];
    const urls = ["turn:turn.example.org", "turn:turn.example.org?transport=tcp"];
    const tried = await tryRelays(
      [{ urls: ["stun:turn.example.org"] }, { urls, username: "u", credential: "c" }],
      (configuration) => {
        asked.push(configuration);
        return gatherer(asked.length === 1) as unknown as RTCPeerConnection;
      },
      () => 7,
    );
    expect(asked).toEqual(
      urls.map((url) => ({
        iceServers: [{ urls: [url], username: "u", credential: "c" }],
        iceTransportPolicy: "relay",
      })),
    );
    expect(tried).toEqual([
      { transport: "udp", ms: 0, error: 0 },
      { transport: "tcp", ms: null, error: 701 },
    ]);
  });
});

/** A peer connection that finds a relayed candidate, or is told that nobody answers. */
function gatherer(works: boolean) {
  const pc = {
    onicecandidate: (_: { candidate: { type: string; candidate: string } | null }) => undefined,
    onicecandidateerror: (_: { errorCode: number }) => undefined,
    createDataChannel: () => undefined,
    close: () => undefined,
    setLocalDescription: async () => {
      queueMicrotask(() => {
        if (works) pc.onicecandidate({ candidate: { type: "relay", candidate: "" } });
        else pc.onicecandidateerror({ errorCode: 701 });
        pc.onicecandidate({ candidate: null });
      });
    },
  };
  return pc;
}

describe("a WebSocket", () => {
  function opened() {
    const socket = new FakeSocket();
    let at = 0;
    const rtt = socketRtt(
      () => socket as unknown as WebSocket,
      "the ticket",
      undefined,
      () => at,
    );
    const answerAfter = (ms: number) => {
      at += ms;
      socket.onmessage?.({ data: "" });
    };
    return { socket, rtt, answerAfter };
  }

  it("is timed by its fastest answer, the ticket first", async () => {
    const { socket, rtt, answerAfter } = opened();
    socket.onopen?.();
    for (const ms of [40, 25, 30, 28]) answerAfter(ms);
    expect(await rtt).toEqual({ ms: 25, refused: false });
    expect(socket.sent).toEqual(["the ticket", "1", "2", "3"]);
    expect(socket.closed).toBe(true);
  });

  it("that is closed at once does not work", async () => {
    const { socket, rtt } = opened();
    socket.onclose?.({ code: 1006 });
    expect(await rtt).toEqual({ ms: null, refused: true });
  });
});

describe("the speed of bodies one after the other", () => {
  it.each([
    ["nothing without any", [], null],
    [
      "that of the fastest which took its time, on a line whose queue drops TCP's first packets",
      [
        [2_000, 900],
        [4_000, 400],
        [8_000, 2_000],
      ],
      83,
    ],
    [
      "that of all where none took long",
      [
        [2_000, 1],
        [60_000, 40],
        [60_000, 40],
      ],
      12_482,
    ],
    [
      "not that of a small one that came by chance at once",
      [
        [2_000, 1],
        [16_000, 280],
      ],
      474,
    ],
  ] as const)("is %s", (_, bodies, wanted) => {
    expect(speedOf(bodies.map(([bytes, ms]) => ({ bytes, ms })))).toBe(wanted);
  });
});

describe("a question that has to be answered", () => {
  /** Each request that was made, answered when the test says so. */
  let asked: { key: string | null; answer: (with_: Response) => void; fail: () => void; given: boolean }[];

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    vi.stubGlobal(
      "fetch",
      (_: string, { headers, signal }: { headers: Record<string, string>; signal: AbortSignal }) =>
        new Promise<Response>((answer, reject) => {
          const fail = () => reject(new TypeError("network"));
          const each = { key: headers["Idempotency-Key"] ?? null, answer, fail, given: false };
          signal.addEventListener("abort", () => {
            each.given = true;
            reject(signal.reason);
          });
          asked.push(each);
        }),
    );
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is asked again each second with the same key, and the first answer ends it", async () => {
    const answer = insist<{ rung: string }>("/check/result", {});
    await vi.advanceTimersByTimeAsync(2_500);
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
    expect(asked[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
    asked[1]?.answer(Response.json({ rung: "sd" }));
    expect(await answer).toEqual({ rung: "sd" });
    expect(asked.map(({ given }) => given)).toEqual([true, true, true]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toHaveLength(3);
  });

  it("is answered by another connection when one breaks", async () => {
    const answer = insist<number>("/check/result", {});
    asked[0]?.fail();
    await vi.advanceTimersByTimeAsync(1_000);
    asked[1]?.answer(Response.json(7));
    expect(await answer).toBe(7);
  });

  it("is refused at once when the server says no", async () => {
    const answer = insist("/check/begin", {});
    const no = { error: "check.busy", sentence: "Others are checking.", retryS: 30 };
    asked[0]?.answer(Response.json(no, { status: 429 }));
    await expect(answer).rejects.toEqual(new Refusal("check.busy", "Others are checking.", 30));
  });

  it.each([
    ["breaks each time", () => asked.at(-1)?.fail(), 4_000],
    ["is never answered", () => undefined, 12_000],
  ])("is given up when it %s", async (_, meanwhile, withinMs) => {
    const given = expect(insist("/check/begin", {})).rejects.toThrow();
    for (let ms = 0; ms <= withinMs; ms += 500) {
      meanwhile();
      await vi.advanceTimersByTimeAsync(500);
    }
    await given;
    expect(asked).toHaveLength(5);
  });
});

const WAYS: Ways = {
  httpMs: 12.4,
  socket: { ms: 9, refused: false },
  way: "host udp",
  candidates: ["host udp"],
  relays: [{ transport: "tcp", ms: 30, error: 0 }],
};

test("UDP works where the connection or the relay went by it", () => {
  expect(reachesByUdp(WAYS)).toBe(true);
  expect(reachesByUdp({ ...WAYS, way: "relay tcp" })).toBe(false);
  expect(reachesByUdp({ ...WAYS, way: "none", relays: [{ transport: "udp", ms: 5, error: 0 }] })).toBe(true);
});

test("what is copied holds no address, whatever the description says", () => {
  const sdp = [
    "a=candidate:1 1 udp 2122 192.0.2.7 50000 typ host generation 0",
    "a=candidate:2 1 udp 1686 198.51.100.7 50000 typ srflx raddr 192.0.2.7 rport 50000",
    "a=candidate:3 1 tcp 1518 192.0.2.7 9 typ host tcptype active",
    "a=candidate:4 1 udp 2122 192.0.2.8 50001 typ host",
  ].join("\r\n");
  const candidates = candidateKinds(sdp);
  expect(candidates).toEqual(["host udp", "srflx udp", "host tcp"]);
  const way = { lossPm: 0, jitterMs: 1, reorderedPm: 0, kbps: 900 };
  const copied = diagnostics(
    {
      ...AT_REST,
      step: "done",
      camera: "works",
      loudspeaker: "quiet",
      verdict: { readiness: "good", rung: "hd", remedy: "none", up: way, down: way },
      figures: {
        connected: true,
        microphone: "heard",
        everyMs: 20,
        up: [],
        down: [],
        upKbps: 900,
        downKbps: 900,
        rttMs: 9,
        socket: true,
      },
      ways: { ...WAYS, candidates },
    },
    "heard",
    NO_PROBLEMS,
  );
  expect(JSON.parse(copied)).toMatchObject({
    udp: true,
    httpMs: 12,
    socket: { ms: 9 },
    microphone: "heard",
    camera: "works",
    tone: "heard",
    loudspeaker: "quiet",
    candidates,
  });
  expect(copied).not.toMatch(/\d+\.\d+\.\d+/);
});

test("a check that failed can be copied too: where it stopped, why, and what was known by then", () => {
  const relays = WAYS.relays;
  const copied = diagnostics(
    {
      ...AT_REST,
      step: "failed",
      failedAt: "line",
      refusal: new Refusal("check.over", "", 0),
      microphone: "heard",
      camera: "none",
      tried: { candidates: ["host udp"], relays },
    },
    "nothing",
    { ...NO_PROBLEMS, cameraProblem: "in_use" },
  );
  expect(JSON.parse(copied)).toMatchObject({
    failed: { at: "line", error: "check.over" },
    microphone: "heard",
    camera: "none",
    cameraProblem: "in_use",
    tone: "nothing",
    candidates: ["host udp"],
    relays,
  });
});

const NO_PROBLEMS = { microphoneProblem: null, cameraProblem: null };

test("packets go out evenly by the clock they are given, which a hidden tab does not slow down", () => {
  const clock = new FakeClock();
  const sent: number[] = [];
  const channel = {
    addEventListener: () => undefined,
    readyState: "open" as const,
    send: () => void sent.push(clock.now()),
  };
  const sending = sendPackets(channel, new LineRecord(), clock, () => undefined);
  clock.pass(1_900);
  sending.stop();
  clock.pass(1_000);
  expect(sent).toEqual(Array.from({ length: 51 }, (_, at) => 900 + 20 * at));
});
