/** The words beside the thread. Not here: notices, which come with the state. */

import type { Seat, Whose } from "../../protocol.gen";
import { called } from "../../words";

const SIDES: Readonly<Record<Whose, (peer: string) => string>> = {
  none: () => "The picture is small for now",
  mine: () => "Your line is weak",
  theirs: (peer) => `${peer}'s line is weak`,
  unclear: () => "The line is weak",
};

export const threadWords = {
  good: "The line is good",
  connecting: "Connecting",
  reconnecting: "Reconnecting",
  toPhone: "Over to the telephone",
  onPhone: "You're on the phone",
  voiceByChoice: "Voice only, as you chose",
  voice: (whose: Whose, peer: string): string =>
    whose === "none" ? "Voice only" : `${SIDES[whose](called(peer))}: voice only`,
  stills: (whose: Whose, peer: string): string =>
    whose === "none" ? "Still pictures for now" : `${SIDES[whose](called(peer))}: still pictures`,
  side: (whose: Whose, peer: string): string => SIDES[whose](called(peer)),
  presence: (peer: Seat, met: boolean): string => {
    if (peer.presence === "call") return `${called(peer.name)} is in the room`;
    if (peer.presence === "lobby") return `${called(peer.name)} is in the lobby`;
    return met ? `${called(peer.name)} isn't here` : `${called(peer.name)} isn't here yet`;
  },
};
