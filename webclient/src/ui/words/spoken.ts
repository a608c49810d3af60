/** What is said in the live regions. Not here: words that also stand on the screen. */

import type { State } from "../../state";
import { called } from "../../words";
import { nameOf } from "./names";

export const spoken = {
  microphone: { on: "Your microphone is on.", muted: "Your microphone is off." },
  camera: { on: "Your camera is on.", off: "Your camera is off." },
  open: "The room is open. You can join now.",
  screenOn: "You are sharing your screen.",
  screenOff: "You stopped sharing your screen.",
  joined: (peer: string): string => `${called(peer)} has joined.`,
  left: (peer: string): string => `${called(peer)} has left the call.`,
  inLobby: (peer: string): string => `${called(peer)} is in the lobby.`,
  lost: "Connection lost. Still trying.",
  found: "Connected again.",
  kept: "Kept on this device until the line is back.",
  saved: "Everything is saved.",
  phoneOffered: ({ plan, you, peer }: Pick<State, "plan" | "you" | "peer">): string =>
    plan.rings === you.role
      ? `Over to the telephone: please ring ${called(peer.name)}.`
      : `Over to the telephone: ${nameOf(plan.rings, { you, peer })} will ring you.`,
  phoneActive: "You're on the phone. Agenda, notes and goals go on here.",
  phoneHidden: "Back from the telephone.",
  chat: (peer: string, text: string): string => `${called(peer)} writes: ${text}`,
  minutesLeft: (minutes: number, what: string): string =>
    `${minutes === 1 ? "One minute" : `${minutes} minutes`} left for ${what}.`,
  theSession: "this session",
};
