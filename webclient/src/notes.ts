/**
 * The shared notes in the browser: one text bound to a field, in step with the server's whenever there is one.
 *
 * Not here: the field (`ui/notes.ts`), the socket (`connection.ts`), storage (`outqueue.ts`). Loaded when first needed,
 * because it brings Yjs with it; what comes before that waits in `notesgate.ts`.
 */

import type { Cancel, Clock } from "./clock";
import { fits, type Leftover, leftover } from "./leftover";
import { NoteCopy } from "./notecopy";
import { type KeptNotes, NoteKeeper } from "./notekeeper";
import type { Kept, Outqueue } from "./outqueue";
import type { NoteSaved, Refused, Uuid } from "./protocol.gen";
import type { NotesBinding } from "./state";
import { changeBetween, clean, type Delta, deltaOf, moved } from "./textchange";
import { type NoteUpdate, UpdateQueue } from "./updatequeue";
import { Watermark } from "./watermark";

/** Milliseconds after a connection opened in which all that the server has must have come. */
const CAUGHT_UP_MS = 2_000;
/** Times that text taken back is added again; after that something must be wrong with it. */
const MAX_READDED = 3;

export interface NotesOptions {
  readonly queue: Outqueue<NoteUpdate, KeptNotes>;
  readonly clock: Clock;
  readonly newId: () => Uuid;
  readonly send: (frame: Uint8Array<ArrayBuffer>) => boolean;
  /** Opens the connection anew: this copy and the server's have come apart. */
  readonly reconnect: () => void;
  /** How many updates the server has not acknowledged. */
  readonly onPending: (pending: number) => void;
  /** A change could not be kept beyond this page. */
  readonly onFragile: () => void;
  /** Text that the shared notes do not take: to be shown beside them, or it is lost. */
  readonly onLeftover: (text: string) => void;
}

const NOTHING_KEPT: Kept<NoteUpdate, KeptNotes> = { entries: [], value: undefined };

type Listener = (value: string, map: (offset: number) => number) => void;

export class Notes implements NotesBinding {
  readonly loaded = true;
  readonly #options: NotesOptions;
  readonly #listeners = new Set<Listener>();
  readonly #updates: UpdateQueue;
  readonly #keeper: NoteKeeper;
  #copy: NoteCopy;
  #watermark: Watermark;
  #awaitsRestored = false;
  /** All that the server sends on a connection, collected to compare this copy with. */
  #servers: NoteCopy | null = null;
  #isSuspect = false;
  #isFull = false;
  #readded = 0;
  #cancelCompare: Cancel = () => undefined;

  /** Takes up what this browser has kept of the session. */
  static async open(options: NotesOptions): Promise<Notes> {
    const kept = await options.queue.load().catch(() => NOTHING_KEPT);
    try {
      return new Notes(options, kept);
    } catch {
      return new Notes(options, NOTHING_KEPT); // what storage gave is none of ours
    }
  }

  private constructor(options: NotesOptions, { entries, value }: Kept<NoteUpdate, KeptNotes>) {
    this.#options = options;
    this.#keeper = new NoteKeeper({
      ...options,
      current: () => ({ seq: this.seq, update: this.#copy.state }),
    });
    this.#updates = new UpdateQueue({ ...options, keep: (update) => this.#keeper.keep(update) });
    this.#watermark = new Watermark(value?.seq ?? 0);
    const updates = entries.map(({ update }) => update);
    this.#copy = this.#copyOf(value ? [value.update, ...updates] : updates);
    this.#updates.restore(entries);
    this.#tellPending();
  }

  get value(): string {
    return this.#copy.value;
  }

  /** Up to which sequence number this browser has everything; for the next hello. */
  get seq(): number {
    return this.#watermark.seq;
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The person changed the text. Listeners hear of it only if the notes cannot take it as it is. */
  input(value: string, _selectionStart: number, selectionEnd: number): void {
    const caret = clean(value.slice(0, selectionEnd)).length;
    this.#copy.write(changeBetween(this.value, clean(value), caret));
    if (this.value !== value) this.#tell(deltaOf(changeBetween(value, this.value, caret)));
  }

  /** A connection is open; the server's highest number is `noteSeq`, and what is missing here follows. */
  welcome(noteSeq: number): void {
    if (noteSeq < this.seq || this.#isSuspect) this.#compareSoon();
    this.#updates.online();
    void this.#takeUpOthers();
  }

  offline(): void {
    this.#updates.offline();
    this.#awaitsRestored = false;
    this.#servers = null;
    this.#cancelCompare();
  }

  /** A frame of the server's: eight bytes of sequence number, then an update. */
  receive(frame: ArrayBuffer): void {
    const seq = Number(new DataView(frame).getBigUint64(0));
    const update = new Uint8Array(frame.slice(8));
    if (this.#awaitsRestored) {
      this.#awaitsRestored = false;
      this.#watermark = new Watermark(seq);
      this.#replace(this.#copyOf([update]), seq);
      return;
    }
    try {
      this.#servers?.apply(update);
      const delta = this.#copy.apply(update);
      this.#watermark.heard(seq);
      this.#keeper.changed();
      if (delta) this.#tell(delta);
    } catch {
      this.#comeApart();
    }
  }

  saved({ id, seq }: NoteSaved): void {
    this.#updates.saved(id, seq);
    this.#watermark.own(seq);
    this.#keeper.letGo(id);
    this.#tellPending();
  }

  /** An update was refused. When that came after it was acknowledged, `restore` and a frame follow. */
  refused({ error, op }: Refused): void {
    this.#isFull ||= error === "note.full";
    if (op === null || !this.#updates.waiting.some(({ id }) => id === op)) return;
    if (error === "note.unsaved") this.#updates.retry();
    else if (error.startsWith("note.")) this.#giveUp(op);
    else this.#updates.offline();
    if (error === "note.too_big") this.#comeApart();
  }

  /** The next frame is the whole of the notes as the server has restored them. */
  restore(): void {
    this.#awaitsRestored = true;
  }

  /** Removes the session's notes from this browser's storage. */
  forget(): Promise<void> {
    return this.#keeper.forget();
  }

  #copyOf(updates: readonly Uint8Array[]): NoteCopy {
    return new NoteCopy(updates, (update) => {
      this.#updates.add(update);
      this.#tellPending();
    });
  }

  #giveUp(id: Uuid): void {
    this.#updates.drop(id);
    this.#keeper.letGo(id);
    this.#tellPending();
  }

  /** This copy is not to be trusted: get everything anew, and compare. */
  #comeApart(): void {
    this.#isSuspect = true;
    this.#watermark = new Watermark(0);
    if (this.#readded < MAX_READDED) this.#options.reconnect();
  }

  /** Collects what the server has, to see what it lacks: it may have been restored from a backup. */
  #compareSoon(): void {
    this.#isSuspect = false;
    this.#watermark = new Watermark(0);
    this.#updates.forgetSaved();
    const servers = this.#copyOf([]);
    this.#servers = servers;
    this.#cancelCompare = this.#options.clock.after(CAUGHT_UP_MS, () => {
      this.#servers = null;
      this.#replace(servers, 0);
    });
  }

  /** Goes on with the server's copy, adding what only this one has: no word that was typed is lost. */
  #replace(theirs: NoteCopy, seq: number): void {
    const before = this.value;
    for (const update of this.#updates.savedAfter(seq)) if (fits(update, theirs.clocks)) theirs.apply(update);
    for (const { id, update } of this.#updates.waiting) {
      if (fits(update, theirs.clocks)) theirs.apply(update);
      else this.#giveUp(id);
    }
    const texts = leftover(this.#copy.text, theirs.text);
    this.#copy = theirs;
    this.#readd(texts);
    this.#keeper.changed();
    this.#tell(deltaOf(changeBetween(before, this.value, before.length)));
  }

  #readd(texts: readonly Leftover[]): void {
    if (texts.length === 0) return;
    const mayAdd = !this.#isFull && this.#readded < MAX_READDED;
    this.#isFull = false;
    this.#readded += 1;
    if (!mayAdd) this.#options.onLeftover(texts.map(({ text }) => text).join("\n"));
    // From the end, so that the places before stay where they are.
    else
      for (const { at, text } of [...texts].reverse()) this.#copy.write({ at, removed: 0, inserted: text });
  }

  /** Another tab of the same person may have left updates behind. */
  async #takeUpOthers(): Promise<void> {
    const { entries } = await this.#options.queue.load().catch(() => NOTHING_KEPT);
    const ours = new Set(this.#updates.waiting.map(({ id }) => id));
    const others = entries.filter(({ id }) => !ours.has(id) && !this.#keeper.isLetGo(id));
    for (const { update } of others) {
      const delta = this.#copy.apply(update);
      if (delta) this.#tell(delta);
    }
    this.#updates.restore(others);
    this.#tellPending();
  }

  #tell(delta: Delta): void {
    for (const listener of [...this.#listeners]) listener(this.value, (offset) => moved(offset, delta));
  }

  #tellPending(): void {
    this.#options.onPending(this.#updates.waiting.length);
  }
}
