/** A state in which Ben, a mentee, is in a call with Ann, his mentor, for the tests of the screens' rules. */

import type { State } from "../src/state";
import { initialState } from "../src/store";

export const START = Date.UTC(2026, 10, 21, 15, 0);

export function inCall(change: Partial<State> = {}): State {
  const state = initialState("session", "mentee");
  const on = { microphone: "on", camera: "on", screen: false } as const;
  return {
    ...state,
    phase: "call",
    link: "connected",
    server: "online",
    you: { ...state.you, name: "Ben", presence: "call", status: on },
    peer: { ...state.peer, name: "Ann", presence: "call", status: on },
    session: { ...state.session, starts: START, minutes: 30, opens: START - 1_800_000 },
    status: on,
    peerVideoLive: true,
    ...change,
  };
}
