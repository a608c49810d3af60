/**
 * Redundant speech (RFC 2198): each packet carries older packets' sound as well, as many and as old as wanted.
 *
 * Not here: where packets come from and go to (`workers/copies.ts`). libwebrtc writes one older packet's sound into each,
 * never more (150: its distance is fixed), and reads up to 32 (its RedPayloadSplitter).
 */

import { copies_at } from "../../signalling/shared.json";

/** How many packets back each copy lies, the first for one copy, the first two for two, and so on. A burst of 3 lost leaves one. */
const DISTANCES: readonly number[] = copies_at;
export const MOST_COPIES = DISTANCES.length;
const OLDEST = Math.max(...DISTANCES);
/** RFC 2198 section 3: 14 bits of time, 10 bits of length, and 1 + 3 bytes before an older block. */
const MOST_AGE = 0x3fff;
const MOST_LENGTH = 0x3ff;
const OLDER_HEADER = 4;
const NEWEST_HEADER = 1;
/** Leaves room for RTP, SRTP, TURN, UDP and IPv6 in 1280 bytes, the least that IPv6 carries in one piece. */
const MOST_BYTES = 1_100;

/** The sound a packet was made for: the last of the blocks in it. */
interface Newest {
  readonly type: number;
  readonly sound: Uint8Array;
}

interface Sent extends Newest {
  readonly at: number;
}

/** The newest sound in a redundant `payload`; null when it is no such payload. */
export function newestOf(payload: Uint8Array): Newest | null {
  let header = 0;
  let older = 0;
  for (;;) {
    const first = payload[header];
    if (first === undefined) return null;
    if ((first & 0x80) === 0) {
      const start = header + NEWEST_HEADER + older;
      return start <= payload.length ? { type: first, sound: payload.slice(start) } : null;
    }
    const [high, low] = [payload[header + 2], payload[header + 3]];
    if (high === undefined || low === undefined) return null;
    older += ((high & 0x03) << 8) | low;
    header += OLDER_HEADER;
  }
}

/** Packs one stream of redundant packets anew, with `copies` older packets' sound in each. */
export class Copier {
  copies = 1;
  #sent: Sent[] = [];

  /** The `payload` of the packet with RTP time `at`, packed anew; itself where there is nothing to change. */
  pack(payload: Uint8Array, at: number): Uint8Array {
    const newest = newestOf(payload);
    if (!newest) {
      this.#sent = [];
      return payload;
    }
    const packed = this.copies > 1 ? withOlder(newest, this.#older(at, newest.sound.length)) : payload;
    this.#sent = [...this.#sent.slice(1 - OLDEST), { ...newest, at }];
    return packed;
  }

  /** What fits of what is wanted, oldest first, with its age in RTP time. */
  #older(at: number, bytes: number): readonly (Newest & { readonly age: number })[] {
    let room = MOST_BYTES - bytes;
    return DISTANCES.slice(0, this.copies)
      .flatMap((distance) => this.#sent.at(-distance) ?? [])
      .map((sent) => ({ ...sent, age: (at - sent.at) >>> 0 }))
      .filter(({ age, sound }) => {
        const fits = age > 0 && age <= MOST_AGE && sound.length <= MOST_LENGTH && sound.length <= room;
        if (fits) room -= sound.length;
        return fits;
      })
      .sort((a, b) => b.age - a.age);
  }
}

function withOlder(newest: Newest, older: readonly (Newest & { readonly age: number })[]): Uint8Array {
  const headers = older.flatMap(({ type, age, sound: { length } }) => [
    0x80 | type,
    age >> 6,
    ((age & 0x3f) << 2) | (length >> 8),
    length & 0xff,
  ]);
  const blocks = [
    Uint8Array.from([...headers, newest.type]),
    ...older.map(({ sound }) => sound),
    newest.sound,
  ];
  const packed = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const block of blocks) {
    packed.set(block, place);
    place += block.length;
  }
  return packed;
}
