/**
 * What every part of a screen gets: the state, what can be done, and how the person has arranged the page.
 *
 * Not here: anything of the session; of a `View`, `preferences` keeps what outlives the page.
 */

import type { Actions, Levels, State } from "../state";
import type { Preferences } from "./preferences";
import type { Tab } from "./tabs";
import type { Zone } from "./time";

export type DialogName = "end" | "plan" | "devices" | "keys";

export interface View {
  readonly tab: Tab;
  readonly chatOpen: boolean;
  /** Chat lines that had come when the chat was last seen. */
  readonly chatSeen: number;
  /** On a telephone: the companion covers most of the stage. */
  readonly sheetFull: boolean;
  readonly dialog: DialogName | null;
  /** The lobby's button was pressed and the call is being entered. */
  readonly joining: boolean;
  /** When the peer's picture that is still shown was live, epoch ms on this machine; null when none is. */
  readonly heldAt: number | null;
  /** The microphone has heard something since the page was opened. */
  readonly heard: boolean;
  readonly preferences: Preferences;
}

export interface Context {
  readonly state: State;
  readonly actions: Actions;
  readonly levels: Levels;
  readonly view: View;
  readonly zone: Zone;
  /** Rearranges the page. */
  show(change: Partial<View>): void;
  /** Says something politely to screen readers, for what only this page knows. */
  say(words: string): void;
}

/** Now, by the server's clock, epoch milliseconds. */
export function serverNow(state: State): number {
  return Date.now() + state.clockOffsetMs;
}

/** Either of the two protects the picture. */
export function picturesFirst({ order, peerOrder }: Pick<State, "order" | "peerOrder">): boolean {
  return order === "picture" || peerOrder === "picture";
}

/** How many chat lines the peer has written. */
export function linesOf(state: State): number {
  return state.chat.filter((line) => !line.mine).length;
}
