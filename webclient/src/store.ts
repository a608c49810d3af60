/**
 * The one State of the page, and who is told when it changes.
 *
 * Not here: how it comes about. Listeners are told once however much changes in one go.
 */

import { NO_DEVICES } from "./devices";
import type { Role, Seat } from "./protocol.gen";
import type { State } from "./state";

export class Store {
  #state: State;
  readonly #listeners = new Set<() => void>();
  #told = true;

  constructor(state: State) {
    this.#state = state;
  }

  state(): State {
    return this.#state;
  }

  /** Changes some of the state; the listeners are told after the code that runs now. */
  set(patch: Partial<State>): void {
    if (!changes(this.#state, patch)) return;
    this.#state = { ...this.#state, ...patch };
    if (!this.#told) return;
    this.#told = false;
    queueMicrotask(() => {
      this.#told = true;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function changes(state: State, patch: Partial<State>): boolean {
  return (Object.keys(patch) as (keyof State)[]).some((key) => state[key] !== patch[key]);
}

/** What the server does unless its operator says otherwise. */
export const SUMMARY_DELAY_S = 120;

/** What is known before the server has said anything. */
export function initialState(session: string, role: Role): State {
  return {
    phase: "lobby",
    link: "new",
    server: "offline",
    you: emptySeat(role),
    peer: emptySeat(role === "mentor" ? "mentee" : "mentor"),
    readiness: { mine: "not_checked", theirs: "not_checked" },
    session: { id: session, starts: 0, minutes: 0, opens: 0, state: "open", met: false },
    clockOffsetMs: 0,
    rung: "sd",
    reason: "start",
    peerRung: "sd",
    whose: "none",
    phone: "hidden",
    pin: "none",
    order: "speech",
    peerOrder: "speech",
    wayBack: false,
    interruptedSince: null,
    notices: [],
    status: { microphone: "none", camera: "none", screen: false },
    devices: NO_DEVICES,
    selfStream: null,
    selfMirrored: true,
    peerStream: null,
    peerVideoLive: false,
    peerStill: null,
    soundBlocked: false,
    relay: "none",
    addressHidden: false,
    hints: true,
    moved: false,
    elsewhere: false,
    shutOut: null,
    endedBy: null,
    callStory: "",
    summaryDelayS: SUMMARY_DELAY_S,
    practise: "",
    rehearsal: null,
    agenda: [],
    current: { item: null, since: 0 },
    goals: [],
    plan: { rings: "mentor", mine: null, theirs: null },
    chat: [],
    saving: { pending: 0, fragile: false },
    notesLeftover: "",
  };
}

function emptySeat(role: Role): Seat {
  return { role, name: "", presence: "away", client: null, status: null };
}
