import { describe, expect, it } from "vitest";
import { hold, release, splice } from "../src/ui/composing";

/** Moves offsets as an insertion of `text` at `at` does. */
const inserted = (at: number, text: string) => (offset: number) =>
  offset >= at ? offset + text.length : offset;

describe("the one replacement between two texts", () => {
  it("is as short as it can be", () => {
    expect(splice("hello world", "hello brave world")).toEqual({ start: 6, removed: 0, inserted: "brave " });
    expect(splice("abc", "abc")).toEqual({ start: 3, removed: 0, inserted: "" });
    expect(splice("aaa", "aa")).toEqual({ start: 2, removed: 1, inserted: "" });
  });
});

describe("a composition that the peer overtakes", () => {
  it("lands where its words stand now", () => {
    const held = hold(null, "one two", "zero one two", inserted(0, "zero "));
    expect(release(held, "one にtwo")).toEqual({ value: "zero one にtwo", caret: 10 });
  });

  it("survives several changes of the peer's", () => {
    const first = hold(null, "b", "ab", inserted(0, "a"));
    const second = hold(first, "ab", "abc", (offset) => offset);
    expect(second.base).toBe("b");
    expect(release(second, "b漢")).toEqual({ value: "ab漢c", caret: 3 });
  });

  it("keeps the peer's words when what was replaced is gone", () => {
    const gone = hold(null, "old text", "new", () => 0);
    expect(release(gone, "old text!").value).toContain("new");
  });
});
