/**
 * The ways there are between this browser and the server.
 *
 * Not here: how each is tried.
 */

import type { RelayTry } from "./relays";
import type { SocketTry } from "./socket";

export interface Ways {
  /** Round trip, milliseconds; null when none ended in time. */
  readonly httpMs: number | null;
  readonly socket: SocketTry;
  /** What the connection went by, such as "host udp", or "none". */
  readonly way: string;
  /** Kinds of the own candidates, such as "srflx udp". */
  readonly candidates: readonly string[];
  readonly relays: readonly RelayTry[];
}

/** Whether packets of UDP get anywhere: to the server itself or to its relay. */
export function reachesByUdp({ way, relays }: Ways): boolean {
  return way.endsWith(" udp") || relays.some(({ transport, ms }) => transport === "udp" && ms !== null);
}

/** Kinds of candidates in a description, each once. */
export function candidateKinds(sdp: string): readonly string[] {
  const found = sdp.matchAll(/^a=candidate:\S+ \d+ (\S+) .* typ (\S+)/gm);
  return [...new Set([...found].map(([, protocol, type]) => `${type} ${protocol?.toLowerCase()}`))];
}
