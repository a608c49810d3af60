import { describe, expect, test } from "vitest";
import { Copier, MOST_COPIES, newestOf } from "../src/red";

const OPUS = 111;
const PACKET = 960;

function sound(n: number, length = 80): Uint8Array {
  return new Uint8Array(length).fill(n);
}

/** As libwebrtc packs it: with the sound of the packet before, after the first. */
function packet(n: number, length = 80): Uint8Array {
  if (n === 0) return Uint8Array.from([OPUS, ...sound(0, length)]);
  const age = PACKET;
  const header = [0x80 | OPUS, age >> 6, ((age & 0x3f) << 2) | (length >> 8), length & 0xff, OPUS];
  return Uint8Array.from([...header, ...sound(n - 1, length), ...sound(n, length)]);
}

/** RFC 2198 read strictly: age and content of each block, oldest first; throws when lengths do not add up. */
function blocks(payload: Uint8Array): { age: number; of: number; length: number }[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const headers: { age: number; length: number }[] = [];
  let at = 0;
  while (view.getUint8(at) & 0x80) {
    expect(view.getUint8(at) & 0x7f).toBe(OPUS);
    const word = view.getUint32(at) & 0xffffff;
    headers.push({ age: word >> 10, length: word & 0x3ff });
    at += 4;
  }
  expect(view.getUint8(at)).toBe(OPUS);
  at += 1;
  const rest = payload.length - at - headers.reduce((sum, { length }) => sum + length, 0);
  expect(rest).toBeGreaterThan(0);
  return [...headers, { age: 0, length: rest }].map(({ age, length }) => {
    const bytes = payload.subarray(at, at + length);
    at += length;
    const [of = -1] = bytes;
    expect([...bytes].every((byte) => byte === of)).toBe(true);
    return { age, of, length };
  });
}

function last(copies: number, packets: number, length = 80, start = 0): Uint8Array {
  const copier = new Copier();
  copier.copies = copies;
  let made = new Uint8Array();
  for (let n = 0; n < packets; n++) made = copier.pack(packet(n, length), (start + n * PACKET) >>> 0).slice();
  return made;
}

describe("a packet packed anew", () => {
  test("carries as many older packets' sound as wanted, oldest first", () => {
    const wanted = [
      [8, 6],
      [8, 6, 4],
      [8, 6, 4, 7],
      [8, 6, 4, 7, 5],
    ].map((of) => of.sort());
    wanted.forEach((older, place) => {
      const found = blocks(last(place + 2, 10));
      expect(found.map(({ of }) => of)).toEqual([...older, 9]);
      expect(found.map(({ age, of }) => age === (9 - of) * PACKET)).not.toContain(false);
    });
  });

  test("is the browser's own for one copy, byte by byte", () => {
    expect(last(1, 10)).toEqual(packet(9));
  });

  test("carries what there is at the beginning", () => {
    expect(blocks(last(MOST_COPIES, 1)).map(({ of }) => of)).toEqual([0]);
    expect(blocks(last(MOST_COPIES, 3)).map(({ of }) => of)).toEqual([0, 1, 2]);
  });

  test("counts age across the end of RTP time", () => {
    const found = blocks(last(3, 8, 80, 2 ** 32 - 4 * PACKET));
    expect(found.map(({ age }) => age / PACKET)).toEqual([5, 3, 1, 0]);
  });

  test("leaves out what is too old for 14 bits, and what would not fit one IP packet", () => {
    const copier = new Copier();
    copier.copies = 2;
    copier.pack(packet(0), 0);
    expect(blocks(copier.pack(packet(1), 20_000)).map(({ of }) => of)).toEqual([1]);
    expect(last(MOST_COPIES, 10, 400).length).toBeLessThanOrEqual(1_120);
    expect(blocks(last(MOST_COPIES, 10, 400)).map(({ of }) => of)).toEqual([8, 9]);
  });

  test("follows a change from one packet to the next", () => {
    const copier = new Copier();
    const counts = [1, 4, 4, 1].map((copies, at) => {
      for (let n = 0; n < 9; n++) copier.pack(packet(n), (at * 10 + n) * PACKET);
      copier.copies = copies;
      return blocks(copier.pack(packet(9), (at * 10 + 9) * PACKET)).length;
    });
    expect(counts).toEqual([2, 5, 5, 2]);
  });
});

describe("what is no redundant packet", () => {
  test.each([
    ["nothing", []],
    ["half a header", [0x80 | OPUS, 1]],
    ["a header without an end", [0x80 | OPUS, 1, 2, 3]],
    ["less sound than said", [0x80 | OPUS, 0, 0, 200, OPUS, 1, 2, 3]],
  ])("%s is handed on as it is", (_name, bytes) => {
    const copier = new Copier();
    copier.copies = 4;
    const payload = Uint8Array.from(bytes);
    expect(newestOf(payload)).toBeNull();
    expect(copier.pack(payload, 0)).toBe(payload);
  });
});
