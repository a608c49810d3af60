/** What a page keeps for the server: in order, once, across reloads, apart from other sessions. */
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { describe, expect, test } from "vitest";
import { type Outqueue, openOutqueue } from "../src/outqueue";
import { PageQueue } from "../src/pagequeue";

const DAY_MS = 24 * 3600 * 1000;

function open(
  factory: IDBFactory | undefined,
  channel = "notes/1/mentor",
  now = 0,
): Promise<Outqueue<string, number>> {
  return openOutqueue<string, number>(
    channel,
    () => factory,
    () => now,
  );
}

describe("a queue", () => {
  test("gives entries back in the order they were put, also to the next page", async () => {
    const factory = new IDBFactory();
    const queue = await open(factory);
    for (const key of ["z", "a", "m"]) await queue.put(key, `entry ${key}`);
    expect(await (await open(factory)).load()).toEqual({
      entries: ["entry z", "entry a", "entry m"],
      value: undefined,
    });
  });

  test("keeps the order when the machine's clock is set back", async () => {
    const factory = new IDBFactory();
    await (await open(factory, "edits/1/mentor", 5 * DAY_MS)).put("a", "first");
    const later = await open(factory, "edits/1/mentor", DAY_MS);
    await later.load();
    await later.put("b", "second");
    expect((await later.load()).entries).toEqual(["first", "second"]);
  });

  test("replaces an entry in its place", async () => {
    const queue = await open(new IDBFactory());
    await queue.put("a", "1");
    await queue.put("b", "2");
    await queue.put("a", "3");
    expect((await queue.load()).entries).toEqual(["3", "2"]);
  });

  test("lets entries go and keeps a value in one step", async () => {
    const queue = await open(new IDBFactory());
    await queue.put("a", "1");
    await queue.put("b", "2");
    await queue.settle(["a", "unknown"], 7);
    expect(await queue.load()).toEqual({ entries: ["2"], value: 7 });
    await queue.settle(["b"]);
    expect(await queue.load()).toEqual({ entries: [], value: 7 });
  });

  test("puts that are not waited for keep their order", async () => {
    const queue = await open(new IDBFactory());
    await Promise.all(["c", "b", "a", "b"].map((key, n) => queue.put(key, `${n}`)));
    expect((await queue.load()).entries).toEqual(["0", "3", "2"]);
  });

  test("keeps its channel apart", async () => {
    const factory = new IDBFactory();
    const [mentor, mentee] = [await open(factory), await open(factory, "notes/1/mentee")];
    await mentor.put("a", "mentor's");
    await mentee.put("a", "mentee's");
    await mentor.settle([], 1);
    await mentor.forget();
    expect(await mentor.load()).toEqual({ entries: [], value: undefined });
    expect((await mentee.load()).entries).toEqual(["mentee's"]);
  });

  test("lets go of what nobody came back for in 90 days", async () => {
    const factory = new IDBFactory();
    const old = await open(factory, "notes/old/mentor", 0);
    await old.put("a", "old");
    await old.settle([], 1);
    await (await open(factory, "notes/new/mentor", 60 * DAY_MS)).put("a", "new");
    await open(factory, "notes/other/mentor", 91 * DAY_MS);
    expect(await old.load()).toEqual({ entries: [], value: undefined });
    expect((await (await open(factory, "notes/new/mentor", 91 * DAY_MS)).load()).entries).toEqual(["new"]);
  });
});

test("a page's own queue keeps as the browser's does, and nothing of it is there for the next page", async () => {
  const queue = new PageQueue<string, number>();
  for (const key of ["b", "a", "c", "b"]) await queue.put(key, `entry ${key}`);
  await queue.settle(["a"], 7);
  expect(await queue.load()).toEqual({ entries: ["entry b", "entry c"], value: 7 });
  await queue.forget();
  expect(await queue.load()).toEqual({ entries: [], value: undefined });
});

describe("where storage is refused", () => {
  const denied = (): never => {
    throw new DOMException("denied", "SecurityError");
  };

  test.each([
    ["there is none", () => undefined],
    ["looking at it throws", denied],
    ["opening it throws", () => ({ open: denied }) as unknown as IDBFactory],
  ])("%s: nothing is kept, and that is said", async (_, storage) => {
    const queue = await openOutqueue<string, number>("notes/1/mentor", storage, () => 0);
    await expect(queue.put("a", "1")).rejects.toThrow("keeps nothing");
    await queue.settle(["a"], 1);
    await queue.forget();
    expect(await queue.load()).toEqual({ entries: [], value: undefined });
  });
});
