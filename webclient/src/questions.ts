/**
 * Round trips measured by numbered questions, of which any may be lost with its answer.
 *
 * Not here: how they travel; the reports between the browsers carry them.
 */

/** Answers of so long ago still count, milliseconds: with 2 to 4 questions a second a few may be lost. */
const FRESH_MS = 1_000;
/** However many get lost, no answer for so long is no chance any more. */
const LONGEST_MS = 4_000;

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

  /** The way is another one: what was asked and answered on the old says nothing. */
  forget(): void {
    this.#open = [];
    this.#answers = [];
  }

  /** As `rttMs`, but the last round trip answered instead of the shortest: a queue as it grows. */
  latestMs(atMs: number, answeredShare = 1): number | null {
    return this.answeredMs(atMs) ?? this.rttMs(atMs, answeredShare);
  }

  /**
   * The shortest round trip answered in the last second; if none was, in the longer time for which loss explains that,
   * where of all questions `answeredShare` are answered; then the age of the oldest open question.
   */
  rttMs(atMs: number, answeredShare = 1): number | null {
    const fresh = this.#within(atMs, FRESH_MS);
    const oldest = this.#open.find((open) => !open.long);
    const counted = fresh.length === 0 && oldest ? this.#within(atMs, FRESH_MS / answeredShare) : fresh;
    if (counted.length > 0) return Math.min(...counted.map(({ rttMs }) => rttMs));
    return oldest ? Math.round(atMs - oldest.atMs) : null;
  }

  /** The last round trip, if it was answered in the last second. */
  answeredMs(atMs: number): number | null {
    return this.#within(atMs, FRESH_MS).at(-1)?.rttMs ?? null;
  }

  #within(atMs: number, ms: number): readonly { readonly rttMs: number }[] {
    this.#answers = this.#answers.filter((answer) => atMs - answer.atMs <= LONGEST_MS);
    return this.#answers.filter((answer) => atMs - answer.atMs <= ms);
  }
}
