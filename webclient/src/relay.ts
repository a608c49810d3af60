/**
 * Whether the call's media goes through a relay only, so that the peer does not see this person's address.
 *
 * Not here: the connection that is told (`call.ts`). Each browser decides for itself what it gives away; no server could
 * take back an address that was sent.
 */

import type { IceServer } from "./protocol.gen";

/** `none`: there is no relay to be had. `offered`: the person chooses. `required`: the operator has chosen. */
export type Relay = "none" | "offered" | "required";

export function relayOf(iceServers: readonly IceServer[], required: boolean): Relay {
  if (required) return "required";
  return iceServers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url))) ? "offered" : "none";
}

/** What RTCConfiguration calls it. Without a relay a wish cannot be met, and the screen says so. */
export function transportPolicy(relay: Relay, wished: boolean): RTCIceTransportPolicy {
  return relay === "required" || (relay === "offered" && wished) ? "relay" : "all";
}
