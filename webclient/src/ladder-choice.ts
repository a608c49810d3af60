/**
 * One thing of several that holds until another is due: the sound of a rung, the side that is in trouble.
 *
 * Not here: the rules (`signalling/ladder.json`). The same in Python: `signalling/ladder_choice.py`.
 */
import type { Choice } from "./ladder-table";
import type { Watch } from "./ladder-watch";

/**
 * `value` gives way at once to what is more urgent, and to the rest when it has stayed its time.
 *
 * What comes first in the table is more urgent, but not than what stays as long: mirror images wait alike, or both screens
 * would say "mine" when the trouble changes sides.
 */
export class Chosen<T> {
  readonly #choices: readonly Choice<T>[];
  readonly #order: readonly T[];
  #value: T;
  #staysMs = 0;
  #staysUntil = 0;

  constructor(choices: readonly Choice<T>[], value: T) {
    this.#choices = choices;
    this.#order = choices.map(({ to }) => to);
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Whether another has been chosen. */
  step(atMs: number, watch: Watch): boolean {
    const due = watch.first(this.#choices);
    if (due === undefined || due.to === this.#value) return false;
    const earlier = this.#order.indexOf(due.to) < this.#order.indexOf(this.#value);
    const atOnce = earlier && due.stays_ms !== this.#staysMs;
    if (!atOnce && atMs < this.#staysUntil) return false;
    this.#value = due.to;
    this.#staysMs = due.stays_ms;
    this.#staysUntil = atMs + due.stays_ms;
    return true;
  }
}
