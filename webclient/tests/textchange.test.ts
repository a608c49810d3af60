/** What changed in a text, where a caret goes, and what the notes may hold. */
import { describe, expect, test } from "vitest";
import { type Change, changeBetween, clean, deltaOf, moved, partsPair, pieces } from "../src/textchange";

function apply(text: string, { at, removed, inserted }: Change): string {
  return text.slice(0, at) + inserted + text.slice(at + removed);
}

describe("the change between two texts", () => {
  test.each([
    ["typed at the end", "abc", "abcd", 4, { at: 3, removed: 0, inserted: "d" }],
    ["typed in the middle", "abd", "abcd", 3, { at: 2, removed: 0, inserted: "c" }],
    ["deleted", "abcd", "abd", 2, { at: 2, removed: 1, inserted: "" }],
    ["replaced", "one two three", "one 2 three", 5, { at: 4, removed: 3, inserted: "2" }],
    ["everything", "abc", "", 0, { at: 0, removed: 3, inserted: "" }],
    ["nothing", "abc", "abc", 3, { at: 3, removed: 0, inserted: "" }],
    ["one more of the same letter, first", "aaa", "aaaa", 1, { at: 0, removed: 0, inserted: "a" }],
    ["one more of the same letter, last", "aaa", "aaaa", 4, { at: 3, removed: 0, inserted: "a" }],
    ["one fewer of the same letter, first", "aaa", "aa", 0, { at: 0, removed: 1, inserted: "" }],
    [
      "changed away from the caret",
      "one two three",
      "one too three",
      13,
      { at: 5, removed: 1, inserted: "o" },
    ],
  ])("%s", (_, before, after, caret, change) => {
    expect(changeBetween(before, after, caret)).toEqual(change);
  });

  test("never parts a surrogate pair", () => {
    // U+1F600 and U+1F601 share their first unit; U+1F600 and U+1FA00 their second.
    expect(changeBetween("a\u{1F600}b", "a\u{1F601}b", 3)).toEqual({
      at: 1,
      removed: 2,
      inserted: "\u{1F601}",
    });
    expect(changeBetween("a\u{1F600}b", "a\u{1FA00}b", 3)).toEqual({
      at: 1,
      removed: 2,
      inserted: "\u{1FA00}",
    });
    expect(changeBetween("\u{1F600}", "\u{1F600}\u{1F600}", 2)).toEqual({
      at: 0,
      removed: 0,
      inserted: "\u{1F600}",
    });
  });

  test("leads from any text to any other, on whole characters", () => {
    const random = randomFrom(7);
    const some = (): string =>
      Array.from(
        { length: random(7) },
        () => ["a", "b", "\u{1F600}", "\u{1F601}", "\u{1FA00}"][random(5)],
      ).join("");
    for (let round = 0; round < 5000; round++) {
      const [before, after] = [some(), some()];
      const change = changeBetween(before, after, random(after.length + 1));
      expect(apply(before, change)).toBe(after);
      expect(change.inserted).not.toMatch(/\p{Cs}/u);
      expect(partsPair(before, change.at) || partsPair(before, change.at + change.removed)).toBe(false);
    }
  });
});

describe("a caret", () => {
  test.each([
    ["before the change stays", 1, 1],
    ["where the peer inserts stays before the words", 3, 3],
    ["within deleted text goes to its end", 4, 6],
    ["behind the change moves with its words", 6, 7],
  ])("%s", (_, offset, there) => {
    expect(moved(offset, [{ retain: 3 }, { insert: "xyz" }, { delete: 2 }])).toBe(there);
  });

  test("is moved by each of several changes", () => {
    expect(moved(9, [{ insert: "ab" }, { retain: 4 }, { delete: 3 }, { retain: 1 }, { insert: "c" }])).toBe(
      9,
    );
  });

  test("stays behind the character it was behind", () => {
    const random = randomFrom(3);
    for (let round = 0; round < 2000; round++) {
      const before = "abcdefghij";
      const at = random(11);
      const change = { at, removed: random(11 - at), inserted: "xyz".slice(random(4)) };
      const offset = random(11);
      const isWithin = offset > change.at && offset <= change.at + change.removed;
      if (isWithin || offset === 0) continue;
      const after = apply(before, change);
      expect(after[moved(offset, deltaOf(change)) - 1]).toBe(before[offset - 1]);
    }
  });
});

describe("clean text", () => {
  test.each([
    ["a\r\nb\rc\nd", "a\nb\nc\nd"],
    ["tab\tand line\n", "tab\tand line\n"],
    ["a\0b\u001bc\u007fd\u0085e", "abcde"],
    ["a\ud800b\udc00c", "a\ufffdb\ufffdc"],
    ["\u{1F600} 漢字 é", "\u{1F600} 漢字 é"],
  ])("%j", (text, expected) => {
    expect(clean(text)).toBe(expected);
  });
});

test("pieces are as long as they may be, and of whole characters", () => {
  expect(pieces("", 4)).toEqual([]);
  expect(pieces("abcdefg", 3)).toEqual(["abc", "def", "g"]);
  expect(pieces("ab\u{1F600}cd", 3)).toEqual(["ab", "\u{1F600}c", "d"]);
});

function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x7fffffff) * below) % below;
  };
}
