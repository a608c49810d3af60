/** Rooms and messages as a server would tell of them, for tests that care about one field each. */

import type { AgendaItem, Goal, Seat, SessionInfo, Welcome } from "../src/protocol.gen";

export const ANN = "11111111-1111-4111-8111-111111111111";
export const BEN = "22222222-2222-4222-8222-222222222222";
export const OTHER_TAB = "33333333-3333-4333-8333-333333333333";

export function seat(fields: Partial<Seat> = {}): Seat {
  return { role: "mentee", name: "Ben Brook", presence: "call", client: BEN, status: null, ...fields };
}

export function info(fields: Partial<SessionInfo> = {}): SessionInfo {
  return { id: "s1", starts: 1_000_000, minutes: 30, opens: 0, state: "open", met: false, ...fields };
}

export function welcome(fields: Partial<Welcome> = {}): Welcome {
  return {
    type: "welcome",
    version: 1,
    now: 1_000_000,
    session: info(),
    you: seat({ role: "mentor", name: "Ann Archer", presence: "lobby", client: ANN }),
    peer: seat({ presence: "away", client: null }),
    readiness: { mine: "not_checked", theirs: "not_checked" },
    iceServers: [],
    agenda: [],
    current: { item: null, since: 0 },
    goals: [],
    plan: { rings: "mentor", mine: null, theirs: null },
    phone: "hidden",
    noteSeq: 0,
    ...fields,
  };
}

export function agendaItem(fields: Partial<AgendaItem> = {}): AgendaItem {
  return { item: ANN, text: "Interview", minutes: 10, done: false, carried: false, position: 1, ...fields };
}

export function goal(fields: Partial<Goal> = {}): Goal {
  return {
    goal: BEN,
    specific: "Write the letter",
    measurable: "",
    owner: "mentee",
    relevant: "",
    due: "",
    status: "open",
    position: 1,
    ...fields,
  };
}
