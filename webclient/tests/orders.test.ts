/** Whose picture is kept longest: either one's choice counts for both, and both know. */

import { describe, expect, test } from "vitest";
import { Memory } from "../src/memory";
import { Notices } from "../src/notices";
import { Orders } from "../src/orders";
import type { PeerFrame } from "../src/peerframes";
import type { Notice, Order } from "../src/state";
import { FakeClock } from "./fakes";

function orders(mine: Order = "speech") {
  const frames: PeerFrame[] = [];
  const kept: Order[] = [];
  const changes: object[] = [];
  let shown: readonly Notice[] = [];
  const chosen = new Orders({
    mine,
    peer: () => "Ben Brook",
    notices: new Notices(new FakeClock(), (notices) => {
      shown = notices;
    }),
    onChange: (now) => changes.push(now),
    remember: (order) => kept.push(order),
    send: (frame) => void frames.push(frame),
  });
  return { orders: chosen, frames, kept, changes, words: () => shown.map(({ words }) => words) };
}

describe("the own choice", () => {
  test("holds, is remembered and told to the peer", () => {
    const { orders: chosen, frames, kept, changes, words } = orders();
    expect(chosen.holds).toBe("speech");
    chosen.choose("picture");
    expect(chosen.holds).toBe("picture");
    expect(kept).toEqual(["picture"]);
    expect(frames).toEqual([{ type: "order", order: "picture" }]);
    expect(changes).toEqual([{ order: "picture", peerOrder: "speech" }]);
    expect(words()).toEqual([]);
  });

  test("of an earlier session holds from the start, and is told when the peer can be reached", () => {
    const { orders: chosen, frames } = orders("picture");
    expect(chosen.holds).toBe("picture");
    chosen.introduce();
    expect(frames).toEqual([{ type: "order", order: "picture" }]);
  });
});

describe("the peer's choice", () => {
  test("holds here too, for they need to see this picture", () => {
    const { orders: chosen, frames, kept, changes, words } = orders();
    chosen.onPeer("picture");
    chosen.onPeer("picture");
    expect(chosen.holds).toBe("picture");
    expect(changes).toEqual([{ order: "speech", peerOrder: "picture" }]);
    expect(words()).toEqual([
      "Ben Brook protects the picture. On a weak line it gets smaller before it gets slower, both ways.",
    ]);
    expect([...frames, ...kept]).toEqual([]);
  });

  test("taken back gives the picture up only when nobody here wants it", () => {
    const { orders: chosen, words } = orders("picture");
    chosen.onPeer("picture");
    chosen.onPeer("speech");
    expect(chosen.holds).toBe("picture");
    expect(words()).toEqual([]);
    chosen.choose("speech");
    expect(chosen.holds).toBe("speech");
  });
});

describe("the browser's memory", () => {
  const storage = (): Storage => {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    } as Storage;
  };

  test("keeps the choice across sessions", () => {
    const browser = storage();
    expect(new Memory(browser, null, "/a").order).toBe("speech");
    new Memory(browser, null, "/a").order = "picture";
    expect(new Memory(browser, null, "/b").order).toBe("picture");
  });

  test.each(["null", "{", '{"order":7}', '{"order":"sound"}'])("takes %s for no choice", (text) => {
    const browser = storage();
    browser.setItem("ringback.order", text);
    expect(new Memory(browser, null, "/a").order).toBe("speech");
  });
});
