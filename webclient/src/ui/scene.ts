/**
 * What the middle of the stage shows: one of a few scenes, told from the state.
 *
 * Not here: how a scene looks (`stage`).
 */

import type { State } from "../state";

export type Scene = "waiting" | "connecting" | "phone" | "video" | "still" | "voice";

/** Why there is no video in the scene `voice`. */
export type Silence = "off" | "line" | "chosen" | "paused" | "lost";

type Seen = Pick<
  State,
  "phase" | "phone" | "peerVideoLive" | "peerStill" | "peerRung" | "peer" | "link" | "pin" | "whose"
>;

export function sceneOf(state: Seen): Scene {
  if (state.phase === "waiting" && state.phone === "hidden") return "waiting";
  if (state.phone !== "hidden") return "phone";
  if (state.link === "new") return "connecting";
  if (state.peerVideoLive) return "video";
  const stills = state.peerRung === "stills" && state.peerStill !== null && state.link === "connected";
  return stills ? "still" : "voice";
}

export function silenceOf(state: Seen): Silence {
  if (state.link !== "connected") return "lost";
  const status = state.peer.status;
  const sends = status?.camera === "on" || status?.screen === true;
  if (!sends) return "off";
  if (state.pin === "voice") return "chosen";
  return state.whose === "none" ? "paused" : "line";
}

/** The last picture may stay on screen: it was paused by the line, not switched off by the person in it. */
export function holdsPicture(state: Seen): boolean {
  return silenceOf(state) !== "off";
}
