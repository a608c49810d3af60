/**
 * Time as the client's logic sees it: a monotonic now, and something done later.
 *
 * Not here: timers that a hidden tab does not slow down (`ticker.ts`).
 */

/** Calls off what was to be done later; harmless when it is done already. */
export type Cancel = () => void;

export interface Clock {
  /** Monotonic milliseconds, from any start. */
  now(): number;
  /** Does `run` once, `ms` from now. */
  after(ms: number, run: () => void): Cancel;
}

/** The page's own clock. Hidden tabs run its timers late: once a second or slower. */
export const pageClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Does `run` again and again, `ms` after it last began, until cancelled; `run` itself may cancel. */
export function every(clock: Clock, ms: number, run: () => void): Cancel {
  let cancel: Cancel = () => undefined;
  let stopped = false;
  const again = (): void => {
    if (stopped) return;
    cancel = clock.after(ms, again);
    run();
  };
  cancel = clock.after(ms, again);
  return () => {
    stopped = true;
    cancel();
  };
}
