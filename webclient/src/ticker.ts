/**
 * A clock whose timers run on time in a hidden tab, counted by a worker.
 *
 * Not here: the worker's side (`workers/ticker.ts`).
 */

import { type Clock, pageClock } from "./clock";

/** What is used of a Worker. */
export interface TimerWorker {
  postMessage(request: { readonly id: number; readonly ms?: number }): void;
  onmessage: ((event: MessageEvent<number>) => void) | null;
}

/** A clock that lets `worker` count. */
export function workerClock(worker: TimerWorker, now: () => number = () => performance.now()): Clock {
  const due = new Map<number, () => void>();
  let last = 0;
  worker.onmessage = ({ data: id }) => {
    const run = due.get(id);
    due.delete(id);
    run?.();
  };
  return {
    now,
    after(ms, run) {
      const id = ++last;
      due.set(id, run);
      worker.postMessage({ id, ms });
      return () => {
        if (due.delete(id)) worker.postMessage({ id });
      };
    },
  };
}

/** Trusted Types as far as used here; not in every browser's or TypeScript's library. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/**
 * Starts the worker at `url`, which must be the ticker of our own origin. Falls back to the page's clock where
 * workers are refused: a call in a hidden tab is then measured more slowly, and works.
 */
export function startTicker(url: string): Clock {
  try {
    return workerClock(new Worker(trusted(url), { type: "module" }));
  } catch {
    return pageClock;
  }
}

function trusted(url: string): string {
  const createScriptURL = (given: string): string => {
    if (!/^\/static\/ticker-[\w-]+\.js$/.test(given)) throw new TypeError("not the ticker's address");
    return given;
  };
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  return types
    ? types.createPolicy("ringback", { createScriptURL }).createScriptURL(url)
    : createScriptURL(url);
}
