import { describe, expect, it } from "vitest";
import type { Notice, State } from "../src/state";
import { announcements } from "../src/ui/announce";
import { hasArrived } from "../src/ui/arrival";
import { inCall } from "./people";

const said = (before: State, change: Partial<State>) => announcements(before, { ...before, ...change });
const notice = (id: string, urgency: Notice["urgency"]): Notice => ({
  id,
  words: `Words of ${id}.`,
  urgency,
  dismissible: true,
  action: null,
});

describe("screen readers hear", () => {
  it("a new notice once, with its urgency", () => {
    const before = inCall({ notices: [notice("old", "polite")] });
    const now = said(before, { notices: [notice("old", "polite"), notice("new", "assertive")] });
    expect(now).toEqual({ polite: [], assertive: ["Words of new."] });
  });

  it("that the microphone is off, whoever pressed", () => {
    const muted = { microphone: "muted", camera: "on", screen: false } as const;
    expect(said(inCall(), { status: muted }).polite).toEqual(["Your microphone is off."]);
  });

  it("that the line is lost, at once, and found, calmly", () => {
    const lost = inCall({ link: "interrupted" });
    expect(announcements(inCall(), lost).assertive).toEqual(["Connection lost. Still trying."]);
    expect(announcements(lost, { ...lost, link: "lost" }).assertive).toEqual([]);
    expect(announcements(lost, inCall())).toEqual({ assertive: [], polite: ["Connected again."] });
  });

  it("who comes and goes", () => {
    const seat = (presence: "away" | "lobby" | "call") => ({ ...inCall().peer, presence });
    const alone = inCall({ phase: "waiting", peer: seat("away") });
    expect(said(alone, { peer: seat("lobby") }).polite).toEqual(["Ann is in the lobby."]);
    expect(said(alone, { peer: seat("call") }).polite).toEqual(["Ann has joined."]);
    expect(said(inCall(), { peer: seat("away") }).polite).toEqual(["Ann has left the call."]);
  });

  it("nothing of a peer whose way to the server is broken, until the server gives it up", () => {
    const here = { ...inCall().peer, client: "0f8c2d6e-1b7a-4c9d-8e3f-5a6b7c8d9e0f" };
    const unheard = { ...here, presence: "away" } as const;
    expect(said(inCall({ peer: here }), { peer: unheard }).polite).toEqual([]);
    expect(said(inCall({ peer: unheard }), { peer: here }).polite).toEqual([]);
    const given = { ...unheard, client: null };
    expect(said(inCall({ peer: unheard }), { peer: given }).polite).toEqual(["Ann has left the call."]);
  });

  it("that words are kept while the server is away, and saved after", () => {
    const away = inCall({ server: "offline" });
    const kept = { ...away, saving: { pending: 2, fragile: false } };
    expect(announcements(away, kept).polite).toEqual(["Kept on this device until the line is back."]);
    expect(announcements(kept, inCall()).polite).toEqual(["Everything is saved."]);
  });

  it("nothing of every single edit that is saved", () => {
    const saving = inCall({ saving: { pending: 1, fragile: false } });
    expect(announcements(saving, inCall()).polite).toEqual([]);
  });

  it("who rings whom", () => {
    expect(said(inCall(), { phone: "offered" }).polite).toEqual([
      "Over to the telephone: Ann will ring you.",
    ]);
    const mine = inCall({ plan: { rings: "mentee", mine: null, theirs: null } });
    expect(said(mine, { phone: "offered" }).polite).toEqual(["Over to the telephone: please ring Ann."]);
  });

  it("what the peer writes, and not their own words", () => {
    const line = { op: "1", mine: false, text: "Still there?", delivered: true, at: 0 };
    expect(said(inCall(), { chat: [line, { ...line, op: "2", mine: true }] }).polite).toEqual([
      "Ann writes: Still there?",
    ]);
  });

  it("that the room has opened, and that a device is missing", () => {
    const early = inCall({ phase: "lobby", session: { ...inCall().session, state: "early" } });
    expect(said(early, { session: inCall().session }).polite).toEqual([
      "The room is open. You can join now.",
    ]);
    const devices = { ...inCall().devices, microphoneProblem: "denied", cameraProblem: "denied" } as const;
    expect(said(early, { devices }).polite).toEqual([
      "Your browser keeps the camera and microphone from this page",
    ]);
  });
});

describe("the bell", () => {
  it("rings for somebody who waits, once", () => {
    const seat = (presence: "away" | "lobby" | "call") => ({ ...inCall().peer, presence });
    const waiting = inCall({ phase: "waiting", peer: seat("away") });
    const lobby = { ...waiting, peer: seat("lobby") };
    expect(hasArrived(waiting, lobby)).toBe(true);
    expect(hasArrived(lobby, inCall())).toBe(false);
    expect(hasArrived(inCall({ phase: "lobby", peer: seat("away") }), inCall())).toBe(false);
  });
});
