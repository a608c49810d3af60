/**
 * How much a delay has risen above the least of the last minute: a filling queue, or a worse way.
 *
 * Not here: how delays are measured.
 */

const WINDOW_MS = 60_000;
/** The minute is kept as the least of each part: a queue that stands for a minute becomes the new normal. */
const PART_MS = 5_000;

export class Rise {
  #parts: { readonly atMs: number; least: number }[] = [];

  /** The rise of `value` (ms), counting it in. */
  of(atMs: number, value: number): number {
    this.#parts = this.#parts.filter((part) => atMs - part.atMs < WINDOW_MS);
    const part = this.#parts.at(-1);
    if (part && atMs - part.atMs < PART_MS) part.least = Math.min(part.least, value);
    else this.#parts.push({ atMs, least: value });
    return value - Math.min(...this.#parts.map(({ least }) => least));
  }

  /** The way is another one: what was normal on the old says nothing. */
  forget(): void {
    this.#parts = [];
  }
}
