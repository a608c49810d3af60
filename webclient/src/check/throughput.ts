/**
 * How much the line carries over HTTP, each way, in a bounded time.
 *
 * Not here: what it means. Uploads are timed one after the other, each from its beginning to the server's answer, less
 * a round trip; downloads by the bytes as they come in, which the browser may break off at any moment.
 */

import { post } from "./api";

export const SPEED_MS = 2_000;
/** A body that began in time may end this much later; on a very thin line the first one needs it. */
const GRACE_MS = 1_000;
/** Enough to know that the line is fast. */
const ENOUGH_DOWN = 4_000_000;
const ENOUGH_UP = 1_500_000;
/** Small first, so that a thin line has finished one in time. */
const BODIES = [4_000, 8_000, 16_000, 32_000, 60_000] as const;
/** What a request's headers add to its body. */
const HEADERS = 600;
const PINGS = 3;

/** The shortest of a few round trips over HTTP, milliseconds. */
export async function httpRtt(ticket: string, now: () => number): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let ping = 0; ping < PINGS; ping++) {
    const began = now();
    await post("/check/up", { ticket });
    shortest = Math.min(shortest, now() - began);
  }
  return shortest;
}

/** Kilobits a second to the server, or null when nothing got there in time. */
export async function measureUp(ticket: string, rttMs: number, now: () => number): Promise<number | null> {
  const began = now();
  const signal = AbortSignal.timeout(SPEED_MS + GRACE_MS);
  let [bytes, ms] = [0, 0];
  for (let turn = 0; now() - began < SPEED_MS && bytes < ENOUGH_UP; turn++) {
    const size = BODIES[Math.min(turn, BODIES.length - 1)] ?? 0;
    const from = now();
    try {
      await post("/check/up", { ticket, x: "x".repeat(size) }, signal);
    } catch {
      break;
    }
    bytes += size + HEADERS;
    ms += Math.max(1, now() - from - rttMs);
  }
  return kbps(bytes, ms);
}

/** Kilobits a second from the server, or null when nothing came in time. */
export async function measureDown(ticket: string, now: () => number): Promise<number | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), SPEED_MS);
  let [bytes, firstMs, lastMs] = [0, 0, 0];
  try {
    while (bytes < ENOUGH_DOWN) {
      const reader = (await post("/check/down", { ticket }, stop.signal)).body?.getReader();
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
        // What came with the first look was on its way for nobody knows how long.
        if (firstMs === 0) firstMs = now();
        else bytes += read.value.byteLength;
        lastMs = now();
      }
    }
  } catch {
    // Time is up, or the line is gone: what has come counts.
  } finally {
    clearTimeout(timer);
  }
  return kbps(bytes, lastMs - firstMs);
}

function kbps(bytes: number, ms: number): number | null {
  return bytes > 0 && ms > 0 ? Math.min(10_000_000, Math.round((bytes * 8) / ms)) : null;
}
