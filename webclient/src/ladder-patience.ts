/**
 * How long the ladder waits before it tries to climb: longer after each try that came to nothing.
 *
 * Not here: when the line is good enough to try (`climb.ready`). The same: `signalling/ladder_patience.py`.
 */
import type { Table } from "./ladder-table";

/** The back-off. A new trouble begins with the shortest wait. */
export class Patience {
  readonly #climb: Table["climb"];
  #waitMs = 0;
  #notBefore: number | null = null;
  #climbedAt: number | null = null;
  /** A queue has taken a rung before in this call. */
  #squeezed = false;
  #best = 0;
  #bestUntil = 0;

  constructor(climb: Table["climb"]) {
    this.#climb = climb;
  }

  allows(atMs: number): boolean {
    return this.#notBefore === null || atMs >= this.#notBefore;
  }

  /** No better rung is worth a try: the line swings. */
  best(atMs: number): number {
    return atMs < this.#bestUntil ? this.#best : 0;
  }

  /** Somebody asked: the next try need not wait. */
  hurry(): void {
    this.#notBefore = null;
    this.#best = 0;
  }

  /** A new start: the next trouble is a new one. */
  forget(): void {
    this.#waitMs = 0;
    this.#notBefore = null;
    this.#climbedAt = null;
    this.#best = 0;
  }

  climbed(atMs: number): void {
    this.#climbedAt = atMs;
    this.#notBefore = atMs + this.#climb.between_ms;
  }

  /** Called at every look: a climb that has lasted makes good what was before. */
  held(atMs: number): void {
    if (this.#climbedAt === null || atMs - this.#climbedAt < this.#climb.relapse_ms) return;
    this.#waitMs = 0;
    this.#climbedAt = null;
  }

  /** A try came to nothing. */
  failed(atMs: number): void {
    this.#wait(atMs, this.#climb.failed_times);
  }

  /** The rung, held for `heldMs`, was lost. */
  fell(atMs: number, probing: boolean, heldMs: number): void {
    if (this.#climbedAt !== null) this.#wait(atMs, this.#climb.relapse_times);
    else if (probing) this.#wait(atMs, this.#climb.failed_times);
    else {
      if (heldMs >= this.#climb.relapse_ms) this.#waitMs = 0;
      this.#wait(atMs, 1);
    }
  }

  /**
   * Before `fell`: a queue is taking the rung, and leaves `best`. The second time that so short a climb ends so, it is
   * the line that comes and goes.
   */
  squeezed(atMs: number, best: number): void {
    if (this.#squeezed && this.#climbedAt !== null) {
      this.#best = best;
      this.#bestUntil = atMs + this.#climb.swing_ms;
    }
    this.#squeezed = true;
  }

  #wait(atMs: number, times: number): void {
    this.#waitMs = Math.min(this.#waitMs * times, this.#climb.max_wait_ms) || this.#climb.wait_ms;
    this.#notBefore = atMs + this.#waitMs;
    this.#climbedAt = null;
  }
}
