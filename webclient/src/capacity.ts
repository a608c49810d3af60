/**
 * How much the way to the peer carries, asked without filling it: a long question takes as much longer than a short
 * one as the narrowest links need to send what it is longer.
 *
 * Not here: the questions (`questions.ts`). What is found is the capacity of RFC 5136, or less: waiting behind speech
 * and a busy machine make a long question late, never early, and so the best of a few counts. While a queue drains
 * everything comes earlier than what was asked before it, so nothing is asked then, and the short question after the
 * long one counts as well. A line that lets a handful of bytes through at once and then holds back looks wider than it
 * is; there the try itself finds out.
 */

import { question } from "../../signalling/shared.json";

/** Longer than a short question, bytes. At 60 kbit/s they take 80 ms, as one packet of video would. */
export const EXTRA_BYTES = question.extra_bytes;
/** A question so long every so often is 1.6 kbit/s; sooner while little is known. */
const EVERY_MS = question.every_ms;
const FIRST_EVERY_MS = question.first_every_ms;
/** On the thinnest lines 600 bytes are 160 to 240 ms of speech: once, before what was asked last is old. */
const SELDOM_MS = question.seldom_ms;
/** What was asked longer ago may have been another line. */
const FRESH_MS = question.fresh_ms;
/** Short questions so near to a long one say what it would have taken without its length. */
const AROUND_MS = 3_000;
/** Of so many the best counts. */
const KEPT = question.kept;

interface Answer {
  readonly atMs: number;
  readonly rttMs: number;
}

export class Capacity {
  #askedAt = Number.NEGATIVE_INFINITY;
  #short: readonly Answer[] = [];
  /** Waits for the short question after it. */
  #pending: Answer | null = null;
  #found: readonly { readonly atMs: number; readonly kbps: number }[] = [];

  /** Whether the next question, on a line without a queue, is to be a long one. */
  due(atMs: number, seldom: boolean): boolean {
    const little = this.#fresh(atMs).length < KEPT;
    const everyMs = seldom ? SELDOM_MS : little ? FIRST_EVERY_MS : EVERY_MS;
    return atMs - this.#askedAt >= everyMs;
  }

  /** A long question has gone out. */
  asked(atMs: number): void {
    this.#askedAt = atMs;
  }

  /** A question was answered after `rttMs`. */
  answered(atMs: number, rttMs: number, long: boolean): void {
    const answer = { atMs, rttMs };
    if (long) {
      this.#pending = answer;
      return;
    }
    this.#short = [...this.#short.filter((each) => atMs - each.atMs <= AROUND_MS), answer];
    if (this.#pending) this.#compare(this.#pending);
    this.#pending = null;
  }

  #compare(long: Answer): void {
    const tookMs = Math.max(1, long.rttMs - Math.min(...this.#short.map(({ rttMs }) => rttMs)));
    const kbps = Math.round((8 * EXTRA_BYTES) / tookMs);
    this.#found = [...this.#found, { atMs: long.atMs, kbps }].slice(-KEPT);
  }

  /** kbit/s; null when nothing was asked of late. */
  kbps(atMs: number): number | null {
    const fresh = this.#fresh(atMs);
    return fresh.length === 0 ? null : Math.max(...fresh.map(({ kbps }) => kbps));
  }

  #fresh(atMs: number): readonly { readonly kbps: number }[] {
    return this.#found.filter((each) => atMs - each.atMs <= FRESH_MS);
  }
}
