/** Still pictures: cut, paced, put together, and what of a peer's is believed. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Still } from "../src/ladder-table";
import { rungNamed } from "../src/ladder-table";
import type { PeerStill } from "../src/state";
import { fitting, imageType, plainWebp } from "../src/stillimage";
import { Assembly, cut, decodePiece, encodePiece, MAX_PIECES, PIECE_BYTES } from "../src/stillpieces";
import { LEAST_MS, StillsIn } from "../src/stillsin";
import { FIRST_MS, PACE_MS, StillsOut } from "../src/stillsout";
import { FakeClock, settled } from "./fakes";

interface Vector {
  readonly claim: string;
  readonly hex: string;
  readonly piece: { n: number; index: number; count: number; ageMs: number; bytes: number } | null;
}

const file = new URL("../../tests/vectors/stills.json", import.meta.url);
const { pieces: vectors }: { pieces: Vector[] } = JSON.parse(readFileSync(file, "utf8"));
const STILL = rungNamed("stills").still as Still;

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A lossy WebP of `size` bytes as far as its headers say; what follows them is noise. */
function webp(size: number, width = 480, height = 270): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31) & 0xff);
  bytes.set(new TextEncoder().encode("RIFF    WEBPVP8 "));
  const view = new DataView(bytes.buffer);
  view.setUint32(4, size - 8, true);
  view.setUint32(16, size - 20, true);
  bytes.set([0x10, 0, 0, 0x9d, 0x01, 0x2a], 20);
  view.setUint16(26, width, true);
  view.setUint16(28, height, true);
  return bytes;
}

function jpeg(width: number, height: number, marker = 0xc0): Uint8Array<ArrayBuffer> {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, marker, 0, 11, 8, ...size, 1, 1, 17, 0]);
}

function piecesOf(picture: Uint8Array, n: number, ageMs = 0): ArrayBuffer[] {
  const parts = cut(picture);
  return parts.map((bytes, index) => encodePiece({ n, index, count: parts.length, ageMs, bytes }));
}

describe("a piece", () => {
  test.each(vectors.map((vector) => [vector.claim, vector] as const))("%s", (_claim, { hex, piece }) => {
    const data = bytesOf(hex).buffer;
    const found = decodePiece(data);
    expect(found && { ...found, bytes: found.bytes.length }).toEqual(piece);
    if (found) expect(new Uint8Array(encodePiece(found))).toEqual(new Uint8Array(data));
  });

  test.each([["text"], [null], [42], [new Uint8Array(20)], [{}]])("is bytes, not %s", (data) => {
    expect(decodePiece(data)).toBeNull();
  });

  test("random bytes never get past the limits", () => {
    for (let round = 0; round < 2_000; round++) {
      const bytes = Uint8Array.from({ length: round % 700 }, () => Math.floor(Math.random() * 256));
      if (round % 2) bytes[0] = 1;
      const piece = decodePiece(bytes.buffer);
      if (!piece) continue;
      expect(piece.count).toBeLessThanOrEqual(MAX_PIECES);
      expect(piece.index).toBeLessThan(piece.count);
      expect(piece.bytes.length).toBeLessThanOrEqual(PIECE_BYTES);
    }
  });
});

describe("a picture", () => {
  const picture = webp(STILL.max_bytes);

  test("of the ladder's size fits, one byte more does not", () => {
    expect(cut(picture)).toHaveLength(MAX_PIECES);
    expect(cut(new Uint8Array(STILL.max_bytes + 1))).toEqual([]);
    expect(cut(new Uint8Array(0))).toEqual([]);
  });

  test("is whole again in any order, once, whatever comes twice", () => {
    const assembly = new Assembly();
    const pieces = piecesOf(picture, 1).map((data) => decodePiece(data) as never);
    const shuffled = [...pieces.slice(7), ...pieces.slice(0, 7), ...pieces];
    const wholes = shuffled.map((piece) => assembly.add(piece)).filter((whole) => whole !== null);
    expect(wholes).toEqual([picture]);
  });

  test("with a piece missing is dropped for the next one, and never comes back", () => {
    const assembly = new Assembly();
    const [missing, ...rest] = piecesOf(picture, 1).map((data) => decodePiece(data) as never);
    for (const piece of rest) expect(assembly.add(piece)).toBeNull();
    const small = webp(40);
    const [next] = piecesOf(small, 2).map((data) => decodePiece(data) as never);
    expect(assembly.add(next as never)).toEqual(small);
    expect(assembly.add(missing as never)).toBeNull();
  });

  test("that changes its length on the way is not put together", () => {
    const assembly = new Assembly();
    const full = new Uint8Array(PIECE_BYTES);
    expect(assembly.add({ n: 1, index: 0, count: 3, ageMs: 0, bytes: full })).toBeNull();
    expect(assembly.add({ n: 1, index: 1, count: 2, ageMs: 0, bytes: full })).toBeNull();
  });
});

describe("an image", () => {
  test("is what its bytes say", () => {
    expect(imageType(webp(400))).toBe("image/webp");
    expect(imageType(jpeg(480, 270))).toBe("image/jpeg");
    expect(imageType(jpeg(480, 270, 0xc2))).toBe("image/jpeg");
  });

  test.each([
    ["a bomb in WebP", webp(400, 16_383, 16_383)],
    ["a bomb in JPEG", jpeg(65_500, 65_500)],
    ["a speck", webp(400, 1, 1)],
    ["lossless or animated WebP", webp(400).fill(0x4c, 15, 16)],
    ["WebP with something behind it", Uint8Array.from([...webp(400), 0])],
    ["JPEG without a frame", jpeg(480, 270).subarray(0, 8)],
    ["JPEG whose segments lead nowhere", Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ["PNG", bytesOf("89504e470d0a1a0a0000000d49484452000001e00000010e0802000000")],
    ["SVG", new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ["HTML", new TextEncoder().encode("<script>alert(1)</script>                ")],
    ["nothing", new Uint8Array(0)],
  ])("%s is none of ours", (_what, bytes) => {
    expect(imageType(bytes)).toBeNull();
  });

  test("of a browser's is sent without its colour profile", () => {
    const plain = webp(400);
    const extended = new Uint8Array(12 + 18 + 20 + 388);
    extended.set(plain.subarray(0, 12));
    extended.set(bytesOf("565038580a00000020000000df01000d0100"), 12);
    extended.set(bytesOf("494343500b000000"), 30);
    extended.set(plain.subarray(12), 50);
    new DataView(extended.buffer).setUint32(4, extended.length - 8, true);
    expect(imageType(extended)).toBeNull();
    expect(plainWebp(extended)).toEqual(plain);
    expect(plainWebp(plain)).toEqual(plain);
    expect(plainWebp(extended.subarray(0, 200))).toBeNull();
    expect(plainWebp(jpeg(480, 270))).toBeNull();
  });

  test("is written in the best quality that fits", async () => {
    const asked: number[] = [];
    const encode = async (quality: number) => {
      asked.push(quality);
      return new Uint8Array(quality * 20_000);
    };
    expect((await fitting(encode, 12_000))?.length).toBe(12_000);
    expect(asked).toEqual([0.75, 0.6]);
    expect(await fitting(encode, 100)).toBeNull();
    expect(await fitting(async () => null, 12_000)).toBeNull();
  });
});

describe("our stills", () => {
  function out(picture: () => Uint8Array | null = () => webp(STILL.max_bytes)) {
    const clock = new FakeClock();
    const sent: { at: number; piece: NonNullable<ReturnType<typeof decodePiece>> }[] = [];
    const line = { open: true };
    const stills = new StillsOut({
      clock,
      grab: async () => picture(),
      send: (data) => {
        const piece = decodePiece(data);
        if (line.open && piece) sent.push({ at: clock.now(), piece });
        return line.open;
      },
    });
    return { clock, sent, line, stills };
  }

  test("go out in small pieces that leave the line to speech: 16 kbit/s, a picture in 6 s", async () => {
    const { clock, sent, stills } = out();
    stills.follow({ rung: "stills", probing: null });
    await clock.passSlowly(FIRST_MS, PACE_MS);
    expect(sent).toEqual([]);
    await clock.passSlowly(20 * STILL.every_ms, PACE_MS);
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBe(PACE_MS);
    const bits = sent.reduce((sum, { piece }) => sum + 8 * piece.bytes.length, 0);
    expect(bits / (20 * STILL.every_ms)).toBeGreaterThan(14);
    expect(bits / (20 * STILL.every_ms)).toBeLessThanOrEqual(16);
    expect(sent[23]?.piece).toMatchObject({ n: 1, index: 23, count: 24 });
    expect(sent[23]?.piece.ageMs).toBe((sent[23]?.at ?? 0) - FIRST_MS);
  });

  test("that are tried go out at once, and end with the try", async () => {
    const { clock, sent, stills } = out();
    stills.follow({ rung: "voice", probing: "stills" });
    await clock.passSlowly(1_000, PACE_MS);
    expect(sent.length).toBe(3);
    stills.follow({ rung: "voice", probing: null });
    await clock.passSlowly(10_000, PACE_MS);
    expect(sent.length).toBe(3);
  });

  test("that were tried and proven go on without a break", async () => {
    const { clock, sent, stills } = out();
    stills.follow({ rung: "voice", probing: "stills" });
    await clock.passSlowly(1_000, PACE_MS);
    stills.follow({ rung: "stills", probing: null });
    await clock.passSlowly(1_000, PACE_MS);
    expect(sent.map(({ piece }) => piece.index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("give way to video that is tried", async () => {
    const { clock, sent, stills } = out();
    stills.follow({ rung: "stills", probing: null });
    await clock.passSlowly(4_000, PACE_MS);
    const before = sent.length;
    stills.follow({ rung: "stills", probing: "low" });
    await clock.passSlowly(4_000, PACE_MS);
    expect(sent.length).toBe(before);
  });

  test("wait while the line has no room, and then a late picture is given up for a new one", async () => {
    const { clock, sent, line, stills } = out();
    stills.follow({ rung: "stills", probing: null });
    await clock.passSlowly(4_000, PACE_MS);
    line.open = false;
    await clock.passSlowly(2 * STILL.every_ms, PACE_MS);
    line.open = true;
    const before = sent.length;
    await clock.passSlowly(1_000, PACE_MS);
    expect(sent[before]?.piece).toMatchObject({ n: 2, index: 0 });
  });

  test("are none while the camera is off, and begin when it is on", async () => {
    let camera: Uint8Array | null = null;
    const { clock, sent, stills } = out(() => camera);
    stills.follow({ rung: "stills", probing: null });
    await clock.passSlowly(20_000, PACE_MS);
    expect(sent).toEqual([]);
    camera = webp(700);
    await clock.passSlowly(2_000, PACE_MS);
    expect(sent.map(({ piece }) => piece.index)).toEqual([0, 1]);
  });
});

describe("the peer's stills", () => {
  function into() {
    const clock = new FakeClock();
    const shown: PeerStill[] = [];
    const decoded: Blob[] = [];
    const waiting: (() => void)[] = [];
    const stills = new StillsIn({
      clock,
      epoch: () => 1_000_000 + clock.now(),
      decode: (blob) => {
        decoded.push(blob);
        return new Promise((resolve) =>
          waiting.push(() => resolve({ width: 480, height: 270 } as ImageBitmap)),
        );
      },
      onStill: (still) => shown.push(still),
    });
    const receive = async (pieces: readonly unknown[]) => {
      for (const piece of pieces) stills.receive(piece);
      await settled();
    };
    const decodes = async () => {
      for (const ready of waiting.splice(0)) ready();
      await settled();
    };
    return { clock, shown, decoded, stills, receive, decodes };
  }

  test("are shown when they are whole, with the time they were taken", async () => {
    const { clock, shown, decoded, receive, decodes } = into();
    clock.pass(10_000);
    await receive(piecesOf(webp(STILL.max_bytes), 1, 5_800));
    await decodes();
    expect(decoded[0]).toMatchObject({ type: "image/webp", size: STILL.max_bytes });
    expect(shown).toMatchObject([{ at: 1_004_200, picture: { width: 480 } }]);
  });

  test("that are no image are never decoded", async () => {
    const { decoded, receive } = into();
    await receive(piecesOf(new TextEncoder().encode("<svg onload='alert(1)'/>".repeat(20)), 1));
    await receive(piecesOf(webp(400, 16_000, 16_000), 2));
    await receive(["text", null, new ArrayBuffer(0), new ArrayBuffer(60_000)]);
    expect(decoded).toEqual([]);
  });

  test("in a flood are decoded one in two seconds, one at a time", async () => {
    const { clock, decoded, receive, decodes } = into();
    for (let n = 1; n <= 100; n++) await receive(piecesOf(webp(400), n));
    clock.pass(LEAST_MS);
    await receive(piecesOf(webp(400), 101));
    expect(decoded).toHaveLength(1);
    await decodes();
    await receive(piecesOf(webp(400), 102));
    expect(decoded).toHaveLength(2);
  });

  test("that come after the call is over are not shown", async () => {
    const { shown, stills, receive, decodes } = into();
    await receive(piecesOf(webp(400), 1));
    stills.close();
    await decodes();
    expect(shown).toEqual([]);
  });
});
