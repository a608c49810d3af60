/** What each of the two sends, as the screen, the peer and the server hear of it. */

import { describe, expect, test } from "vitest";
import { Directions } from "../src/directions";
import type { Decision, Order } from "../src/ladder-table";
import { Notices } from "../src/notices";
import type { PeerFrame } from "../src/peerframes";
import { Phone } from "../src/phone";
import type { Edit, PhoneState } from "../src/protocol.gen";
import { initialState, Store } from "../src/store";
import { counting, FakeClock } from "./fakes";
import { seat } from "./rooms";

const PAUSED: Decision = {
  atMs: 0,
  rung: "voice",
  previous: "sd",
  reason: "bandwidth",
  audio: { kbps: 16, copies: 0, packet_ms: 20 },
  probing: null,
  warning: null,
  phone: "hidden",
  whose: "mine",
};

function directions(order: Order = "speech") {
  const clock = new FakeClock();
  const store = new Store(initialState("s1", "mentor"));
  const camera = { microphone: "on", camera: "on", screen: false } as const;
  store.set({ peer: seat({ status: camera }), status: camera });
  const edits: Edit[] = [];
  const frames: PeerFrame[] = [];
  const told: PhoneState[] = [];
  let holds = order;
  const setOrder = (now: Order): void => {
    holds = now;
  };
  const phone = new Phone({
    onChange: (state) => store.set({ phone: state }),
    tell: (state) => told.push(state) > 0,
  });
  const shown = new Directions({
    newId: counting(),
    state: () => store.state(),
    order: () => holds,
    set: (patch) => store.set(patch),
    notices: new Notices(clock, (notices) => store.set({ notices })),
    record: (edit) => edits.push(edit),
    send: (frame) => frames.push(frame) > 0,
    phone,
  });
  const words = (): string[] => store.state().notices.map((notice) => notice.words);
  return { directions: shown, store, edits, frames, told, words, setOrder };
}

describe("our own change", () => {
  test("is on the screen, at the peer and in the record", () => {
    const { directions: ours, store, edits, frames, words } = directions();
    ours.onDecision(PAUSED);
    const change = { rung: "voice", previous: "sd", reason: "bandwidth", whose: "mine" };
    expect(store.state()).toMatchObject({ rung: "voice", reason: "bandwidth", whose: "mine" });
    expect(frames).toEqual([{ type: "rung", ...change }]);
    expect(edits).toMatchObject([{ type: "set_rung", ...change }]);
    expect(words()).toEqual(["Your line is weak. We paused your video so you can keep talking."]);
  });

  test("of sound or side alone is nobody's news", () => {
    const { directions: ours, store, edits, frames } = directions();
    ours.onDecision({ ...PAUSED, rung: "sd", reason: "whose", whose: "theirs" });
    expect(store.state()).toMatchObject({ rung: "sd", reason: "start", whose: "theirs" });
    expect([...edits, ...frames]).toEqual([]);
  });

  test("takes the place of its warning", () => {
    const { directions: ours, frames, words } = directions();
    ours.onDecision({ ...PAUSED, rung: "sd", warning: "voice" });
    expect(words()).toEqual(["Your line is weak. We may pause video to keep the sound."]);
    expect(frames).toEqual([{ type: "warning", rung: "voice", whose: "mine" }]);
    ours.onDecision(PAUSED);
    expect(words()).toEqual(["Your line is weak. We paused your video so you can keep talking."]);
  });

  test("is told again to a peer whose page is new", () => {
    const { directions: ours, frames } = directions();
    ours.introduce();
    ours.onDecision(PAUSED);
    ours.introduce();
    expect(frames.map((frame) => frame.type === "rung" && frame.rung)).toEqual(["sd", "voice", "voice"]);
  });
});

describe("the peer's change", () => {
  const frame = { type: "rung", rung: "voice", previous: "sd", reason: "bandwidth", whose: "mine" } as const;

  test("is told once, whichever way it came first", () => {
    const { directions: ours, store, words } = directions();
    ours.onPeerFrame(frame);
    ours.onPeerRung({ type: "peer_rung", rung: "voice", reason: "bandwidth", whose: "mine" });
    expect(store.state().peerRung).toBe("voice");
    expect(words()).toEqual([
      "Ben Brook's line is weak. We paused Ben Brook's video so you can keep talking.",
    ]);
  });

  test("that is no change is no news", () => {
    const { directions: ours, words } = directions();
    ours.onPeerFrame({ ...frame, rung: "sd", reason: "start" });
    expect(words()).toEqual([]);
  });
});

test("both paused are one line on the screen", () => {
  const { directions: ours, words } = directions();
  ours.onDecision({ ...PAUSED, whose: "unclear" });
  ours.onPeerFrame({ type: "rung", rung: "voice", previous: "sd", reason: "bandwidth", whose: "unclear" });
  expect(words()).toEqual(["The line is weak. We paused video so you can keep talking."]);
});

test("unusable speech offers the telephone, and the way back is known", () => {
  const { directions: ours, store, told } = directions();
  ours.onDecision({ ...PAUSED, rung: "phone", phone: "offered", reason: "outage" });
  expect(store.state()).toMatchObject({ phone: "offered", wayBack: false, rung: "phone" });
  ours.onDecision({ ...PAUSED, rung: "voice", previous: "phone", phone: "hidden", reason: "recovered" });
  expect(store.state().phone).toBe("hidden");
  expect(told).toEqual(["offered", "hidden"]);
});

describe("where the picture is kept longest", () => {
  const UNUSABLE: Decision = { ...PAUSED, rung: "low", phone: "offered", reason: "outage" };
  const USABLE: Decision = { ...UNUSABLE, phone: "hidden", reason: "recovered" };
  const WRITING = "The sound doesn't get through at the moment. You and Ben Brook can write to each other.";

  test("unusable speech offers writing, and the telephone is nobody's but a person's choice", () => {
    const { directions: ours, store, told, words } = directions("picture");
    ours.onDecision(UNUSABLE);
    expect(store.state()).toMatchObject({ phone: "hidden", rung: "low" });
    expect(words()).toContain(WRITING);
    const notice = store.state().notices.find((each) => each.words === WRITING);
    expect(notice).toMatchObject({ urgency: "assertive", action: { do: "write" }, dismissible: true });
    ours.onDecision(USABLE);
    expect(words()).not.toContain(WRITING);
    expect(told).toEqual([]);
  });

  test("it is offered once, however the decision goes on", () => {
    const { directions: ours, store, words } = directions("picture");
    ours.onDecision(UNUSABLE);
    const first = store.state().notices;
    ours.onDecision({ ...UNUSABLE, whose: "theirs", reason: "whose" });
    expect(store.state().notices.filter((each) => each.words === WRITING)).toEqual(
      first.filter((each) => each.words === WRITING),
    );
    expect(words().filter((each) => each === WRITING)).toHaveLength(1);
  });

  test("a choice while the prompt stands changes what it offers", () => {
    const { directions: ours, store, words, setOrder } = directions();
    ours.onDecision({ ...UNUSABLE, rung: "phone" });
    expect(store.state().phone).toBe("offered");
    setOrder("picture");
    ours.onDecision({ ...UNUSABLE, reason: "pinned" });
    expect(store.state().phone).toBe("hidden");
    expect(words()).toContain(WRITING);
    setOrder("speech");
    ours.onDecision({ ...UNUSABLE, rung: "phone", reason: "pinned" });
    expect(store.state().phone).toBe("offered");
    expect(words()).not.toContain(WRITING);
  });
});
