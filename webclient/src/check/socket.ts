/**
 * Round trips over a WebSocket, as a room has one.
 *
 * Not here: round trips over HTTP (`throughput.ts`).
 */

const ROUNDS = 4;
/** A thin line carries the echo meanwhile. */
const WITHIN_MS = 6_000;

/** The shortest of a few, milliseconds; null when none came back in time. */
export function socketRtt(
  open: () => WebSocket,
  ticket: string,
  now: () => number = () => performance.now(),
): Promise<number | null> {
  const socket = open();
  let shortest: number | null = null;
  let [rounds, began] = [0, 0];
  const send = (text: string): void => {
    began = now();
    socket.send(text);
  };
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.onclose = socket.onmessage = socket.onopen = null;
      socket.close();
      resolve(shortest);
    };
    const timer = setTimeout(done, WITHIN_MS);
    socket.onclose = done;
    socket.onopen = () => send(ticket);
    socket.onmessage = () => {
      shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, Math.round(now() - began));
      rounds += 1;
      if (rounds < ROUNDS) send(String(rounds));
      else done();
    };
  });
}
