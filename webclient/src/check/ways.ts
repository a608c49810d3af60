/**
 * The ways there are between this browser and the server, and what can be copied of a check.
 *
 * Not here: how each is tried. No addresses, no names, nothing that was said.
 */

import type { Figures, Verdict } from "./api";
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

/** Text for whoever helps. */
export function diagnostics(
  verdict: Verdict,
  { microphone, rttMs, everyMs, up, down }: Figures,
  loudspeaker: string,
  ways: Ways,
): string {
  const packets = { everyMs, up: up.length, down: down.length };
  const httpMs = ways.httpMs === null ? null : Math.round(ways.httpMs);
  const whole = {
    ...verdict,
    microphone,
    loudspeaker,
    rttMs,
    packets,
    ...ways,
    httpMs,
    udp: reachesByUdp(ways),
  };
  return JSON.stringify(whole, null, 1);
}
