/**
 * Round trips over a WebSocket, as a room has one.
 *
 * Not here: round trips over HTTP (`throughput.ts`).
 */

const ROUNDS = 4;
const WITHIN_MS = 4_000;
/** Enough of it once something has come back. */
const LONG_MS = 1_000;

export interface SocketTry {
  /** The shortest of a few, milliseconds; null when none came back in time. */
  readonly ms: number | null;
  /** Closed by somebody on the way before anything came back; a bad line is slow and refuses nothing. */
  readonly refused: boolean;
}

/** Never throws. */
export function socketRtt(
  open: () => WebSocket,
  ticket: string,
  withinMs = WITHIN_MS,
  now: () => number = () => performance.now(),
): Promise<SocketTry> {
  const socket = open();
  let shortest: number | null = null;
  const first = now();
  let [rounds, began] = [0, 0];
  const send = (text: string): void => {
    began = now();
    socket.send(text);
  };
  return new Promise((resolve) => {
    const done = (refused: boolean): void => {
      clearTimeout(timer);
      socket.onclose = socket.onmessage = socket.onopen = null;
      socket.close();
      resolve({ ms: shortest, refused });
    };
    const timer = setTimeout(() => done(false), Math.min(withinMs, WITHIN_MS));
    socket.onclose = () => done(shortest === null);
    socket.onopen = () => send(ticket);
    socket.onmessage = () => {
      shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, Math.round(now() - began));
      rounds += 1;
      if (rounds < ROUNDS && now() - first < LONG_MS) send(String(rounds));
      else done(false);
    };
  });
}
