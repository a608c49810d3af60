/**
 * The call's minutes in numbers, for the server's record: what was sent, what was heard.
 *
 * Not here: measuring (`quality.ts`), keeping them until the server has them (`panels.ts`). No addresses, nothing said.
 */

import { TABLE } from "./ladder-table";
import type { AddMinute, Rung } from "./protocol.gen";

/** Speech does not reach us: nothing arrives, or a quarter is made up; the ladder's `deaf` and `broken_in`. */
export const DEAF_MS = 1_000;
export const BROKEN_PM = 250;
const MINUTE_MS = 60_000;
const MAX_RTT_MS = 60_000;

/** One look at the call; null is "no data". */
export interface Look {
  readonly atMs: number;
  readonly rung: Rung;
  readonly silenceMs: number | null;
  readonly concealedPm: number | null;
  readonly lossPm: number | null;
  readonly rttMs: number | null;
}

export interface MinutesOptions {
  readonly newId: () => string;
  /** Stores a minute, now or when the server is back. */
  readonly record: (minute: AddMinute) => void;
  /** They talk by telephone: what the line does meanwhile is no loss. */
  readonly onTelephone: () => boolean;
}

export class Minutes {
  readonly #options: MinutesOptions;
  #last: Look | null = null;
  #spent = new Map<Rung, number>();
  #lostMs = 0;
  #breaks = 0;
  #lost = false;
  #concealed = new Mean();
  #loss = new Mean();
  #rtt = new Mean();

  constructor(options: MinutesOptions) {
    this.#options = options;
  }

  /** Counts the time since the last look as that look said it was. */
  look(look: Look): void {
    const last = this.#last;
    const ms = last ? look.atMs - last.atMs : 0;
    // A machine that slept saw nothing of the time between.
    if (last && ms <= TABLE.gap_ms) this.#count(last, ms);
    this.#last = look;
    this.#concealed.add(look.concealedPm);
    this.#loss.add(look.lossPm);
    this.#rtt.add(look.rttMs);
    const lost = this.#isLost(look);
    if (this.#lost && !lost) this.#breaks = Math.min(60, this.#breaks + 1);
    this.#lost = lost;
  }

  /** The call is over, or this part of it: what is left of a minute is recorded as it is. */
  close(): void {
    this.#flush();
    this.#last = null;
    this.#lost = false;
    this.#spent.clear();
    this.#lostMs = 0;
  }

  #isLost({ silenceMs, concealedPm }: Look): boolean {
    if (this.#options.onTelephone()) return false;
    return (silenceMs ?? 0) >= DEAF_MS || (concealedPm ?? 0) >= BROKEN_PM;
  }

  #count({ rung }: Look, ms: number): void {
    if (sum(this.#spent.values()) + ms > MINUTE_MS) this.#flush();
    this.#spent.set(rung, (this.#spent.get(rung) ?? 0) + ms);
    if (this.#lost) this.#lostMs += ms;
  }

  /** Whole seconds go out; what is less stays for the next minute, so that nothing is lost to rounding. */
  #flush(): void {
    const seconds: Partial<Record<Rung, number>> = {};
    for (const [rung, ms] of this.#spent) {
      if (ms >= 1_000) seconds[rung] = Math.floor(ms / 1_000);
      this.#spent.set(rung, ms % 1_000);
    }
    const lengthS = sum(Object.values(seconds));
    if (lengthS === 0) return;
    const lostS = Math.min(lengthS, Math.floor(this.#lostMs / 1_000));
    this.#lostMs -= lostS * 1_000;
    const rttMs = this.#rtt.take();
    this.#options.record({
      type: "add_minute",
      op: this.#options.newId(),
      seconds,
      lostS,
      breaks: this.#breaks,
      concealedPm: this.#concealed.take(),
      lossPm: this.#loss.take(),
      rttMs: rttMs === null ? null : Math.min(MAX_RTT_MS, rttMs),
    });
    this.#breaks = 0;
  }
}

/** The mean of what is known, a whole number. */
class Mean {
  #sum = 0;
  #count = 0;

  add(value: number | null): void {
    if (value === null) return;
    this.#sum += value;
    this.#count += 1;
  }

  take(): number | null {
    const mean = this.#count === 0 ? null : Math.round(this.#sum / this.#count);
    this.#sum = 0;
    this.#count = 0;
    return mean;
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
