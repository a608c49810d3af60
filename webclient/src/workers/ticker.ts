/**
 * The worker that counts time for a hidden tab: browsers slow a hidden page's timers down, not a worker's.
 *
 * Not here: what is done when a time has come (`../ticker.ts`).
 */

interface Request {
  readonly id: number;
  /** Milliseconds to wait; absent cancels the wait `id`. */
  readonly ms?: number;
}

interface WorkerScope {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(id: number): void;
}

const scope = globalThis as unknown as WorkerScope;
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function ring(id: number): void {
  timers.delete(id);
  scope.postMessage(id);
}

scope.onmessage = ({ data: { id, ms } }) => {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (ms !== undefined) timers.set(id, setTimeout(ring, ms, id));
};
