/**
 * The negotiation's signals as messages of the server's protocol, and back.
 *
 * Not here: the negotiation (`negotiation.ts`).
 */

import type { Signal } from "./negotiation";
import type { Answered, Candidated, ClientMessage, Offered, Uuid } from "./protocol.gen";

export function signalMessage(to: Uuid, signal: Signal): ClientMessage {
  if (signal.type !== "candidate") return { type: signal.type, to, sdp: signal.sdp };
  const { candidate = "", sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = signal.candidate;
  return { type: "candidate", to, candidate, sdpMid, sdpMLineIndex, usernameFragment };
}

export function signalOf(message: Offered | Answered | Candidated): Signal {
  switch (message.type) {
    case "offered":
      return { type: "offer", sdp: message.sdp };
    case "answered":
      return { type: "answer", sdp: message.sdp };
    case "candidated": {
      const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = message;
      return { type: "candidate", candidate: { candidate, sdpMid, sdpMLineIndex, usernameFragment } };
    }
    default:
      return message satisfies never;
  }
}
