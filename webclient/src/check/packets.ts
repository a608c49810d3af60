/**
 * The packets of a check on their way: sent evenly, and noticed when nothing comes back any more.
 *
 * Not here: what they say of the line (`record.ts`).
 */

import type { LineRecord } from "./record";

export const PACKETS = 400;
export const EVERY_MS = 20;
/** Without a reply for so long, either the line is dark or the other end is gone: the server knows which. */
const QUIET_MS = 1_500;

/** Sends while it is not stopped; `onQuiet` is called again and again while nothing comes back. */
export function sendPackets(channel: RTCDataChannel, record: LineRecord, onQuiet: () => void): () => void {
  const now = (): number => performance.now();
  let sent = 0;
  const began = now();
  let heard = began;
  const listen = ({ data }: MessageEvent): void => {
    heard = now();
    record.replied(data as ArrayBuffer, heard);
  };
  channel.addEventListener("message", listen);
  const timer = setInterval(() => {
    const due = Math.min(PACKETS, Math.floor((now() - began) / EVERY_MS) + 1);
    for (; sent < due && channel.readyState === "open"; sent++) channel.send(record.packet(now()));
    if (now() - heard < QUIET_MS || sent === PACKETS) return;
    heard = now();
    onQuiet();
  }, EVERY_MS / 2);
  return () => clearInterval(timer);
}
