/**
 * What changed between two versions of a text, in UTF-16 code units, never within a surrogate pair.
 *
 * Not here: the shared text (`notes.ts`).
 */

/** `removed` code units at `at` give way to `inserted`. */
export interface Change {
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** What a Y.Text event tells: stretches kept, inserted and removed, in order. */
export type Delta = readonly {
  readonly retain?: number | undefined;
  readonly insert?: unknown;
  readonly delete?: number | undefined;
}[];

/**
 * The smallest change. Of several (one more of a letter that stands there already) the one that ends at the caret:
 * that is where the person made it.
 */
export function changeBetween(before: string, after: string, caret: number): Change {
  const shorter = Math.min(before.length, after.length);
  const prefix = samePrefix(before, after, shorter);
  const suffix = sameSuffix(before, after, shorter - prefix);
  const behindCaret = sameSuffix(before, after, Math.min(shorter, Math.max(0, after.length - caret)));
  const upToCaret = samePrefix(before, after, shorter - behindCaret);
  const [same, sameBehind] =
    upToCaret + behindCaret < prefix + suffix ? [prefix, suffix] : [upToCaret, behindCaret];
  return {
    at: same,
    removed: before.length - same - sameBehind,
    inserted: after.slice(same, after.length - sameBehind),
  };
}

/** Text as the notes may hold it: no control characters but tab and line feed, no half of a surrogate pair. */
export function clean(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\t\n]/gu, "")
    .replace(/\p{Cs}/gu, "\uFFFD");
}

/** The text in pieces of at most `most` code units. */
export function pieces(text: string, most: number): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = Math.min(text.length, start + most);
    const whole = partsPair(text, end) ? end - 1 : end;
    found.push(text.slice(start, whole));
    start = whole;
  }
  return found;
}

/**
 * Where an offset into the old text is in the new one. What is inserted right at it comes behind it: two who write at
 * the same place each go on with their own words.
 */
export function moved(offset: number, delta: Delta): number {
  let before = 0;
  let after = 0;
  for (const { retain = 0, insert, delete: removed = 0 } of delta) {
    if (before + retain + removed > offset) return after + Math.min(retain, offset - before);
    if (typeof insert === "string" && before < offset) after += insert.length;
    before += retain + removed;
    after += retain;
  }
  return after + offset - before;
}

/** A change as a delta. */
export function deltaOf({ at, removed, inserted }: Change): Delta {
  return [{ retain: at }, { insert: inserted }, { delete: removed }];
}

/** Between the code units before and at `offset` there is no boundary of characters. */
export function partsPair(text: string, offset: number): boolean {
  return offset > 0 && offset < text.length && (text.codePointAt(offset - 1) ?? 0) > 0xffff;
}

function samePrefix(a: string, b: string, most: number): number {
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return partsPair(a, length) || partsPair(b, length) ? length - 1 : length;
}

function sameSuffix(a: string, b: string, most: number): number {
  let length = 0;
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length += 1;
  return partsPair(a, a.length - length) || partsPair(b, b.length - length) ? length - 1 : length;
}
