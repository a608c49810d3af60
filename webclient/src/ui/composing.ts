/**
 * Keeps a textarea and the shared text together while an input method is composing.
 *
 * A composition must not be disturbed: the peer's changes wait until it is over, then what was composed is
 * put into the newer text. Not here: the textarea.
 */

export interface Splice {
  readonly start: number;
  /** How many code units of the old text are replaced. */
  readonly removed: number;
  readonly inserted: string;
}

/** The one replacement that turns `from` into `to`, as short as prefix and suffix allow. */
export function splice(from: string, to: string): Splice {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start++;
  let tail = 0;
  while (tail < shorter - start && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  return { start, removed: from.length - start - tail, inserted: to.slice(start, to.length - tail) };
}

export interface Held {
  /** The shared text when the composition was first overtaken. */
  readonly base: string;
  /** The shared text now. */
  readonly latest: string;
  /** Moves an offset in `base` to its place in `latest`. */
  readonly map: (offset: number) => number;
}

/** One more change of the peer's, made while a composition goes on. */
export function hold(held: Held | null, base: string, latest: string, map: (offset: number) => number): Held {
  if (!held) return { base, latest, map };
  return { base: held.base, latest, map: (offset) => map(held.map(offset)) };
}

/** What was composed over `held.base`, put into `held.latest`; `caret` is the end of what was typed. */
export function release(held: Held, composed: string): { readonly value: string; readonly caret: number } {
  const { start, removed, inserted } = splice(held.base, composed);
  const from = held.map(start);
  const to = Math.max(from, held.map(start + removed));
  return {
    value: held.latest.slice(0, from) + inserted + held.latest.slice(to),
    caret: from + inserted.length,
  };
}
