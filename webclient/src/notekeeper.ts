/**
 * Keeps the notes in this browser: each update at once, the whole text soon after.
 *
 * Not here: where (`outqueue.ts`). An update the server has acknowledged is let go only together with keeping a text
 * that holds it, so that a reload without a server shows everything.
 */

import type { Cancel, Clock } from "./clock";
import type { Outqueue } from "./outqueue";
import type { Uuid } from "./protocol.gen";
import type { NoteUpdate } from "./updatequeue";

/** Milliseconds from the first change until the whole text is kept. */
const KEEP_AFTER_MS = 500;

/** The text as this browser last had it, and the sequence number up to which that is. */
export interface KeptNotes {
  readonly seq: number;
  readonly update: Uint8Array;
}

export interface NoteKeeperOptions {
  readonly queue: Outqueue<NoteUpdate, KeptNotes>;
  readonly clock: Clock;
  readonly current: () => KeptNotes;
  /** A change could not be kept beyond this page. */
  readonly onFragile: () => void;
}

export class NoteKeeper {
  readonly #options: NoteKeeperOptions;
  #done: readonly Uuid[] = [];
  #cancel: Cancel | null = null;

  constructor(options: NoteKeeperOptions) {
    this.#options = options;
  }

  keep(update: NoteUpdate): void {
    const { queue, onFragile } = this.#options;
    queue.put(update.id, update).catch(onFragile);
    this.changed();
  }

  /** The server has the update, or will never take it. */
  letGo(id: Uuid): void {
    this.#done = [...this.#done, id];
    this.changed();
  }

  isLetGo(id: Uuid): boolean {
    return this.#done.includes(id);
  }

  changed(): void {
    this.#cancel ??= this.#options.clock.after(KEEP_AFTER_MS, () => {
      this.#cancel = null;
      void this.#keepAll();
    });
  }

  /** Removes everything of the session from this browser. */
  async forget(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    await this.#options.queue.forget();
  }

  async #keepAll(): Promise<void> {
    const done = this.#done;
    const { queue, current } = this.#options;
    try {
      await queue.settle(done, current());
      this.#done = this.#done.filter((id) => !done.includes(id));
    } catch {
      this.#options.onFragile();
    }
  }
}
