/**
 * A room for note tests: the other end of the wire, kept in the test, and browsers that connect, reload and go away.
 *
 * The server's own side is tested with the server; here it is only what docs/protocol.md says it does.
 */

import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import * as Y from "yjs";
import { newId } from "../src/ids";
import type { KeptNotes } from "../src/notekeeper";
import { Notes } from "../src/notes";
import { openOutqueue } from "../src/outqueue";
import type { NoteUpdate } from "../src/updatequeue";
import { FakeClock, settled } from "./fakes";

interface Row {
  readonly id: string;
  readonly update: Uint8Array;
  readonly from: Browser;
}

export class Room {
  readonly clock = new FakeClock();
  rows: Row[] = [];
  readonly browsers = new Set<Browser>();
  /** Every frame that arrived, repeated ones too. */
  readonly received: Uint8Array[] = [];
  /** Acknowledgements are lost on their way. */
  losesSaved = false;
  /** The id of the error with which the next updates are refused unstored. */
  refuses: string | null = null;

  /** The text the server would put into the summary. */
  get text(): string {
    return this.doc().getText("notes").toString();
  }

  doc(): Y.Doc {
    const doc = new Y.Doc();
    for (const { update } of this.rows) Y.applyUpdate(doc, update);
    return doc;
  }

  receive(from: Browser, frame: Uint8Array): void {
    this.received.push(frame);
    const id = uuidOf(frame.subarray(0, 16));
    if (this.refuses) {
      from.notes.refused({ type: "refused", error: this.refuses, sentence: "Not now.", op: id });
      return;
    }
    const known = this.rows.findIndex((row) => row.id === id);
    if (known < 0) this.rows.push({ id, update: frame.slice(16), from });
    const seq = known < 0 ? this.rows.length : known + 1;
    if (!this.losesSaved) from.notes.saved({ type: "note_saved", id, seq });
    if (known >= 0) return;
    for (const browser of this.browsers) if (browser !== from) browser.deliver(seq, frame.slice(16));
  }

  /** Sends what a browser lacks; everything if it claims to have more than there is. */
  catchUp(browser: Browser): void {
    const after = browser.notes.seq > this.rows.length ? 0 : browser.notes.seq;
    browser.notes.welcome(this.rows.length);
    this.rows.forEach(({ update }, index) => {
      if (index >= after) browser.deliver(index + 1, update);
    });
  }

  /** Takes an update back, as the server does when its worker judges it bad, and tells a browser that has it. */
  takeBack(row: Row, error: string, whom: Browser = row.from): void {
    this.rows = this.rows.map((each) => (each === row ? { ...each, update: EMPTY } : each));
    whom.notes.refused({ type: "refused", error, sentence: "Taken back.", op: row.id });
    whom.notes.restore();
    whom.deliver(this.rows.length, Y.encodeStateAsUpdate(this.doc()));
  }

  /** Time passes for everybody, and what waits for promises goes on. */
  async pass(ms = 1_000): Promise<void> {
    await this.clock.passSlowly(ms);
    await settled();
  }
}

const EMPTY = Y.encodeStateAsUpdate(new Y.Doc());

/** One participant's browser: what it has stored outlives its page. */
export class Browser {
  readonly #room: Room;
  readonly #channel: string;
  #storage: IDBFactory | undefined = new IDBFactory();
  notes!: Notes;
  /** What the field shows, and where its caret is. */
  shown = "";
  caret = 0;
  online = false;
  pending = 0;
  fragile = false;
  readonly leftovers: string[] = [];

  constructor(room: Room, channel: string) {
    this.#room = room;
    this.#channel = channel;
  }

  /** A browser that refuses storage to this page. */
  withoutStorage(): this {
    this.#storage = undefined;
    return this;
  }

  /** Loads the page; the connection comes later. */
  async load(): Promise<this> {
    const notes = await Notes.open({
      queue: await openOutqueue<NoteUpdate, KeptNotes>(
        this.#channel,
        () => this.#storage,
        () => 0,
      ),
      clock: this.#room.clock,
      newId,
      send: (frame) => this.#send(notes, frame),
      reconnect: () => {
        this.disconnect();
        queueMicrotask(() => this.connect());
      },
      onPending: (pending) => {
        this.pending = pending;
      },
      onFragile: () => {
        this.fragile = true;
      },
      onLeftover: (text) => this.leftovers.push(text),
    });
    this.notes = notes;
    this.shown = notes.value;
    notes.onChange((value, map) => {
      this.shown = value;
      this.caret = map(this.caret);
    });
    return this;
  }

  connect(): void {
    this.online = true;
    this.#room.browsers.add(this);
    this.#room.catchUp(this);
  }

  disconnect(): void {
    this.online = false;
    this.#room.browsers.delete(this);
    this.notes.offline();
  }

  /** The page is gone from one moment to the next; another is loaded. */
  async reload(): Promise<void> {
    this.online = false;
    this.#room.browsers.delete(this);
    await settled();
    await this.load();
  }

  /** Types at the caret, or replaces `removed` code units before it. */
  type(words: string, at = this.shown.length, removed = 0): void {
    const value = this.shown.slice(0, at - removed) + words + this.shown.slice(at);
    this.shown = value;
    this.caret = at - removed + words.length;
    this.notes.input(value, this.caret, this.caret);
  }

  deliver(seq: number, update: Uint8Array): void {
    if (!this.online) return;
    const frame = new Uint8Array(8 + update.length);
    new DataView(frame.buffer).setBigUint64(0, BigInt(seq));
    frame.set(update, 8);
    this.notes.receive(frame.buffer);
  }

  /** A page that is gone sends nothing more. */
  #send(notes: Notes, frame: Uint8Array): boolean {
    if (!this.online || notes !== this.notes) return false;
    queueMicrotask(() => {
      if (this.online && notes === this.notes) this.#room.receive(this, frame);
    });
    return true;
  }
}

export async function aRoom(): Promise<{ room: Room; ann: Browser; ben: Browser }> {
  const room = new Room();
  const ann = await new Browser(room, "notes/1/mentor").load();
  const ben = await new Browser(room, "notes/1/mentee").load();
  ann.connect();
  ben.connect();
  await room.pass(0);
  return { room, ann, ben };
}

function uuidOf(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
