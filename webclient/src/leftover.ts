/**
 * Text that one copy of the notes has and another lacks, and where in the other it belongs.
 *
 * Not here: when that is asked (`notes.ts`: after the server has taken updates back, or has lost some).
 */

import * as Y from "yjs";

export interface Leftover {
  /** UTF-16 code units into the other copy's text. */
  readonly at: number;
  readonly text: string;
}

/** In the order of the text; each is placed behind the words that stand before it. */
export function leftover(mine: Y.Text, theirs: Y.Text): Leftover[] {
  const [from, to] = [docOf(mine), docOf(theirs)];
  return joined(lacking(from, to)).map(({ at, text }) => {
    const place = Y.createRelativePositionFromTypeIndex(mine, at, -1);
    // Null where not even the words before it are known: then it comes last.
    const there = Y.createAbsolutePositionFromRelativePosition(place, to);
    return { at: there?.index ?? theirs.length, text };
  });
}

/** Whether a copy that has `clocks` has everything the update leans on, and the update's own beginning. */
export function fits(update: Uint8Array, clocks: ReadonlyMap<number, number>): boolean {
  const { structs, ds } = Y.decodeUpdate(update);
  const after = new Map(clocks);
  const has = (id: { client: number; clock: number } | null): boolean =>
    id === null || id.clock < (after.get(id.client) ?? 0);
  for (const struct of structs) {
    if (struct instanceof Y.Skip) continue;
    const { client, clock } = struct.id;
    if (clock > (after.get(client) ?? 0)) return false;
    after.set(client, Math.max(after.get(client) ?? 0, clock + struct.length));
  }
  const places = structs.filter((struct) => struct instanceof Y.Item);
  if (!places.every(({ origin, rightOrigin }) => has(origin) && has(rightOrigin))) return false;
  return [...ds.clients].every(([client, runs]) =>
    runs.every(({ clock, len }) => has({ client, clock: clock + len - 1 })),
  );
}

/** Pieces of text in `from` that `to` has never had, with their places in `from`, in order. */
function lacking(from: Y.Doc, to: Y.Doc): Leftover[] {
  const { structs } = Y.decodeUpdate(Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)));
  return structs
    .flatMap((struct) => {
      if (!(struct instanceof Y.Item && struct.content instanceof Y.ContentString)) return [];
      const place = Y.createRelativePositionFromJSON({ item: struct.id });
      const at = Y.createAbsolutePositionFromRelativePosition(place, from)?.index;
      return at === undefined ? [] : [{ at, text: struct.content.str }];
    })
    .sort((a, b) => a.at - b.at);
}

/** Pieces that stand next to each other are one. */
function joined(parts: readonly Leftover[]): Leftover[] {
  const whole: Leftover[] = [];
  for (const { at, text } of parts) {
    const last = whole.at(-1);
    if (last && last.at + last.text.length === at)
      whole[whole.length - 1] = { at: last.at, text: last.text + text };
    else whole.push({ at, text });
  }
  return whole;
}

function docOf(text: Y.Text): Y.Doc {
  if (!text.doc) throw new Error("Only a text within a document has text to compare.");
  return text.doc;
}
