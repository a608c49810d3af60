import { describe, expect, test } from "vitest";
import { speechFirst } from "../src/codecs";
import type { Decision } from "../src/ladder-table";
import { applySpeech, applyVideo, type Source, sendingOf } from "../src/rungs";

const CAMERA: Source = { content: "camera", height: 720, order: "speech" };

function decision(fields: Partial<Decision>): Pick<Decision, "rung" | "probing" | "audio"> {
  return { rung: "sd", probing: null, audio: { kbps: 32, copies: 1, packet_ms: 20 }, ...fields };
}

describe("what a rung means for the senders", () => {
  test.each([
    ["hd", 1_400_000, 1, 30],
    ["sd", 450_000, 2, 25],
    ["low", 130_000, 4, 15],
  ] as const)("%s: at most %i bit/s, lines divided by %d, %i pictures a second", (rung, bps, scale, fps) => {
    expect(sendingOf(decision({ rung }), CAMERA).video).toEqual({
      maxBitrate: bps,
      scaleResolutionDownBy: scale,
      maxFramerate: fps,
      degradationPreference: "balanced",
    });
  });

  test.each(["stills", "voice", "survival", "phone"] as const)(
    "%s: no video at all, speech goes on",
    (rung) => {
      const sending = sendingOf(decision({ rung, audio: { kbps: 12, copies: 0, packet_ms: 60 } }), CAMERA);
      expect(sending).toEqual({
        video: null,
        speechBps: 12_000,
        packing: { red: false, packetMs: 60 },
        copies: 0,
        mostKbps: null,
      });
    },
  );

  test("a probe sends the rung it tries, thinly where there was no video", () => {
    expect(sendingOf(decision({ rung: "stills", probing: "low" }), CAMERA).video?.maxBitrate).toBe(30_000);
    expect(sendingOf(decision({ rung: "voice", probing: "low" }), CAMERA).video?.maxBitrate).toBe(30_000);
    expect(sendingOf(decision({ rung: "voice", probing: "low" }), CAMERA).mostKbps).toBe(40);
    expect(sendingOf(decision({ rung: "low", probing: "sd" }), CAMERA).mostKbps).toBeNull();
    expect(sendingOf(decision({ rung: "low", probing: "sd" }), CAMERA).video?.maxBitrate).toBe(450_000);
  });

  test("a small camera is never blown up", () => {
    expect(sendingOf(decision({ rung: "sd" }), { ...CAMERA, height: 240 }).video?.scaleResolutionDownBy).toBe(
      1,
    );
  });

  test("an odd camera is scaled to the rung's lines", () => {
    expect(
      sendingOf(decision({ rung: "low" }), { ...CAMERA, height: 480 }).video?.scaleResolutionDownBy,
    ).toBeCloseTo(2.67);
  });

  test("a screen keeps its pixels and gives up pictures", () => {
    expect(
      sendingOf(decision({ rung: "sd" }), { ...CAMERA, content: "screen", height: 1_080 }).video,
    ).toMatchObject({
      scaleResolutionDownBy: 1,
      maxFramerate: 5,
      degradationPreference: "maintain-resolution",
    });
  });

  test.each([
    ["hd", 1, 30],
    ["sd", 2, 25],
    ["low", 4, 25],
  ] as const)("%s of a picture kept longest: lines divided by %d, movement kept", (rung, scale, fps) => {
    const { video } = sendingOf(decision({ rung }), { ...CAMERA, order: "picture" });
    expect(video).toMatchObject({
      scaleResolutionDownBy: scale,
      maxFramerate: fps,
      degradationPreference: "maintain-framerate",
    });
  });

  test("a screen stays a screen, whatever is kept longest", () => {
    const screen = { content: "screen", height: 1_080, order: "picture" } as const;
    expect(sendingOf(decision({ rung: "low" }), screen).video).toMatchObject({
      maxFramerate: 5,
      degradationPreference: "maintain-resolution",
    });
  });
});

/** A sender as the browser has it: parameters are read, changed and set as a whole. */
function sender(encodings: object[]) {
  const set: unknown[] = [];
  const fake = {
    getParameters: () => ({ encodings: structuredClone(encodings) }),
    setParameters: async (parameters: unknown) => void set.push(parameters),
  };
  return { sender: fake as unknown as RTCRtpSender, set };
}

describe("telling the senders", () => {
  test("switches video on with its limits", async () => {
    const { sender: video, set } = sender([{ active: false, priority: "low" }]);
    await applyVideo(video, sendingOf(decision({}), CAMERA).video);
    expect(set).toMatchObject([{ encodings: [{ active: true, priority: "low", maxBitrate: 450_000 }] }]);
  });

  test("switches video off and leaves the rest", async () => {
    const { sender: video, set } = sender([{ active: true, maxBitrate: 1_400_000 }]);
    await applyVideo(video, null);
    expect(set).toEqual([{ encodings: [{ active: false, maxBitrate: 1_400_000 }] }]);
  });

  test("sets the bitrate of speech only when it is another", async () => {
    const { sender: audio, set } = sender([{ active: true, maxBitrate: 32_000 }]);
    await applySpeech(audio, 32_000, true);
    expect(set).toEqual([]);
    await applySpeech(audio, 24_000, true);
    expect(set).toMatchObject([{ encodings: [{ maxBitrate: 24_000 }] }]);
  });

  test("keeps speech back and lets it go on", async () => {
    const speaking = sender([{ active: true, maxBitrate: 32_000 }]);
    await applySpeech(speaking.sender, 32_000, false);
    expect(speaking.set).toMatchObject([{ encodings: [{ active: false }] }]);
    const kept = sender([{ active: false, maxBitrate: 32_000 }]);
    await applySpeech(kept.sender, 32_000, true);
    expect(kept.set).toMatchObject([{ encodings: [{ active: true }] }]);
  });

  test("has nothing to tell one that was never negotiated", async () => {
    const { sender: audio, set } = sender([]);
    await applySpeech(audio, 32_000, true);
    await applyVideo(audio, null);
    expect(set).toEqual([]);
  });
});

test("speech prefers redundancy, then Opus, then what the browser had first", () => {
  const codecs = ["audio/G722", "audio/opus", "audio/red", "audio/PCMU"].map((mimeType) => ({ mimeType }));
  expect(speechFirst(codecs).map(({ mimeType }) => mimeType)).toEqual([
    "audio/red",
    "audio/opus",
    "audio/G722",
    "audio/PCMU",
  ]);
});
