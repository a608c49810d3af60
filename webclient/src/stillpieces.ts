/**
 * A still picture in the pieces that go over the data channel, and the picture put together from them.
 *
 * Not here: when pieces are sent (`stillsout.ts`), what is done with the picture (`stillsin.ts`). A peer may send
 * anything: what is no piece of a picture of this size is not kept.
 */

/** On a line of 75 kbit/s such a piece stands in front of speech for 60 ms. */
export const PIECE_BYTES = 500;
/** A picture of the ladder's 12 kB. */
export const MAX_PIECES = 24;
const HEADER_BYTES = 9;
const VERSION = 1;
const MAX_AGE_MS = 0xffff;

export interface Piece {
  /** The picture's number, counting up. */
  readonly n: number;
  readonly index: number;
  readonly count: number;
  /** How long before this piece was sent the picture was taken. */
  readonly ageMs: number;
  readonly bytes: Uint8Array;
}

/** Big endian: version, index, count, 1 byte each; n 4 bytes; age in ms 2 bytes; the bytes. */
export function encodePiece({ n, index, count, ageMs, bytes }: Piece): ArrayBuffer {
  const buffer = new ArrayBuffer(HEADER_BYTES + bytes.length);
  const view = new DataView(buffer);
  [VERSION, index, count].forEach((value, place) => {
    view.setUint8(place, value);
  });
  view.setUint32(3, n);
  view.setUint16(7, Math.min(MAX_AGE_MS, Math.max(0, Math.round(ageMs))));
  new Uint8Array(buffer, HEADER_BYTES).set(bytes);
  return buffer;
}

/** The piece in `data`, or null when it is none: all but the last of a picture are full, and none is empty. */
export function decodePiece(data: unknown): Piece | null {
  if (!(data instanceof ArrayBuffer) || data.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(data);
  const [version, index, count] = [view.getUint8(0), view.getUint8(1), view.getUint8(2)];
  const bytes = new Uint8Array(data, HEADER_BYTES);
  const last = index === count - 1;
  const fits = last ? bytes.length <= PIECE_BYTES : bytes.length === PIECE_BYTES;
  if (version !== VERSION || count > MAX_PIECES || index >= count || !fits) return null;
  return { n: view.getUint32(3), index, count, ageMs: view.getUint16(7), bytes };
}

/** The bytes of each piece of `picture`; none when it is empty or too big. */
export function cut(picture: Uint8Array): Uint8Array[] {
  const count = Math.ceil(picture.length / PIECE_BYTES);
  if (count > MAX_PIECES) return [];
  return Array.from({ length: count }, (_, index) =>
    picture.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
  );
}

/** Puts one picture together at a time: the first piece of a newer one ends an older one that is not whole. */
export class Assembly {
  #n = -1;
  #pieces: (Uint8Array | undefined)[] = [];
  #missing = 0;

  /** The picture's bytes when `piece` was the last one missing. */
  add({ n, index, count, bytes }: Piece): Uint8Array | null {
    if (n < this.#n) return null;
    if (n > this.#n) {
      this.#n = n;
      this.#pieces = new Array<undefined>(count).fill(undefined);
      this.#missing = count;
    }
    if (count !== this.#pieces.length || this.#pieces[index] || this.#missing === 0) return null;
    this.#pieces[index] = bytes;
    this.#missing -= 1;
    return this.#missing === 0 ? this.#whole() : null;
  }

  #whole(): Uint8Array {
    const pieces = this.#pieces.flatMap((piece) => piece ?? []);
    const picture = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    pieces.forEach((piece, index) => {
      picture.set(piece, index * PIECE_BYTES);
    });
    // The number stays, so that nothing older or doubled begins again; the bytes go.
    this.#pieces = new Array<undefined>(pieces.length).fill(undefined);
    return picture;
  }
}
