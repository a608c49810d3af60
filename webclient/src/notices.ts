/**
 * The notices on the screen now: one of each kind, the newest last, gone when their time is over.
 *
 * Not here: which event says what (`telling.ts`) or the words (`words.ts`).
 */

import type { Cancel, Clock } from "./clock";
import type { Notice } from "./state";

/** Long enough to read two sentences twice, milliseconds. */
export const PASSING_MS = 10_000;

/** What a notice is about; a new one of a kind takes the place of the old. */
export type Kind = "line" | "warning" | "order" | "writing" | "talking" | "device" | "refused";

export interface Said {
  readonly words: string;
  readonly urgency?: Notice["urgency"];
  readonly action?: Notice["action"];
  /** Stays until something takes its place; else it goes by itself. */
  readonly stays?: boolean;
}

export class Notices {
  readonly #clock: Clock;
  readonly #onChange: (notices: readonly Notice[]) => void;
  #notices: readonly Notice[] = [];
  readonly #ends = new Map<Kind, Cancel>();
  #count = 0;

  constructor(clock: Clock, onChange: (notices: readonly Notice[]) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  say(kind: Kind, { words, urgency = "polite", action = null, stays = false }: Said): void {
    const shown = this.#notices.find((notice) => kindOf(notice) === kind);
    if (shown?.words === words) return;
    this.#end(kind);
    // A new number each time: the same words said again are news to a screen reader.
    const notice = { id: `${kind}-${++this.#count}`, words, urgency, action, dismissible: true };
    this.#set([...this.#without(kind), notice]);
    if (!stays)
      this.#ends.set(
        kind,
        this.#clock.after(PASSING_MS, () => this.clear(kind)),
      );
  }

  clear(kind: Kind): void {
    this.#end(kind);
    const left = this.#without(kind);
    if (left.length < this.#notices.length) this.#set(left);
  }

  clearAll(): void {
    for (const kind of this.#ends.keys()) this.#end(kind);
    if (this.#notices.length > 0) this.#set([]);
  }

  dismiss(id: string): void {
    const notice = this.#notices.find((each) => each.id === id);
    if (notice) this.clear(kindOf(notice));
  }

  #without(kind: Kind): readonly Notice[] {
    return this.#notices.filter((notice) => kindOf(notice) !== kind);
  }

  #end(kind: Kind): void {
    this.#ends.get(kind)?.();
    this.#ends.delete(kind);
  }

  #set(notices: readonly Notice[]): void {
    this.#notices = notices;
    this.#onChange(notices);
  }
}

function kindOf(notice: Notice): Kind {
  return notice.id.slice(0, notice.id.lastIndexOf("-")) as Kind;
}
