/**
 * A clock whose timers run on time in a hidden tab, counted by a worker.
 *
 * Not here: the worker's side (`workers/ticker.ts`).
 */

import { type Clock, pageClock } from "./clock";
import { ownWorker } from "./ownworker";

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

/**
 * Starts the worker at `url`, which must be the ticker of our own origin. Falls back to the page's clock where
 * workers are refused: a call in a hidden tab is then measured more slowly, and works.
 */
export function startTicker(url: string): Clock {
  const worker = ownWorker(url);
  return worker ? workerClock(worker) : pageClock;
}
