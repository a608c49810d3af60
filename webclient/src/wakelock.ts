/**
 * Keeps the screen on while the call is in sight: a telephone that falls asleep ends a call.
 *
 * Not here: when the call is (`main.ts`). The browser takes the lock away whenever the page is hidden.
 */

/** What is used of the Screen Wake Lock API; absent in some browsers. */
export interface WakeLocks {
  request(type: "screen"): Promise<{ release(): Promise<void> }>;
}

export class WakeLock {
  readonly #locks: WakeLocks | undefined;
  #wanted = false;
  #held: Promise<{ release(): Promise<void> } | null> | null = null;

  constructor(locks: WakeLocks | undefined) {
    this.#locks = locks;
  }

  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.renew();
    else this.#release();
  }

  /** The page is seen again: the lock that was taken with it is asked for anew. */
  renew(): void {
    if (!this.#wanted) return;
    this.#release();
    // Refused on an empty battery or out of sight: then the system's own rules hold.
    this.#held = this.#locks?.request("screen").catch(() => null) ?? null;
  }

  #release(): void {
    void this.#held?.then((lock) => lock?.release()).catch(() => undefined);
    this.#held = null;
  }
}
