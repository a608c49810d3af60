/** How the two people are called on screen, by their role. */

import type { Role } from "../../protocol.gen";
import type { State } from "../../state";
import { called } from "../../words";

/** The name of whoever has this role. */
export function nameOf(role: Role, { you, peer }: Pick<State, "you" | "peer">): string {
  return called(you.role === role ? you.name : peer.name);
}
