/** The words of the switch that hides the own address. */

import { called } from "../../words";

export const addressWords = {
  hide: (peer: string): string => `Hide my network address from ${called(peer)}`,
  offered: "The call goes through a relay, which may take a little longer.",
  required: "Calls here always go through a relay. Neither of you sees the other's address.",
  none: "Not possible here: this Ringback has no relay, so calls go directly. Ask your coordinator.",
};
