/**
 * How much the line carries over HTTP, each way, in a bounded time.
 *
 * Not here: what it means. Uploads are timed one after the other, each from its beginning to the server's answer, less
 * a round trip; downloads by the bytes as they come in, which the browser may break off at any moment.
 */

import { post, Refusal } from "./api";

export const SPEED_MS = 2_000;
/** TCP begins slowly, by round trips: where they are long it needs more time to show what the line carries. */
const ROUND_TRIPS = 7;
const LONGEST_MS = 3_500;
/** From here on several uploads go side by side, for one would wait most of the time. */
const FAR_MS = 150;
const SIDE_BY_SIDE = 5;
const FIRST_FAR = 3;
/** A body that began in time may end this much later; on a very thin line the first one needs it. */
const GRACE_MS = 1_000;
const AGAIN_MS = 1_500;
/** Enough to know that the line is fast. */
const ENOUGH_DOWN = 4_000_000;
const ENOUGH_UP = 1_500_000;
/** Small first, so that a thin line has finished one in time. */
const BODIES = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000] as const;
/** What took so long beyond the way there and back was the line's own speed, and no accident. */
const TELLING_MS = 50;
/** Full packets: 1500 bytes on the line for 1448 of ours. */
const ON_THE_LINE = 1500 / 1448;
const PINGS = 3;
const PINGS_MS = 1_000;

/** The shortest of a few round trips over HTTP, milliseconds; null where none ended in time. */
export async function httpRtt(ticket: string, now: () => number): Promise<number | null> {
  let shortest: number | null = null;
  const first = now();
  for (let ping = 0; ping < PINGS && now() - first < PINGS_MS; ping++) {
    const began = now();
    if (!(await pinged(ticket, PINGS_MS))) break;
    shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, now() - began);
  }
  return shortest;
}

/** Whether a small request was answered in time. Throws the server's `Refusal`. */
async function pinged(ticket: string, withinMs: number): Promise<boolean> {
  try {
    await post("/check/up", { ticket }, AbortSignal.timeout(withinMs));
    return true;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return false;
  }
}

/**
 * Both directions, one after the other; on a far line at once, for there each takes long and fills nothing. What is not
 * measured `byMs` by the clock `now` is broken off.
 */
export async function measureSpeed(
  ticket: string,
  rttMs: number,
  farMs: number,
  byMs: number,
  now: () => number,
): Promise<{ readonly upKbps: number | null; readonly downKbps: number | null }> {
  const down = measureDown(ticket, farMs, Math.min(lasting(farMs), byMs - now()), now);
  if (farMs < FAR_MS) await down;
  const upKbps = await measureUp(ticket, rttMs, farMs, byMs, now);
  return { upKbps, downKbps: await down };
}

/**
 * Kilobits a second to the server, or null when nothing got there in time. `rttMs` is a request's, `farMs` that of small
 * packets: on a thin line a request is slow, and not far.
 */
async function measureUp(
  ticket: string,
  rttMs: number,
  farMs: number,
  byMs: number,
  now: () => number,
): Promise<number | null> {
  const lastsMs = lasting(farMs);
  // What was broken off before took its connection with it.
  await pinged(ticket, AGAIN_MS);
  const signal = AbortSignal.timeout(Math.max(0, Math.min(lastsMs + GRACE_MS, byMs - now())));
  const began = now();
  const bodies: Body[] = [];
  let bytes = 0;
  const upload = async (first: number): Promise<void> => {
    for (let turn = first; now() - began < lastsMs && bytes < ENOUGH_UP; turn++) {
      const size = BODIES[Math.min(turn, BODIES.length - 1)] ?? 0;
      const from = now();
      try {
        await post("/check/up", { ticket, x: "x".repeat(size) }, signal);
      } catch {
        return;
      }
      bytes += size;
      bodies.push({ bytes: size, ms: Math.max(1, now() - from - rttMs) });
    }
  };
  if (farMs < FAR_MS) {
    await upload(0);
    return speedOf(bodies);
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => upload(FIRST_FAR)));
  return kbps(bytes, now() - began);
}

/** Kilobits a second from the server, or null when nothing came in time. On a far line TCP has just begun in the first half. */
async function measureDown(
  ticket: string,
  farMs: number,
  withinMs: number,
  now: () => number,
): Promise<number | null> {
  const signal = AbortSignal.timeout(Math.max(0, withinMs));
  const came: { readonly atMs: number; readonly bytes: number }[] = [];
  let bytes = 0;
  try {
    while (bytes < ENOUGH_DOWN) {
      const reader = (await post("/check/down", { ticket }, signal)).body?.getReader();
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
        // What came with the first look was on its way for nobody knows how long.
        if (came.length > 0) bytes += read.value.byteLength;
        came.push({ atMs: now(), bytes });
      }
    }
  } catch {
    // Time is up, or the line is gone: what has come counts.
  }
  const [first, last] = [came[0], came.at(-1)];
  if (!first || !last) return null;
  const middle = came.find(({ atMs }) => atMs >= (first.atMs + last.atMs) / 2) ?? first;
  const from = farMs < FAR_MS ? first : middle;
  return kbps(last.bytes - from.bytes, last.atMs - from.atMs);
}

/** One body on its way: what it held, and how much longer it took than a request without one. */
export interface Body {
  readonly bytes: number;
  readonly ms: number;
}

/**
 * Kilobits a second, of bodies one after the other: the fastest that took long enough to tell, for TCP waits where a short queue
 * drops its first packets, and never goes faster than the line. Where none took long, all of them together.
 */
export function speedOf(bodies: readonly Body[]): number | null {
  const telling = bodies.filter(({ ms }) => ms >= TELLING_MS).map(({ bytes, ms }) => kbps(bytes, ms) ?? 0);
  if (telling.length > 0) return Math.max(...telling);
  const sum = (of: (body: Body) => number): number => bodies.reduce((whole, body) => whole + of(body), 0);
  return kbps(
    sum(({ bytes }) => bytes),
    sum(({ ms }) => ms),
  );
}

function lasting(farMs: number): number {
  return Math.min(LONGEST_MS, Math.max(SPEED_MS, ROUND_TRIPS * farMs));
}

function kbps(bytes: number, ms: number): number | null {
  return bytes > 0 && ms > 0 ? Math.min(10_000_000, Math.round((bytes * ON_THE_LINE * 8) / ms)) : null;
}
