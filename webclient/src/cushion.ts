/**
 * How long speech waits before it is played, where packets get lost: long enough for the copies in later packets to come.
 *
 * Not here: jitter, for which the browser makes room by itself. A copy that comes after its turn is of no use, and
 * libwebrtc does not wait for one by itself: it plays some 40 ms after the packet before.
 */

import { cushion_ms } from "../../signalling/shared.json";
import { limitOf } from "./ladder-table";

/** The oldest copy comes five packets of 20 ms later (`red.ts`), and one more for the way. */
const WAIT_MS = cushion_ms;
/** The ladder's own signs: copies come and go by them. */
const LOSSY_PM = limitOf("lossy");
const WHOLE_PM = limitOf("whole");
/** As long as the ladder's rule for plain sound has it. */
const WHOLE_MS = 10_000;

export class Cushion {
  #waitMs: number | null = null;
  #wholeSince: number | null = null;

  /** Milliseconds to wait at least, null for the browser's own, when `lossPm` of the peer's packets were lost lately. */
  of(atMs: number, lossPm: number | null): number | null {
    if (lossPm === null) return this.#waitMs;
    if (lossPm >= LOSSY_PM) this.#waitMs = WAIT_MS;
    this.#wholeSince = lossPm < WHOLE_PM ? (this.#wholeSince ?? atMs) : null;
    if (this.#wholeSince !== null && atMs - this.#wholeSince >= WHOLE_MS) this.#waitMs = null;
    return this.#waitMs;
  }
}
