/**
 * The `maxBitrate` that gives speech the bitrate wanted: browsers take headers out of it, sometimes.
 *
 * Not here: which bitrate is wanted (`ladder.json`). Chromium 156 (measured) takes 28 to 44 bytes a packet out of it
 * with RED and mostly nothing without, on one side of a call or on both: so it is observed rather than known. The line's
 * estimate has no part in it, for speech is sent without one (`sdp.ts`).
 */

/** More than any headers need: IPv6, UDP, TURN and SRTP at 50 packets a second, bit/s. */
const MOST_BPS = 40_000;
/** Smaller differences are rounding. */
const STEP_BPS = 1_000;
/** Setting `maxBitrate` gives all of it to the encoder until the next allocation takes the headers out. */
const UNTAKEN_MS = 5_000;

interface Mode {
  headersBps: number;
  /** Since when nothing has been taken out. */
  wholeSince: number | null;
}

export class SpeechRate {
  readonly #plain: Mode = { headersBps: 0, wholeSince: null };
  readonly #red: Mode = { headersBps: 0, wholeSince: null };

  /** What to set so that the encoder gets `wantedBps`. */
  maxBitrate(wantedBps: number, red: boolean): number {
    return wantedBps + this.#mode(red).headersBps;
  }

  /** At `atMs` the encoder had `targetBps` while `maxBitrate` was set. */
  observe(atMs: number, red: boolean, maxBitrate: number, targetBps: number): void {
    const mode = this.#mode(red);
    const takenBps = maxBitrate - targetBps;
    if (takenBps < STEP_BPS) {
      mode.wholeSince ??= atMs;
      if (atMs - mode.wholeSince >= UNTAKEN_MS) mode.headersBps = 0;
      return;
    }
    mode.wholeSince = null;
    if (Math.abs(takenBps - mode.headersBps) < STEP_BPS) return;
    mode.headersBps = Math.min(MOST_BPS, takenBps);
  }

  #mode(red: boolean): Mode {
    return red ? this.#red : this.#plain;
  }
}
