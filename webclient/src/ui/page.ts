/**
 * What the whole document shows of the state: the attributes of <html> and the title.
 *
 * The attributes are a surface that programs rely on (docs/automation.md); nothing else sets them.
 */

import type { State } from "../state";
import { pageWords } from "./words/page";

type Seen = Pick<
  State,
  | "phase"
  | "rung"
  | "reason"
  | "peerRung"
  | "whose"
  | "link"
  | "server"
  | "phone"
  | "peer"
  | "moved"
  | "shutOut"
>;

export function attributesOf(state: Seen): Readonly<Record<string, string>> {
  return {
    "data-phase": state.phase,
    "data-rung": state.rung,
    "data-peer-rung": state.peerRung,
    "data-whose": state.whose,
    "data-link": state.link,
    "data-server": state.server,
    "data-phone": state.phone,
    "data-reason": state.reason,
  };
}

export function titleOf(state: Seen): string {
  const words = state.moved || state.shutOut !== null ? "" : pageWords.title(state.phase, state.peer);
  return words ? `${words} – Ringback` : "Ringback";
}

export function showOnPage(page: Document, state: State): void {
  for (const [name, value] of Object.entries(attributesOf(state))) {
    if (page.documentElement.getAttribute(name) !== value) page.documentElement.setAttribute(name, value);
  }
  const title = titleOf(state);
  if (page.title !== title) page.title = title;
}
