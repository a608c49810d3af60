/** Which screen the state asks for. Not here: the screens. */

import type { State } from "../state";

export type Screen = "opening" | "shut_out" | "moved" | "ended" | "left" | "lobby" | "room";

type Seen = Pick<State, "shutOut" | "moved" | "you" | "session" | "phase">;

export function screenOf(state: Seen): Screen {
  if (state.shutOut !== null) return "shut_out";
  if (state.moved) return "moved";
  if (state.you.name === "") return "opening";
  if (state.session.state === "ended") return "ended";
  switch (state.phase) {
    case "ended":
      return "left";
    case "lobby":
      return "lobby";
    case "waiting":
    case "call":
      return "room";
    default:
      return state.phase satisfies never;
  }
}
