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
  #way: string | null = null;

  /** The rise of `value` (ms), counting it in. */
  of(atMs: number, value: number): number {
    this.#parts = this.#parts.filter((part) => atMs - part.atMs < WINDOW_MS);
    const part = this.#parts.at(-1);
    if (part && atMs - part.atMs < PART_MS) part.least = Math.min(part.least, value);
    else this.#parts.push({ atMs, least: value });
    return value - Math.min(...this.#parts.map(({ least }) => least));
  }

  /** What is measured went this way; true if it is another one, on which what was normal before says nothing. */
  follow(way: string | null): boolean {
    const other = way !== null && this.#way !== null && way !== this.#way;
    this.#way = way ?? this.#way;
    if (other) this.#parts = [];
    return other;
  }
}
