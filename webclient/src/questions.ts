/**
 * Round trips measured by numbered questions, of which any may be lost with its answer.
 *
 * Not here: how they travel; the reports between the browsers carry them.
 */

/** Answers of so long ago still count, milliseconds: with 4 questions a second a few may be lost. */
const FRESH_MS = 1_000;

export class Questions {
  /** Asked after the last one answered, oldest first. */
  #open: { readonly n: number; readonly atMs: number; readonly long: boolean }[] = [];
  #answers: { readonly atMs: number; readonly rttMs: number }[] = [];

  asked(n: number, atMs: number, long = false): void {
    this.#open.push({ n, atMs, long });
    if (this.#open.length > 1_000) this.#open.shift();
  }

  /**
   * The answer to question `n` came, which the other side had held back for `heldMs`. Returns the round trip; that of a
   * long question is no measure of a queue, and only returned.
   */
  answered(n: number, heldMs: number, atMs: number): { rttMs: number; long: boolean } | null {
    const question = this.#open.find((open) => open.n === n);
    if (!question) return null;
    // Of its kind: a long one is answered at once, and overtakes short ones that wait for their answer.
    this.#open = this.#open.filter((open) => open.n > n || open.long !== question.long);
    const rttMs = Math.max(0, Math.round(atMs - question.atMs - heldMs));
    if (!question.long) this.#answers.push({ atMs, rttMs });
    return { rttMs, long: question.long };
  }

  /** As `rttMs`, but the last round trip answered instead of the shortest: a queue as it grows. */
  latestMs(atMs: number): number | null {
    const shortest = this.rttMs(atMs);
    return this.#answers.at(-1)?.rttMs ?? shortest;
  }

  /** The shortest round trip answered in the last second; if none was, the age of the oldest open question. */
  rttMs(atMs: number): number | null {
    this.#answers = this.#answers.filter((answer) => atMs - answer.atMs <= FRESH_MS);
    if (this.#answers.length > 0) return Math.min(...this.#answers.map(({ rttMs }) => rttMs));
    const oldest = this.#open.find((open) => !open.long);
    return oldest ? Math.round(atMs - oldest.atMs) : null;
  }
}
