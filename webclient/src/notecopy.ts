/**
 * This browser's copy of the shared text, as Yjs keeps it: written to in pieces, read as a string.
 *
 * Not here: what goes to the server and comes from it (`notes.ts`).
 */

import * as Y from "yjs";
import { type Change, type Delta, partsPair, pieces } from "./textchange";

/** UTF-16 code units of the whole text; at three bytes each they stay below the server's 1 MiB. */
export const MAX_LENGTH = 262_144;
/** Code units in one update: 24 KiB of text, or a deletion of so many places, where the server takes 48 KiB. */
const PIECE = 8_192;

/** The origin of what the person writes here. */
const HERE = "here";

export class NoteCopy {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText("notes");

  /** Begins with these updates; `onWritten` is told every later update that is written here. */
  constructor(updates: readonly Uint8Array[], onWritten: (update: Uint8Array) => void) {
    for (const update of updates) Y.applyUpdate(this.doc, update);
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === HERE) onWritten(update);
    });
  }

  get value(): string {
    return this.text.toString();
  }

  /** The whole copy as one update. */
  get state(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  /** How many code units of each writer are here. */
  get clocks(): Map<number, number> {
    return Y.decodeStateVector(Y.encodeStateVector(this.doc));
  }

  /** Makes a change, in several updates if it is long, and no more of it than the text may hold. */
  write({ at, removed, inserted }: Change): void {
    const value = this.value;
    const fitting = cut(inserted, MAX_LENGTH - (value.length - removed));
    const deletions = pieces(value.slice(at, at + removed), PIECE);
    const insertions = pieces(fitting, PIECE);
    let place = at;
    for (let step = 0; step < Math.max(deletions.length, insertions.length); step++) {
      const deletion = deletions[step] ?? "";
      const insertion = insertions[step] ?? "";
      this.doc.transact(() => {
        if (deletion) this.text.delete(place, deletion.length);
        if (insertion) this.text.insert(place, insertion);
      }, HERE);
      place += insertion.length;
    }
  }

  /** Applies an update from elsewhere; what it changes in the text, or null when nothing. */
  apply(update: Uint8Array): Delta | null {
    let delta: Delta | null = null;
    const onText = (event: Y.YTextEvent): void => {
      delta = event.delta;
    };
    this.text.observe(onText);
    try {
      Y.applyUpdate(this.doc, update);
    } finally {
      this.text.unobserve(onText);
    }
    return delta;
  }
}

/** The beginning of the text, at most so long. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.max(0, most);
  return text.slice(0, partsPair(text, end) ? end - 1 : end);
}
