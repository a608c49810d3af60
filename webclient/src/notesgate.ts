/**
 * Where the server's word on the notes waits until they are loaded.
 *
 * Not here: the notes (`notes.ts`, which brings Yjs and is fetched after more urgent things).
 */

import type { Notes } from "./notes";
import type { ServerMessage } from "./protocol.gen";

export class NotesGate {
  readonly #open: () => Promise<Notes>;
  #opening: Promise<Notes> | null = null;
  #notes: Notes | null = null;
  /** What has come on this connection. */
  #held: ((notes: Notes) => void)[] = [];

  /** `open` fetches the module and what the browser has kept; it is called again if it failed. */
  constructor(open: () => Promise<Notes>) {
    this.#open = open;
  }

  /** For the next hello. */
  get seq(): number {
    return this.#notes?.seq ?? 0;
  }

  notes(): Promise<Notes> {
    this.#opening ??= this.#open().then(
      (notes) => this.#opened(notes),
      (error: unknown) => {
        this.#opening = null;
        throw error;
      },
    );
    return this.#opening;
  }

  onMessage(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.#held = [];
        this.#pass((notes) => notes.welcome(message.noteSeq));
        break;
      case "note_saved":
        this.#pass((notes) => notes.saved(message));
        break;
      case "note_reset":
        this.#pass((notes) => notes.restore());
        break;
      case "refused":
        this.#pass((notes) => notes.refused(message));
        break;
      default:
    }
  }

  onFrame(frame: ArrayBuffer): void {
    this.#pass((notes) => notes.receive(frame));
  }

  offline(): void {
    this.#held = [];
    this.#notes?.offline();
  }

  #pass(word: (notes: Notes) => void): void {
    if (this.#notes) word(this.#notes);
    else this.#held.push(word);
  }

  #opened(notes: Notes): Notes {
    this.#notes = notes;
    const held = this.#held;
    this.#held = [];
    for (const word of held) word(notes);
    return notes;
  }
}
