import { describe, expect, it } from "vitest";
import { attributesOf, titleOf } from "../src/ui/page";
import { holdsPicture, sceneOf, silenceOf } from "../src/ui/scene";
import { screenOf } from "../src/ui/screens";
import { endWords } from "../src/ui/words/room";
import { inCall } from "./people";

const ended = { ...inCall().session, state: "ended" } as const;

describe("the screen", () => {
  it("is the room while waiting and in the call", () => {
    expect(screenOf(inCall({ phase: "waiting" }))).toBe("room");
    expect(screenOf(inCall())).toBe("room");
  });

  it("offers the way back after a leave, and says goodbye after the end", () => {
    expect(screenOf(inCall({ phase: "ended" }))).toBe("left");
    expect(screenOf(inCall({ phase: "ended", session: ended }))).toBe("ended");
    expect(screenOf(inCall({ phase: "lobby", session: ended }))).toBe("ended");
  });

  it("says where the session went before anything else", () => {
    expect(screenOf(inCall({ moved: true }))).toBe("moved");
    expect(screenOf(inCall({ moved: true, shutOut: "Your link was replaced." }))).toBe("shut_out");
  });

  it("waits for the room before it names anybody", () => {
    const state = inCall({ phase: "lobby" });
    expect(screenOf({ ...state, you: { ...state.you, name: "" } })).toBe("opening");
  });
});

describe("the scene", () => {
  it("shows the peer while pictures arrive", () => {
    expect(sceneOf(inCall())).toBe("video");
  });

  it("becomes the telephone whatever the line does", () => {
    expect(sceneOf(inCall({ phone: "offered", link: "lost" }))).toBe("phone");
    expect(sceneOf(inCall({ phone: "active" }))).toBe("phone");
    expect(sceneOf(inCall({ phone: "offered", phase: "waiting" }))).toBe("phone");
  });

  it("keeps the last picture when the line paused it", () => {
    const paused = inCall({ peerVideoLive: false, peerRung: "voice", whose: "theirs" });
    expect(sceneOf(paused)).toBe("voice");
    const peerStill = { picture: {} as ImageBitmap, at: 0 };
    expect(sceneOf({ ...paused, peerStill })).toBe("voice");
    expect(sceneOf({ ...paused, peerStill, peerRung: "stills" })).toBe("still");
    expect(sceneOf({ ...paused, peerStill: null, peerRung: "stills" })).toBe("voice");
    expect(sceneOf({ ...paused, peerStill, peerRung: "stills", link: "interrupted" })).toBe("voice");
    expect(sceneOf({ ...paused, peerStill, peerRung: "stills", peerVideoLive: true })).toBe("video");
    expect(silenceOf(paused)).toBe("line");
    expect(holdsPicture(paused)).toBe(true);
  });

  it("keeps no picture of a person who switched the camera off", () => {
    const peer = { ...inCall().peer, status: { microphone: "on", camera: "off", screen: false } as const };
    const off = inCall({ peerVideoLive: false, peer });
    expect(silenceOf(off)).toBe("off");
    expect(holdsPicture(off)).toBe(false);
  });

  it("knows a choice from a weak line, and a weak line from a lost one", () => {
    expect(silenceOf(inCall({ peerVideoLive: false, pin: "voice" }))).toBe("chosen");
    expect(silenceOf(inCall({ peerVideoLive: false, whose: "none" }))).toBe("paused");
    expect(silenceOf(inCall({ peerVideoLive: false, link: "interrupted" }))).toBe("lost");
  });

  it("connects before it shows anything", () => {
    expect(sceneOf(inCall({ link: "new", peerVideoLive: false }))).toBe("connecting");
    expect(sceneOf(inCall({ phase: "waiting", link: "new", peerVideoLive: false }))).toBe("waiting");
  });
});

describe("the document", () => {
  it("carries the state in the attributes that programs rely on", () => {
    expect(
      attributesOf(
        inCall({ rung: "low", reason: "rtt", peerRung: "voice", whose: "theirs", phone: "offered" }),
      ),
    ).toEqual({
      "data-phase": "call",
      "data-rung": "low",
      "data-peer-rung": "voice",
      "data-whose": "theirs",
      "data-link": "connected",
      "data-server": "online",
      "data-phone": "offered",
      "data-reason": "rtt",
    });
  });

  it("says in its title who is waiting", () => {
    expect(titleOf(inCall({ phase: "lobby" }))).toBe("Ann is waiting for you – Ringback");
    expect(titleOf(inCall({ phase: "waiting" }))).toBe("Waiting for Ann – Ringback");
    expect(titleOf(inCall())).toBe("In session with Ann – Ringback");
    expect(titleOf(inCall({ moved: true }))).toBe("Ringback");
  });
});

describe("who has left", () => {
  it.each([
    [5, "a moment"],
    [60, "a minute"],
    [120, "2 minutes"],
    [7200, "2 hours"],
  ])("reads how long the way back stays open, at %d s", (delayS, words) => {
    expect(endWords.leftSummary(delayS)).toContain(`away for ${words}, the session ends`);
    expect(endWords.leftSummary(delayS)).toContain("Until then you can rejoin.");
  });
});
