/** Measures from what Chromium 156 really answered; see tests/dumps. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Report } from "../src/report";
import { type Circumstances, heard, sample } from "../src/sample";
import { cpuLimited, picturesCame, readStats, type Snapshot, type StatsEntry, since } from "../src/stats";

interface Dump {
  readonly atMs: number;
  readonly entries: readonly StatsEntry[];
}

/** Five looks, half a second apart. */
function recorded(name: string): Snapshot[] {
  const text = readFileSync(new URL(`./dumps/chromium-156-${name}.json`, import.meta.url), "utf8");
  return (JSON.parse(text) as Dump[]).map(({ entries, atMs }) => readStats(entries, atMs));
}

function last(history: readonly Snapshot[]): Snapshot {
  return history.at(-1) as Snapshot;
}

const CALM: Circumstances = {
  silenceMs: 20,
  rttMs: 40,
  rttRiseMs: 0,
  serverRiseMs: null,
  capacityKbps: 900,
  videoWanted: true,
  maxFps: 30,
  peerSpeaks: true,
  weSpeak: true,
};

const REPORT: Report = {
  n: 1,
  echo: null,
  receivedKbps: 900,
  lossPm: 12,
  concealedPm: 7,
  silenceMs: 30,
  serverRiseMs: 4,
  atLastRung: false,
  speechLost: false,
  long: false,
};

describe("a clean line", () => {
  const history = recorded("clean");

  test("loses nothing and conceals nothing", () => {
    expect(heard(history, true)).toMatchObject({ lossPm: 0, concealedPm: 0 });
  });

  test("is received at the rate of its bytes on the selected pair", () => {
    // 705,203 - 600,266 bytes in 1,036 ms.
    expect(heard(history, true).receivedKbps).toBe(810);
  });

  test("is usable for 85 % of the browser's estimate", () => {
    expect(sample(history, null, last(history).atMs, CALM).usableKbps).toBe(2_280);
  });

  test("carries besides what speech takes, which the browser does not measure the line by", () => {
    // 50 packets of 65 bytes and 38 that no counter has, in the last second.
    const spoken = history.map((each, n) => ({ ...each, speechSent: n * 25 * (65 + 38) }));
    const { usableKbps } = sample(spoken, null, last(spoken).atMs, CALM);
    expect(usableKbps).toBeGreaterThanOrEqual(2_280 + 38);
    expect(usableKbps).toBeLessThanOrEqual(2_280 + 42);
  });

  test("is not estimated from a time when no video is sent", () => {
    const spoken = history.map((each) => ({ ...each, availableKbps: null, video: null }));
    expect(sample(spoken, null, last(spoken).atMs, CALM).usableKbps).toBeUndefined();
  });

  describe("delivers", () => {
    const sent = (kbps: readonly number[]): Snapshot[] => {
      let bytes = 0;
      return kbps.map((rate, n) => {
        bytes += (rate * 500) / 8;
        return { ...(history[0] as Snapshot), atMs: n * 500, bytesSent: bytes };
      });
    };
    const delivered = (kbps: readonly number[], receivedKbps: number | null, atMs = 2_000) =>
      sample(sent(kbps), { atMs, report: { ...REPORT, receivedKbps } }, 2_000, CALM).deliveredPm;

    test("what the peer received of what was sent", () => {
      expect(delivered([0, 800, 800, 800, 800], 60)).toBe(75);
      expect(delivered([0, 800, 800, 800, 800], 900)).toBe(1_000);
    });

    test("the lesser of two seconds counts: what has just been added is not there yet", () => {
      expect(delivered([0, 200, 200, 900, 900], 180)).toBe(900);
    });

    test("a report of over a second ago tells of neither: a camera just put on is no collapse", () => {
      expect(delivered([0, 900, 900, 900, 900], 60, 1_000)).toBe(67);
      expect(delivered([0, 900, 900, 900, 900], 60, 999)).toBeUndefined();
    });

    test("nothing is known where little is sent, or nothing reported", () => {
      expect(delivered([0, 50, 50, 50, 50], 40)).toBeUndefined();
      expect(delivered([0, 800, 800, 800, 800], null)).toBeUndefined();
    });
  });

  test("brings pictures", () => {
    expect(picturesCame(history[3] as Snapshot, last(history))).toBe(true);
  });

  test("has heard something some milliseconds ago", () => {
    expect(last(history).idleMs).toBeLessThan(40);
  });
});

describe("a fifth of the packets lost", () => {
  const history = recorded("loss_20");

  test("is told as lost, while RED leaves nothing to conceal", () => {
    // 24 lost of 102 in the last 2 s.
    expect(heard(history, true)).toMatchObject({ lossPm: 235, concealedPm: 0 });
  });

  test("is known from RTCP while the peer does not report", () => {
    const at = last(history).atMs;
    expect(sample(history, null, at, CALM).lossPm).toBe(195);
    expect(sample(history, { atMs: at, report: REPORT }, at, CALM).lossPm).toBe(12);
  });
});

describe("an outage", () => {
  const history = recorded("outage");

  test("brings no pictures, no bytes and no losses to count", () => {
    expect(picturesCame(history[0] as Snapshot, last(history))).toBe(false);
    expect(heard(history, true)).toMatchObject({ receivedKbps: 0, lossPm: null });
  });

  test("is as old as the last packet", () => {
    expect(history.map(({ idleMs }) => Math.round(idleMs ?? 0))).toEqual([591, 1_142, 1_654, 2_165, 2_674]);
  });

  test("conceals nothing audible once the invented sound has faded", () => {
    expect(heard(history, true).concealedPm).toBe(0);
  });
});

test("a muted peer still sends, and is no speech to damage", () => {
  const history = recorded("peer_muted");
  expect(heard(history, false)).toMatchObject({ lossPm: 0, concealedPm: null });
  expect(last(history).idleMs).toBeLessThan(40);
});

describe("the sample", () => {
  const history = recorded("clean");
  const at = last(history).atMs;

  test("takes what the peer hears from its report", () => {
    expect(sample(history, { atMs: at - 300, report: REPORT }, at, CALM)).toMatchObject({
      receivedByPeerKbps: 900,
      lossPm: 12,
      peerConcealedPm: 7,
      peerSilenceMs: 30,
      peerServerRiseMs: 4,
      peerAtLastRung: 0,
      peerSpeechLost: 0,
    });
  });

  test("knows nothing of the peer from an old report", () => {
    const old = sample(history, { atMs: at - 2_001, report: REPORT }, at, CALM);
    expect(old.peerSilenceMs).toBeUndefined();
    expect(old.peerSpeechLost).toBeUndefined();
  });

  test("has no data on speech that nobody speaks", () => {
    const report = { atMs: at, report: REPORT };
    expect(sample(history, report, at, { ...CALM, weSpeak: false }).peerConcealedPm).toBeUndefined();
    expect(sample(history, report, at, { ...CALM, peerSpeaks: false }).concealedPm).toBeUndefined();
  });

  test("has no data before anything was measured", () => {
    const { videoWanted, ...rest } = sample([], null, 0, {
      ...CALM,
      silenceMs: null,
      rttMs: null,
      rttRiseMs: null,
      capacityKbps: null,
    });
    expect(videoWanted).toBe(1);
    expect(Object.values(rest).every((value) => value === undefined)).toBe(true);
  });

  test("counts integers only", () => {
    const values = Object.values(sample(history, { atMs: at, report: REPORT }, at, CALM));
    expect(values.filter((value) => value !== undefined && !Number.isInteger(value))).toEqual([]);
  });
});

describe("a window", () => {
  const looks = [0, 500, 1_000, 1_500, 2_100].map((atMs) => ({ ...last(recorded("clean")), atMs }));

  test("begins with the oldest look inside it, late ones included", () => {
    expect(since(looks, 2_000)?.atMs).toBe(0);
    expect(since(looks, 1_000)?.atMs).toBe(1_000);
  });

  test("needs two looks", () => {
    expect(since(looks.slice(0, 1), 2_000)).toBeNull();
    expect(since([], 2_000)).toBeNull();
  });
});

describe("the machine is the limit", () => {
  const clean = last(recorded("clean"));
  const video = { encoded: 100, encodeMs: 1_000, fps: 20, sourceFps: 20, limitedBy: "none" };
  const look = (fields: Partial<typeof video>): Snapshot => ({ ...clean, video: { ...video, ...fields } });

  test.each([
    ["never with frames and time to spare", { encoded: 120, encodeMs: 1_200 }, false],
    ["when the browser says so", { encoded: 120, encodeMs: 1_200, limitedBy: "cpu" }, true],
    ["when a frame takes longer than 15 ms", { encoded: 120, encodeMs: 1_301 }, true],
    ["when it encodes under 70 % of its frames", { encoded: 113, encodeMs: 1_100, fps: 13 }, true],
    [
      "but not when the line lets it have no more",
      { encoded: 113, encodeMs: 1_100, fps: 13, limitedBy: "bandwidth" },
      false,
    ],
  ])("%s", (_name, fields, limited) => {
    expect(cpuLimited(look({}), look(fields), 30)).toBe(limited);
  });

  test("is unknown while no video is sent", () => {
    expect(cpuLimited(look({}), { ...clean, video: null }, 30)).toBeNull();
  });

  test("a rung of 12 frames a second asks for no more", () => {
    expect(cpuLimited(look({}), look({ encoded: 112, encodeMs: 1_100, fps: 12, sourceFps: 30 }), 12)).toBe(
      false,
    );
  });
});

test("a browser that tells little is believed that much", () => {
  const bare = readStats([{ type: "inbound-rtp", id: "a", kind: "audio", packetsReceived: 5 }], 1_000);
  expect(bare).toMatchObject({
    availableKbps: null,
    bytesReceived: null,
    framesDecoded: null,
    video: null,
    idleMs: null,
  });
  expect(bare.speech).toEqual({ received: 5, lost: 0, samples: 0, concealed: 0, waitedMs: 0, played: 0 });
});

test("the estimate counts while video is sent, speech with what no counter has", () => {
  const entries: StatsEntry[] = [
    { type: "transport", id: "t", selectedCandidatePairId: "1" },
    { type: "candidate-pair", id: "1", availableOutgoingBitrate: 300_000 },
    { type: "outbound-rtp", id: "a", kind: "audio", packetsSent: 2, bytesSent: 100, headerBytesSent: 24 },
    { type: "outbound-rtp", id: "v", kind: "video", framesEncoded: 9, active: true },
  ];
  expect(readStats(entries, 0)).toMatchObject({ availableKbps: 300, speechSent: 100 + 24 + 2 * 38 });
  const paused = entries.map((entry) => (entry["kind"] === "video" ? { ...entry, active: false } : entry));
  expect(readStats(paused, 0).availableKbps).toBeNull();
});

test("Firefox names its pair itself", () => {
  const entries: StatsEntry[] = [
    { type: "candidate-pair", id: "1", bytesReceived: 5 },
    { type: "candidate-pair", id: "2", bytesReceived: 7, selected: true },
  ];
  expect(readStats(entries, 0)).toMatchObject({ bytesReceived: 7, pair: "2" });
});
