import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Chat, type KeptLine } from "../src/chat";
import { openOutqueue } from "../src/outqueue";
import type { ChatLine } from "../src/state";
import { counting } from "./fakes";

let channel = 0;
let newId = counting();
beforeEach(() => {
  channel += 1;
  newId = counting();
});

const kept = (storage = true) =>
  openOutqueue<KeptLine>(
    `chat ${channel}`,
    () => (storage ? indexedDB : undefined),
    () => 1_000,
  );

/** A page of one session; the next page of the same test finds what this one could not hand over. */
function chatting({ storage = true, open = true } = {}) {
  const sent: string[] = [];
  const fragile: boolean[] = [];
  let lines: readonly ChatLine[] = [];
  const chat = new Chat({
    queue: kept(storage),
    newId,
    epoch: () => 1,
    send: (_op, text) => {
      if (open) sent.push(text);
      return open;
    },
    onChange: (now) => {
      lines = now;
    },
    onFragile: () => fragile.push(true),
  });
  const setOpen = (now: boolean): void => {
    open = now;
  };
  return { chat, sent, fragile, lines: () => lines, setOpen };
}

async function untilKept(...texts: string[]): Promise<void> {
  const queue = await kept();
  await vi.waitFor(async () => expect((await queue.load()).entries.map(({ text }) => text)).toEqual(texts));
}

test("shows a line at once, and that it was handed over when it was", () => {
  const { chat, lines } = chatting();
  chat.say("  Hello ");
  expect(lines()).toMatchObject([{ mine: true, text: "Hello", delivered: false }]);
  chat.delivered(lines()[0]?.op ?? "");
  expect(lines()[0]?.delivered).toBe(true);
});

test("keeps what could not be sent until a way opens", () => {
  const { chat, sent, setOpen } = chatting();
  setOpen(false);
  chat.say("One");
  chat.say("Two");
  setOpen(true);
  chat.resend();
  expect(sent).toEqual(["One", "Two"]);
});

test("shows a line once however often it comes", () => {
  const { chat, lines } = chatting();
  chat.receive("op-1", "Hello");
  chat.receive("op-1", "Hello");
  expect(lines()).toHaveLength(1);
});

test("says nothing for nothing", () => {
  const { chat, sent } = chatting();
  chat.say("   ");
  expect(sent).toEqual([]);
});

describe("after a reload", () => {
  test("what was not delivered is there again in its order, and goes out", async () => {
    const before = chatting({ open: false });
    before.chat.say("One");
    before.chat.say("Two");
    await untilKept("One", "Two");
    const after = chatting();
    await after.chat.restore();
    expect(after.lines()).toMatchObject([
      { mine: true, text: "One", delivered: false, at: 1 },
      { mine: true, text: "Two", delivered: false },
    ]);
    expect(after.sent).toEqual(["One", "Two"]);
  });

  test("what was delivered is not sent again", async () => {
    const before = chatting();
    before.chat.say("One");
    before.chat.say("Two");
    await untilKept("One", "Two");
    before.chat.delivered(before.lines()[0]?.op ?? "");
    await untilKept("Two");
    const after = chatting();
    await after.chat.restore();
    expect(after.sent).toEqual(["Two"]);
  });

  test("a line written while the old ones are looked for stands once, behind them", async () => {
    const before = chatting({ open: false });
    before.chat.say("One");
    await untilKept("One");
    const after = chatting();
    after.chat.say("Two");
    await untilKept("One", "Two");
    await after.chat.restore();
    expect(after.lines().map(({ text }) => text)).toEqual(["One", "Two"]);
    expect(after.sent).toEqual(["Two", "One"]);
  });

  test("nothing is left of a session that is over", async () => {
    const before = chatting({ open: false });
    before.chat.say("One");
    await untilKept("One");
    await before.chat.forget();
    await untilKept();
  });
});

test("says so when the browser keeps nothing", async () => {
  const { chat, fragile, sent } = chatting({ storage: false });
  chat.say("One");
  await vi.waitFor(() => expect(fragile).toEqual([true]));
  await chat.restore();
  expect(sent).toEqual(["One"]);
});
