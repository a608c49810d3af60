/**
 * Each way to the relay, tried for real: a candidate gathered through it alone.
 *
 * Not here: the connection of the check (`link.ts`). A candidate means that the relay was reached, took the
 * credentials and gave an address; that is all a call needs of it.
 */

import type { IceServer } from "../protocol.gen";

export type Transport = "udp" | "tcp" | "tls" | "dtls";

export interface RelayTry {
  readonly transport: Transport;
  /** Until there was a candidate, milliseconds; null when there was none in time. */
  readonly ms: number | null;
  /** What the browser said of it, RFC 8656's or 701 for no answer; no address. 0: nothing. */
  readonly error: number;
}

const WITHIN_MS = 4_000;

/** How a TURN address is reached (RFC 7065); null for what is none. */
export function transportOf(url: string): Transport | null {
  const [, secure, asked] = /^turn(s?):[^?]+(?:\?transport=(udp|tcp))?$/.exec(url) ?? [];
  if (secure === undefined) return null;
  if (secure) return asked === "udp" ? "dtls" : "tls";
  return asked === "tcp" ? "tcp" : "udp";
}

/** Tries every TURN address by itself, all at once; in the order they are configured. */
export async function tryRelays(
  iceServers: readonly IceServer[],
  connect: (configuration: RTCConfiguration) => RTCPeerConnection = (each) => new RTCPeerConnection(each),
  now: () => number = () => performance.now(),
): Promise<readonly RelayTry[]> {
  const ways = iceServers.flatMap(({ urls, ...credentials }) =>
    urls.flatMap((url) => {
      const transport = transportOf(url);
      return transport ? [{ transport, server: { ...credentials, urls: [url] } }] : [];
    }),
  );
  return await Promise.all(
    ways.map(async ({ transport, server }) => {
      const pc = connect({ iceServers: [server], iceTransportPolicy: "relay" });
      try {
        return { transport, ...(await gathered(pc, now)) };
      } finally {
        pc.close();
      }
    }),
  );
}

async function gathered(pc: RTCPeerConnection, now: () => number): Promise<Omit<RelayTry, "transport">> {
  const began = now();
  let error = 0;
  const found = new Promise<number | null>((resolve) => {
    pc.onicecandidate = ({ candidate }) => {
      if (candidate === null) resolve(null);
      else if (candidate.type === "relay" || candidate.candidate.includes(" typ relay"))
        resolve(Math.round(now() - began));
    };
    pc.onicecandidateerror = ({ errorCode }) => {
      error = errorCode;
    };
    setTimeout(() => resolve(null), WITHIN_MS);
  });
  pc.createDataChannel("check");
  await pc.setLocalDescription();
  const ms = await found;
  return { ms, error: ms === null ? error : 0 };
}
