/**
 * Note updates on their way to the server: each kept until it is acknowledged, sent in order, few at a time.
 *
 * Not here: the text (`notes.ts`), keeping them beyond the page (`outqueue.ts`). Updates that have not been sent yet
 * are merged, so that hours of typing without a server are a few frames.
 */

import { mergeUpdates } from "yjs";
import type { Cancel, Clock } from "./clock";
import type { Uuid } from "./protocol.gen";

/** One update under its id; the server stores an id once. */
export interface NoteUpdate {
  readonly id: Uuid;
  readonly update: Uint8Array;
}

/** The server takes 20 frames a second in the long run, and the panels need some of them. */
const PACE_MS = 70;
const IN_FLIGHT = 4;
/** Merged up to here; the server takes 48 KiB. */
const MERGED_BYTES = 16 * 1024;
/** Acknowledged updates remembered, in case the server takes back others before it has read these. */
const RECENT = 100;
/** Before an update is sent again that the server could not store, doubled each time. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 16_000;

export interface UpdateQueueOptions {
  readonly clock: Clock;
  readonly newId: () => Uuid;
  readonly send: (frame: Uint8Array<ArrayBuffer>) => boolean;
  /** The update is new, or has grown: keep it beyond the page. */
  readonly keep: (update: NoteUpdate) => void;
}

export class UpdateQueue {
  readonly #options: UpdateQueueOptions;
  #waiting: readonly NoteUpdate[] = [];
  /** Sent at least once, on any connection: its bytes stay as they are. */
  readonly #sent = new Set<Uuid>();
  readonly #inFlight = new Set<Uuid>();
  #recent: readonly { readonly seq: number; readonly update: Uint8Array }[] = [];
  #online = false;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #cancelNext: Cancel = () => undefined;
  #failures = 0;

  constructor(options: UpdateQueueOptions) {
    this.#options = options;
  }

  /** Not acknowledged yet, in order. */
  get waiting(): readonly NoteUpdate[] {
    return this.#waiting;
  }

  /** Takes up what an earlier page has left; it may have sent it. */
  restore(updates: readonly NoteUpdate[]): void {
    for (const { id } of updates) this.#sent.add(id);
    this.#waiting = [...updates, ...this.#waiting];
    this.#flush();
  }

  add(update: Uint8Array): void {
    const last = this.#waiting.at(-1);
    const mayGrow =
      last && !this.#sent.has(last.id) && last.update.length + update.length <= MERGED_BYTES ? last : null;
    const added = mayGrow
      ? { id: mayGrow.id, update: mergeUpdates([mayGrow.update, update]) }
      : { id: this.#options.newId(), update };
    this.#waiting = [...(mayGrow ? this.#waiting.slice(0, -1) : this.#waiting), added];
    this.#options.keep(added);
    this.#flush();
  }

  /** A connection is open: everything not acknowledged is sent on it, again if need be. */
  online(): void {
    this.#cancelNext();
    this.#inFlight.clear();
    this.#failures = 0;
    this.#online = true;
    this.#flush();
  }

  offline(): void {
    this.#online = false;
    this.#cancelNext();
  }

  /** The server has the update under `seq`. */
  saved(id: Uuid, seq: number): void {
    const update = this.#waiting.find((each) => each.id === id)?.update;
    if (update) this.#recent = [...this.#recent.slice(1 - RECENT), { seq, update }];
    this.drop(id);
  }

  /** What the server may still read: acknowledged after `seq`. */
  savedAfter(seq: number): Uint8Array[] {
    return this.#recent.filter((each) => each.seq > seq).map(({ update }) => update);
  }

  /** The numbers begin anew: the server has lost some. */
  forgetSaved(): void {
    this.#recent = [];
  }

  /** Sends the update no more. */
  drop(id: Uuid): void {
    this.#waiting = this.#waiting.filter((each) => each.id !== id);
    this.#inFlight.delete(id);
    this.#sent.delete(id);
    this.#failures = 0;
    this.#flush();
  }

  /** The server could not store it: everything from the first on is sent again after a pause. */
  retry(): void {
    this.offline();
    const pause = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancelNext = this.#options.clock.after(pause, () => {
      this.#inFlight.clear();
      this.#online = true;
      this.#flush();
    });
  }

  #flush(): void {
    const next = this.#waiting.find(({ id }) => !this.#inFlight.has(id));
    if (!next || !this.#online || this.#inFlight.size >= IN_FLIGHT) return;
    const { clock, send } = this.#options;
    this.#cancelNext();
    const due = this.#lastSentAt + PACE_MS - clock.now();
    if (due > 0) {
      this.#cancelNext = clock.after(due, () => this.#flush());
      return;
    }
    if (!send(framed(next))) return;
    this.#lastSentAt = clock.now();
    this.#inFlight.add(next.id);
    this.#sent.add(next.id);
    this.#flush();
  }
}

/** Sixteen bytes of id, then the update. */
export function framed({ id, update }: NoteUpdate): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(16 + update.length);
  const hex = id.replaceAll("-", "");
  for (let place = 0; place < 16; place++)
    frame[place] = Number.parseInt(hex.slice(2 * place, 2 * place + 2), 16);
  frame.set(update, 16);
  return frame;
}
