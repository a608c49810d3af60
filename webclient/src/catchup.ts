/**
 * When speech that waits to be played is given up, so that the two hear each other at once again.
 *
 * A queue that has drained leaves its length in the peer's jitter buffer: libwebrtc remembers the worst delays for half a
 * minute and plays a second behind until then (Chromium 150, measured: 1.0 to 1.5 s for over 20 s after a fall to 60
 * kbit/s). People then talk into each other's sentences. A second is lost once instead, where much was broken anyway.
 */

/** Speech that waits so long makes a conversation a radio exchange (ITU-T G.114: over 400 ms is unacceptable). */
const LATE_MS = 500;
/** The queue has drained: what waits is no longer behind it. A packet of speech alone takes 80 ms at 20 kbit/s, each way. */
const DRAINED_RISE_MS = 250;
/** For so long, or the next wave only fills the buffer again. */
const CALM_MS = 1_000;
/** A line that needs so much buffer again is an unsteady one, and the buffer is right. */
const BETWEEN_MS = 15_000;

export class CatchUp {
  #lateSince: number | null = null;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** At `atMs` speech waits `bufferMs` to be played, with round trips `riseMs` longer than the line's best. */
  due(atMs: number, bufferMs: number | null, riseMs: number | null): boolean {
    const late = (bufferMs ?? 0) >= LATE_MS && riseMs !== null && riseMs < DRAINED_RISE_MS;
    this.#lateSince = late ? (this.#lateSince ?? atMs) : null;
    if (this.#lateSince === null || atMs - this.#lateSince < CALM_MS) return false;
    if (atMs - this.#lastAt < BETWEEN_MS) return false;
    this.#lastAt = atMs;
    this.#lateSince = null;
    return true;
  }
}
