/**
 * What is said aloud to screen readers when the state changes.
 *
 * Not here: the live regions (`live-regions`), and words of the call's own notices, which are said as they are.
 */

import type { Seat } from "../protocol.gen";
import type { State } from "../state";
import { problemsOf } from "./problems";
import { problemTitle } from "./words/problems";
import { spoken } from "./words/spoken";

export interface Said {
  readonly polite: readonly string[];
  readonly assertive: readonly string[];
}

type Heard = Pick<
  State,
  | "phase"
  | "link"
  | "notices"
  | "status"
  | "devices"
  | "session"
  | "peer"
  | "saving"
  | "server"
  | "phone"
  | "plan"
  | "chat"
  | "you"
>;

export function announcements(before: Heard, now: Heard): Said {
  const fresh = now.notices.filter((notice) => !before.notices.some(({ id }) => id === notice.id));
  const words = (urgency: "polite" | "assertive") =>
    fresh.filter((notice) => notice.urgency === urgency).map((notice) => notice.words);
  return {
    assertive: [...words("assertive"), ...(lost(now) && !lost(before) ? [spoken.lost] : [])],
    polite: [
      ...words("polite"),
      ...(lost(before) && now.link === "connected" ? [spoken.found] : []),
      ...devices(before, now),
      ...problems(before, now),
      ...arrivals(before.peer, now.peer),
      ...(before.session.state === "early" && now.session.state === "open" ? [spoken.open] : []),
      ...saved(before, now),
      ...telephone(before, now),
      ...written(before, now),
    ],
  };
}

function lost({ phase, link }: Heard): boolean {
  return phase === "call" && (link === "interrupted" || link === "lost");
}

function devices(before: Heard, now: Heard): string[] {
  if (before.phase === "ended" || now.phase === "ended") return [];
  const said: string[] = [];
  const { microphone, camera, screen } = now.status;
  if (microphone !== before.status.microphone && microphone !== "none")
    said.push(spoken.microphone[microphone]);
  if (camera !== before.status.camera && camera !== "none") said.push(spoken.camera[camera]);
  if (screen !== before.status.screen) said.push(screen ? spoken.screenOn : spoken.screenOff);
  return said;
}

function problems(before: Heard, now: Heard): string[] {
  const known = problemsOf(before.devices).map(({ problem, what }) => problem + what);
  return problemsOf(now.devices)
    .filter(({ problem, what }) => !known.includes(problem + what))
    .map(({ problem, what }) => problemTitle(problem, what));
}

function arrivals(before: Seat, now: Seat): string[] {
  if (!before.name) return [];
  const [was, is] = [staying(before), staying(now)];
  if (was !== is) return [is ? spoken.joined(now.name) : spoken.left(now.name)];
  return !is && before.presence === "away" && now.presence === "lobby" ? [spoken.inLobby(now.name)] : [];
}

/** `away` with a client: the server does not hear this tab just now, and the call may go on (docs/protocol.md). */
function staying({ presence, client }: Seat): boolean {
  return presence === "call" || (presence === "away" && client !== null);
}

/** Said only when it matters: while the server is away, and when all has arrived after that. */
function saved(before: Heard, now: Heard): string[] {
  const kept = (state: Heard) => state.server === "offline" && state.saving.pending > 0;
  if (!kept(before) && kept(now)) return [spoken.kept];
  const waiting = before.saving.pending > 0 && now.saving.pending === 0;
  return waiting && (before.server === "offline" || before.saving.pending > 3) ? [spoken.saved] : [];
}

function telephone(before: Heard, now: Heard): string[] {
  if (before.phone === now.phone) return [];
  if (now.phone === "offered") return [spoken.phoneOffered(now)];
  return [now.phone === "active" ? spoken.phoneActive : spoken.phoneHidden];
}

function written(before: Heard, now: Heard): string[] {
  return now.chat
    .filter((line) => !line.mine && !before.chat.some(({ op }) => op === line.op))
    .map((line) => spoken.chat(now.peer.name, line.text));
}
