/**
 * The packets of a check on their way: sent evenly, more slowly where the line cannot carry so many, and missed when nothing
 * comes back any more.
 *
 * Not here: what they say of the line (`record.ts`).
 */

import { type Clock, every } from "../clock";
import type { LineRecord } from "./record";

/** As often as speech sends, and as it sends where a line is thin: with all headers and receipts 85 and 30 kbit/s. */
const PACES_MS = [20, 60] as const;
/** What has filled a queue drains before packets count again. */
const DRAIN_MS = 1_000;
/** The last of the echo is still coming back when the first packet could go. */
const ECHO_MS = 900;
/** Without a reply for so long, either the line is dark or the other end is gone: the server knows which. */
const QUIET_MS = 1_500;
const TICK_MS = 10;

export type Pace = (typeof PACES_MS)[number];

export interface Sending {
  /** Between two packets that count. */
  readonly everyMs: () => Pace;
  readonly stop: () => void;
}

/**
 * Sends until it is stopped, evenly also in a tab that is hidden, as far as `clock` goes on there; `onQuiet` is called again
 * and again while nothing comes back.
 */
export function sendPackets(
  channel: Pick<RTCDataChannel, "addEventListener" | "readyState" | "send">,
  record: LineRecord,
  clock: Clock,
  onQuiet: () => void,
): Sending {
  const now = (): number => clock.now();
  let [pace, sent] = [0, 0];
  let from = now() + ECHO_MS;
  let heard = from;
  const everyMs = (): Pace => PACES_MS[pace] ?? PACES_MS[0];
  channel.addEventListener("message", ({ data }) => {
    heard = now();
    record.replied(data as ArrayBuffer, heard);
  });
  const stop = every(clock, TICK_MS, () => {
    if (record.overloads && pace + 1 < PACES_MS.length) {
      pace += 1;
      record.restart();
      [from, sent] = [now() + DRAIN_MS, 0];
    }
    const due = Math.floor((now() - from) / everyMs()) + 1;
    for (; sent < due && channel.readyState === "open"; sent++) channel.send(record.packet(now()));
    if (now() - heard < QUIET_MS) return;
    heard = now();
    onQuiet();
  });
  return { everyMs, stop };
}
