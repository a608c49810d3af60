/**
 * A queue that lives as long as its page: for what is practised, of which nothing is to be left in the browser.
 *
 * Not here: what outlives the page (`outqueue.ts`).
 */

import type { Kept, Outqueue } from "./outqueue";

export class PageQueue<E, V = never> implements Outqueue<E, V> {
  readonly #entries = new Map<string, E>();
  #value: V | undefined;

  async load(): Promise<Kept<E, V>> {
    return { entries: [...this.#entries.values()], value: this.#value };
  }

  async put(key: string, entry: E): Promise<void> {
    this.#entries.set(key, entry);
  }

  async settle(keys: readonly string[], value?: V): Promise<void> {
    for (const key of keys) this.#entries.delete(key);
    if (value !== undefined) this.#value = value;
  }

  async forget(): Promise<void> {
    this.#entries.clear();
    this.#value = undefined;
  }
}
