/**
 * The short lines of readiness in the lobby: microphone, camera, the room, both connections, the other person.
 *
 * Not here: a check of the connection, of which the words are shown; the other lines say what the page sees by itself.
 */

import type { State } from "../state";
import type { IconName } from "./icons";
import { lobbyWords } from "./words/lobby";

export type Ready = "good" | "waiting" | "without";

export interface ReadinessLine {
  readonly what: "microphone" | "camera" | "room" | "connections" | "peer";
  readonly ready: Ready;
  readonly icon: IconName;
  readonly words: string;
}

type Seen = Pick<State, "status" | "devices" | "server" | "readiness" | "peer" | "rehearsal">;

export function readiness(state: Seen, heard: boolean): readonly ReadinessLine[] {
  // The computer's connection is never checked.
  const both = state.rehearsal ? [] : [connections(state)];
  return [microphone(state, heard), camera(state), room(state), ...both, peer(state)];
}

function microphone({ status, devices }: Seen, heard: boolean): ReadinessLine {
  const line = (ready: Ready, words: string): ReadinessLine => ({
    what: "microphone",
    ready,
    icon: ready === "without" ? "micOff" : "mic",
    words,
  });
  if (devices.asking) return line("waiting", lobbyWords.micAsking);
  if (status.microphone === "none") return line("without", lobbyWords.micNone);
  if (status.microphone === "muted") return line("without", lobbyWords.micOff);
  return heard ? line("good", lobbyWords.micWorks) : line("waiting", lobbyWords.micSaySomething);
}

function camera({ status, devices, peer: { name } }: Seen): ReadinessLine {
  const line = (ready: Ready, words: string): ReadinessLine => ({
    what: "camera",
    ready,
    icon: ready === "without" ? "cameraOff" : "camera",
    words,
  });
  if (devices.asking) return line("waiting", lobbyWords.camAsking);
  if (status.camera === "none" || devices.cameraProblem !== null)
    return line(
      "without",
      status.microphone === "none" ? lobbyWords.camNoneEither : lobbyWords.camNone(name),
    );
  return status.camera === "on" ? line("good", lobbyWords.camWorks) : line("without", lobbyWords.camOff);
}

function room({ server }: Seen): ReadinessLine {
  const there = server === "online";
  return {
    what: "room",
    ready: there ? "good" : "waiting",
    icon: "line",
    words: there ? lobbyWords.roomThere : lobbyWords.roomAway,
  };
}

/** What both were told by their checks; the own word decides the sign. */
function connections({ readiness: { mine, theirs }, peer: { name } }: Seen): ReadinessLine {
  return {
    what: "connections",
    ready: mine === "good" ? "good" : mine === "not_ready" ? "without" : "waiting",
    icon: "line",
    words: lobbyWords.connections(mine, theirs, name),
  };
}

function peer({ peer: seat }: Seen): ReadinessLine {
  return {
    what: "peer",
    ready: seat.presence === "away" ? "waiting" : "good",
    icon: "person",
    words: lobbyWords.here(seat),
  };
}
