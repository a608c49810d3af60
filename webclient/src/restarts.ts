/**
 * When to restart ICE: soon after the peer falls silent, and again with growing pauses while it stays so.
 *
 * Not here: how silence is noticed and what a restart does (`call.ts`).
 */

/** Milliseconds of silence before the first restart, looked for every 250; then the pause doubles up to the longest. */
export const FIRST_MS = 1_000;
export const LONGEST_MS = 10_000;
/** Browsers announce one change of network by several events. */
const SETTLE_MS = 1_000;

export class Restarts {
  #pauseMs = FIRST_MS;
  #restartedAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** Restarts since something was heard last. */
  get count(): number {
    return this.#count;
  }

  /** Whether to restart at `at` when nothing has been heard for `silentMs`; a yes counts as done. */
  due(at: number, silentMs: number): boolean {
    if (silentMs < FIRST_MS) {
      this.#pauseMs = FIRST_MS;
      this.#count = 0;
      return false;
    }
    if (at - this.#restartedAt < this.#pauseMs) return false;
    this.#done(at);
    return true;
  }

  /** Whether to restart because the network changed or ICE gave up. */
  dueAtOnce(at: number): boolean {
    if (at - this.#restartedAt < SETTLE_MS) return false;
    this.#done(at);
    return true;
  }

  /** The peer restarted: what it began is given its time, and a restart of our own would only begin it again. */
  peerDid(at: number): void {
    this.#restartedAt = at;
  }

  #done(at: number): void {
    this.#restartedAt = at;
    this.#count += 1;
    this.#pauseMs = Math.min(LONGEST_MS, this.#pauseMs * 2);
  }
}
