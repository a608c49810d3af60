/** The page's title, which is all a person sees of it from another tab. */

import type { Seat } from "../../protocol.gen";
import type { Phase } from "../../state";
import { called } from "../../words";

export const pageWords = {
  title: (phase: Phase, peer: Seat): string => {
    if (!peer.name) return "";
    switch (phase) {
      case "lobby":
        return peer.presence === "call" ? `${peer.name} is waiting for you` : `Session with ${peer.name}`;
      case "waiting":
        return `Waiting for ${called(peer.name)}`;
      case "call":
        return `In session with ${called(peer.name)}`;
      case "ended":
        return "Session left";
      default:
        return phase satisfies never;
    }
  },
  arrived: (peer: string): string => `${called(peer)} is here`,
};
