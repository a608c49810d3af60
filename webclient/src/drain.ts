/**
 * How long speech is kept back after a fall to speech alone, so that the queue left in front of it drains.
 *
 * A full queue of a second takes three to seven seconds to drain under speech, all of which is heard late, and what the
 * jitter buffer has piled up by then is given up after all (`catchup.ts`). Kept back for a second at once, speech is
 * heard without delay some five seconds sooner (docs/decisions/0019).
 */

import type { Questions } from "./questions";

/** A shorter queue drains in a second or two under speech, and costs no word. */
const LONG_QUEUE_MS = 600;
/** Round trips count both directions' queues, and a queue is seldom longer. */
const MOST_MS = 1_000;

/** Milliseconds of speech to keep back after a fall, with round trips `riseMs` longer than the line's best. */
export function drainMs(riseMs: number | null): number {
  return riseMs !== null && riseMs >= LONG_QUEUE_MS ? Math.min(riseMs, MOST_MS) : 0;
}

/**
 * What a fall for `reason` knows of the queue: a round trip, ms. A verdict on the line's width is one on its queue, in which
 * questions stand unanswered; else an answer has to show it, for none may come by loss alone, and speech kept back for that
 * would be lost for nothing.
 */
export function queueWaitMs(
  questions: Pick<Questions, "rttMs" | "answeredMs">,
  atMs: number,
  reason: string,
): number | null {
  return reason === "bandwidth" ? questions.rttMs(atMs) : questions.answeredMs(atMs);
}
