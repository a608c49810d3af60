import { describe, expect, test } from "vitest";
import { Notices, PASSING_MS } from "../src/notices";
import type { Notice } from "../src/state";
import { changeOf, mirrored, ownChange, peerChange, type Scene, warning } from "../src/telling";
import { FakeClock } from "./fakes";

const SCENE: Scene = { peer: "Ann", pin: "none", other: "sd", picture: true, order: "speech" };
const PAUSED = { rung: "voice", previous: "low", reason: "bandwidth", whose: "theirs" } as const;

describe("a pause of video", () => {
  test("names the line and what was done, at once, with a way to undo it", () => {
    expect(ownChange(PAUSED, SCENE)).toEqual({
      words: "Ann's line is weak. We paused your video so you can keep talking.",
      urgency: "assertive",
      action: { words: "Keep video", do: "video_back" },
      stays: true,
    });
  });

  test("is told on the other screen in its own words", () => {
    expect(peerChange({ ...PAUSED, whose: mirrored("theirs") }, { ...SCENE, peer: "Ben" })?.words).toBe(
      "Your line is weak. We paused Ben's video so you can keep talking.",
    );
  });

  test("of both directions is one line", () => {
    const both = "The line is weak. We paused video so you can keep talking.";
    expect(ownChange({ ...PAUSED, whose: "unclear" }, { ...SCENE, other: "voice" })?.words).toBe(both);
    expect(peerChange({ ...PAUSED, whose: "unclear" }, { ...SCENE, other: "voice" })?.words).toBe(both);
  });

  test("blames nobody when the side is unknown", () => {
    expect(ownChange({ ...PAUSED, whose: "none" }, SCENE)?.words).toMatch(/^The line is weak\./);
  });

  test("needs no words when there was no picture", () => {
    expect(ownChange(PAUSED, { ...SCENE, picture: false })).toBeNull();
    expect(peerChange(PAUSED, { ...SCENE, picture: false })).toBeNull();
  });

  test("that the person chose is said so, and never aloud", () => {
    const said = ownChange({ ...PAUSED, reason: "pinned" }, SCENE);
    expect(said?.words).toBe("You switched to voice only. Your camera is not being sent.");
    expect(said?.urgency).toBeUndefined();
    expect(peerChange({ ...PAUSED, reason: "pinned" }, SCENE)?.words).toBe("Ann switched to voice only.");
  });
});

describe("other changes", () => {
  test("video that is back is told, with a way to stay with the voice", () => {
    const said = ownChange({ rung: "low", previous: "voice", reason: "recovered", whose: "none" }, SCENE);
    expect(said).toMatchObject({
      words: "The line holds again. Your video is back.",
      action: { do: "pin_voice" },
    });
  });

  test("a busy machine is not a weak line", () => {
    const said = ownChange({ rung: "low", previous: "sd", reason: "cpu", whose: "none" }, SCENE);
    expect(said?.words).toMatch(/^This device has a lot to do\./);
    expect(peerChange({ rung: "low", previous: "sd", reason: "cpu", whose: "none" }, SCENE)).toBeNull();
  });

  test("a little more or less sharpness needs no words", () => {
    expect(ownChange({ rung: "sd", previous: "hd", reason: "bandwidth", whose: "mine" }, SCENE)).toBeNull();
    expect(ownChange({ rung: "hd", previous: "sd", reason: "recovered", whose: "none" }, SCENE)).toBeNull();
  });

  test("the telephone's prompt speaks for itself", () => {
    expect(
      ownChange({ rung: "phone", previous: "voice", reason: "outage", whose: "mine" }, SCENE),
    ).toBeNull();
  });

  test("a decision about sound, sides or probes is no change", () => {
    const decision = {
      atMs: 0,
      rung: "sd",
      previous: "low",
      reason: "whose",
      audio: { kbps: 32, copies: 1, packet_ms: 20 },
      probing: null,
      warning: null,
      phone: "hidden",
      whose: "mine",
    } as const;
    expect(changeOf(decision, "sd")).toBeNull();
    expect(changeOf(decision, "low")).toEqual({
      rung: "sd",
      previous: "low",
      reason: "whose",
      whose: "mine",
    });
  });
});

describe("still pictures", () => {
  const STILL = { rung: "stills", previous: "low", reason: "bandwidth", whose: "theirs" } as const;

  test("in place of video are told on both screens, calmly, with a way to undo it", () => {
    expect(ownChange(STILL, SCENE)).toEqual({
      words: "Ann's line is weak. Your video is now a still picture that changes every few seconds.",
      action: { words: "Keep video", do: "video_back" },
      stays: true,
    });
    expect(peerChange({ ...STILL, whose: mirrored("theirs") }, { ...SCENE, peer: "Ben" })).toEqual({
      words: "Your line is weak. Ben's video is now a still picture that changes every few seconds.",
      stays: true,
    });
  });

  test("that go are told aloud, as pictures", () => {
    const gone = { ...STILL, rung: "voice", previous: "stills" } as const;
    expect(ownChange(gone, SCENE)).toMatchObject({
      words: "Ann's line is weak. We paused your picture so you can keep talking.",
      urgency: "assertive",
    });
    expect(peerChange({ ...gone, whose: "mine" }, { ...SCENE, other: "survival" })?.words).toBe(
      "Your line is weak. We paused the pictures so you can keep talking.",
    );
  });

  test("after voice only are more than there was", () => {
    const back = { rung: "stills", previous: "voice", reason: "recovered", whose: "none" } as const;
    expect(ownChange(back, SCENE)).toMatchObject({
      words: "The line holds a little more. Your picture is back, as a still that changes every few seconds.",
      action: { do: "pin_voice" },
    });
    expect(peerChange(back, SCENE)?.words).toMatch(/^The line holds a little more\. Ann's picture is back/);
  });

  test("give way to video in the words of video", () => {
    const back = { rung: "low", previous: "stills", reason: "recovered", whose: "none" } as const;
    expect(ownChange(back, SCENE)?.words).toBe("The line holds again. Your video is back.");
    expect(peerChange(back, SCENE)?.words).toBe("The line holds again. Ann's video is back.");
  });

  test("need no words while there is nothing to show", () => {
    expect(ownChange(STILL, { ...SCENE, picture: false })).toBeNull();
    expect(peerChange(STILL, { ...SCENE, picture: false })).toBeNull();
  });
});

describe("lighter sound", () => {
  const LIGHTER = { rung: "survival", previous: "voice", reason: "bandwidth", whose: "mine" } as const;
  const FULL = { rung: "voice", previous: "survival", reason: "recovered", whose: "none" } as const;

  test("is told with or without a camera, in the same words on both screens", () => {
    const words = "Your line is weak. We made the sound lighter so you can keep talking.";
    for (const picture of [true, false]) {
      expect(ownChange(LIGHTER, { ...SCENE, picture })).toEqual({ words, stays: true });
      expect(peerChange(LIGHTER, { ...SCENE, picture })).toEqual({ words, stays: true });
    }
  });

  test("that is full again is told, or that voice was chosen", () => {
    const words = "The line holds a little more. The sound is full again.";
    expect(ownChange(FULL, SCENE)).toEqual({ words });
    expect(peerChange(FULL, SCENE)).toEqual({ words });
    expect(ownChange(FULL, { ...SCENE, pin: "voice" })?.words).toMatch(/^You switched to voice only\./);
  });

  test("straight from a picture is first of all a pause of it", () => {
    expect(ownChange({ ...LIGHTER, previous: "low" }, SCENE)?.words).toMatch(/We paused your video/);
  });

  test("after the telephone needs no words", () => {
    expect(ownChange({ ...LIGHTER, previous: "phone" }, SCENE)).toBeNull();
  });
});

describe("a warning", () => {
  test.each([
    ["sd", "Your line is weak. The picture may get smaller."],
    ["stills", "Your line is weak. Video may become a still picture for a while."],
    ["voice", "Your line is weak. We may pause video to keep the sound."],
    ["phone", "The sound is breaking up. If it goes on, you and Ann can telephone."],
  ] as const)("of %s says what is coming", (rung, words) => {
    expect(warning(rung, "mine", "Ann", "speech").words).toBe(words);
  });

  test("where the picture is kept, is of writing and not of the telephone", () => {
    const said = warning("phone", "mine", "Ann", "picture");
    expect(said.words).toBe("The sound is breaking up. If it goes on, you and Ann can write to each other.");
    expect(said.action?.do).toBe("write");
  });
});

describe("a picture kept longest", () => {
  test("gets smaller to stay in motion, in the same words on both screens", () => {
    const change = { rung: "low", previous: "sd", reason: "bandwidth", whose: "unclear" } as const;
    const words = "The line is weak. We made the picture smaller to keep it moving.";
    expect(ownChange(change, { ...SCENE, order: "picture" })?.words).toBe(words);
    expect(peerChange(change, { ...SCENE, order: "picture" })?.words).toBe(words);
  });
});

describe("notices", () => {
  function board() {
    const clock = new FakeClock();
    const seen: (readonly Notice[])[] = [];
    const notices = new Notices(clock, (shown) => seen.push(shown));
    const words = (): string[] => (seen.at(-1) ?? []).map((notice) => notice.words);
    return { clock, notices, words, seen };
  }

  test("of one kind take each other's place", () => {
    const { notices, words } = board();
    notices.say("warning", { words: "Maybe" });
    notices.say("line", { words: "Paused" });
    notices.say("line", { words: "Back" });
    expect(words()).toEqual(["Maybe", "Back"]);
  });

  test("pass by themselves, but for those that stay", () => {
    const { clock, notices, words } = board();
    notices.say("line", { words: "Paused", stays: true });
    notices.say("device", { words: "Plugged" });
    clock.pass(PASSING_MS);
    expect(words()).toEqual(["Paused"]);
  });

  test("are sent away one by one, or all at once", () => {
    const { notices, words, seen } = board();
    notices.say("line", { words: "Paused", stays: true });
    notices.say("talking", { words: "Muted" });
    notices.dismiss((seen.at(-1) as readonly Notice[])[0]?.id ?? "");
    expect(words()).toEqual(["Muted"]);
    notices.clearAll();
    expect(words()).toEqual([]);
  });

  test("said twice are shown once, and are news again after they were gone", () => {
    const { notices, seen } = board();
    notices.say("talking", { words: "Muted" });
    notices.say("talking", { words: "Muted" });
    expect(seen).toHaveLength(1);
    notices.clear("talking");
    notices.say("talking", { words: "Muted" });
    expect(seen.at(-1)?.[0]?.id).not.toBe(seen[0]?.[0]?.id);
  });
});
