/**
 * What the thread between the two names shows: its kind, the end that frays, and the words beside it.
 *
 * Not here: how it is drawn (`thread-path`, `thread`).
 */

import type { Rung, Whose } from "../protocol.gen";
import type { State } from "../state";
import { threadWords } from "./words/thread";

export type ThreadKind = "loose" | "smooth" | "dashes" | "dots" | "slack" | "cord" | "knot";
export type Fray = "none" | "mine" | "theirs" | "both";

export interface ThreadShape {
  readonly kind: ThreadKind;
  readonly fray: Fray;
  readonly words: string;
}

/** From the best to the last resort; the thread shows the worse of both directions. */
const FALL: readonly Rung[] = ["hd", "sd", "low", "stills", "voice", "survival", "phone"];

export function worse(a: Rung, b: Rung): Rung {
  return FALL.indexOf(a) >= FALL.indexOf(b) ? a : b;
}

const FRAYS: Readonly<Record<Whose, Fray>> = {
  none: "none",
  mine: "mine",
  theirs: "theirs",
  unclear: "both",
};

type Seen = Pick<
  State,
  "phase" | "link" | "phone" | "rung" | "peerRung" | "whose" | "pin" | "peer" | "session"
>;

export function threadShape(state: Seen): ThreadShape {
  const fray = FRAYS[state.whose];
  if (state.phase === "ended") return { kind: "knot", fray: "none", words: "" };
  if (state.phone === "active") return { kind: "cord", fray: "none", words: threadWords.onPhone };
  if (state.phone === "offered") return { kind: "cord", fray, words: threadWords.toPhone };
  if (state.phase !== "call")
    return { kind: "loose", fray: "none", words: threadWords.presence(state.peer, state.session.met) };
  if (state.link === "new") return { kind: "slack", fray: "none", words: threadWords.connecting };
  if (state.link !== "connected") return { kind: "slack", fray, words: threadWords.reconnecting };
  return connected(state, fray);
}

function connected(state: Seen, fray: Fray): ThreadShape {
  const rung = worse(state.rung, state.peerRung);
  const side = threadWords.side(state.whose, state.peer.name);
  switch (rung) {
    case "hd":
    case "sd":
      return { kind: "smooth", fray: "none", words: threadWords.good };
    case "low":
      return { kind: "dashes", fray, words: side };
    case "stills":
      return { kind: "dashes", fray, words: threadWords.stills(state.whose, state.peer.name) };
    case "voice":
    case "survival":
    case "phone":
      if (state.pin === "voice") return { kind: "dots", fray: "none", words: threadWords.voiceByChoice };
      return { kind: "dots", fray, words: threadWords.voice(state.whose, state.peer.name) };
    default:
      return rung satisfies never;
  }
}
