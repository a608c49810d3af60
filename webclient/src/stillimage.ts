/**
 * What kind of image some bytes are, by the bytes themselves, and how an image is brought to a size.
 *
 * Not here: decoding, which is the browser's. An image's few bytes may claim a billion pixels, so its lines are read
 * before it is decoded; and only the two kinds that our own pages send are believed.
 */

export type ImageType = "image/webp" | "image/jpeg";

/** Twice what the ladder asks for a shared screen. */
export const MAX_SIDE = 1_280;
const MIN_SIDE = 16;

/** WebP (lossy, one frame) or JPEG of a usable size, or null. */
export function imageType(bytes: Uint8Array): ImageType | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (usable(webpSize(view))) return "image/webp";
  return usable(jpegSize(view)) ? "image/jpeg" : null;
}

type Size = readonly [width: number, height: number];

function usable(size: Size | null): boolean {
  return size?.every((side) => side >= MIN_SIDE && side <= MAX_SIDE) ?? false;
}

/** RFC 9649: "RIFF", length, "WEBP", "VP8 ", length, and a key frame (RFC 6386, 9.1). */
function webpSize(view: DataView): Size | null {
  if (view.byteLength < 30 || text(view, 0) !== "RIFF" || text(view, 8) !== "WEBP") return null;
  const whole = view.getUint32(4, true) + 8 === view.byteLength;
  const keyFrame = (view.getUint8(20) & 1) === 0 && text(view, 23).startsWith("\x9d\x01\x2a");
  if (!whole || text(view, 12) !== "VP8 " || !keyFrame) return null;
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
}

/** A browser's WebP without what only it adds (a colour profile of half a kilobyte): the one lossy frame, or null. */
export function plainWebp(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 12 || text(view, 0) !== "RIFF" || text(view, 8) !== "WEBP") return null;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const next = at + 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1);
    if (text(view, at) === "VP8 " && next <= view.byteLength) {
      const plain = new Uint8Array(12 + next - at);
      plain.set(bytes.subarray(0, 12));
      plain.set(bytes.subarray(at, next), 12);
      new DataView(plain.buffer).setUint32(4, plain.length - 8, true);
      return plain;
    }
    at = next;
  }
  return null;
}

/** ITU-T T.81: segments up to the frame header, baseline or progressive. */
function jpegSize(view: DataView): Size | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === 0xffc0 || marker === 0xffc2) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    if (marker < 0xffc0 || marker === 0xffda || view.getUint16(at + 2) < 2) return null;
  }
  return null;
}

function text(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
}

const QUALITIES = [0.75, 0.6, 0.45, 0.3, 0.2, 0.1] as const;

/**
 * The first of `encode`'s images, best first, that is at most `maxBytes`; null when none is.
 *
 * `encode` is asked for some quality from 0 to 1 and answers null where it cannot.
 */
export async function fitting(
  encode: (quality: number) => Promise<Uint8Array | null>,
  maxBytes: number,
): Promise<Uint8Array | null> {
  for (const quality of QUALITIES) {
    const image = await encode(quality);
    if (image && image.length <= maxBytes) return image;
  }
  return null;
}
