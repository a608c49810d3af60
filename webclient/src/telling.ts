/**
 * Which change of a rung is told in which words, on this screen; the peer's screen tells its own half.
 *
 * Not here: showing the words (`notices.ts`). One line for both directions: a second pause joins the first.
 */

import type { Decision } from "./ladder-table";
import type { Said } from "./notices";
import type { Rung, Whose } from "./protocol.gen";
import type { Pin } from "./state";
import { callWords as words } from "./words";

const PICTURES: readonly Rung[] = ["hd", "sd", "low"];

/** A change of what one of the two sends. */
export interface Change {
  readonly rung: Rung;
  readonly previous: Rung;
  readonly reason: string;
  readonly whose: Whose;
}

export interface Scene {
  readonly peer: string;
  readonly pin: Pin;
  /** What the other direction carries at the moment. */
  readonly other: Rung;
  /** The person whose sending changes has a picture to send at all. */
  readonly picture: boolean;
}

type Action = NonNullable<Said["action"]>;
const KEEP_VIDEO: Action = { words: words.keepVideo, do: "video_back" };
const UNPIN: Action = { words: words.decideForMe, do: "unpin" };
const STAY_VOICE: Action = { words: words.stayVoice, do: "pin_voice" };
const TELEPHONE: Action = { words: words.telephone, do: "telephone" };

function hasPicture(rung: Rung): boolean {
  return PICTURES.includes(rung);
}

/** What to say of a change of our own sending; null when it needs no words. */
export function ownChange(
  { rung, previous, reason, whose }: Change,
  { peer, other, picture }: Scene,
): Said | null {
  // The prompt of the telephone speaks for itself.
  if (rung === "phone" || !picture) return null;
  if (reason === "pinned")
    return rung === "voice" ? { words: words.chosenVoice, action: UNPIN, stays: true } : null;
  if (!hasPicture(rung) && hasPicture(previous)) {
    const said = hasPicture(other) ? words.pausedMine(whose, peer) : words.pausedBoth(whose, peer);
    return { words: said, urgency: "assertive", action: KEEP_VIDEO, stays: true };
  }
  if (hasPicture(rung) && !hasPicture(previous)) return { words: words.backMine, action: STAY_VOICE };
  if (rung !== "low" || !hasPicture(previous)) return null;
  return { words: reason === "cpu" ? words.busy : words.smallerMine(whose, peer) };
}

/** What to say of a change of the peer's sending, `whose` being told from the reader's side already. */
export function peerChange(
  { rung, previous, reason, whose }: Change,
  { peer, other, picture }: Scene,
): Said | null {
  if (rung === "phone" || !picture) return null;
  if (reason === "pinned") return rung === "voice" ? { words: words.chosenVoiceTheirs(peer) } : null;
  if (!hasPicture(rung) && hasPicture(previous)) {
    const said = hasPicture(other) ? words.pausedTheirs(whose, peer) : words.pausedBoth(whose, peer);
    return { words: said, urgency: "assertive", stays: true };
  }
  if (hasPicture(rung) && !hasPicture(previous)) return { words: words.backTheirs(peer) };
  return rung === "low" && hasPicture(previous) && reason !== "cpu"
    ? { words: words.smallerTheirs(whose, peer) }
    : null;
}

/** What to say before a fall to `rung`. */
export function warning(rung: Rung, whose: Whose, peer: string): Said {
  if (rung === "phone") return { words: words.warnPhone(peer), action: TELEPHONE };
  if (hasPicture(rung)) return { words: words.warnSmaller(whose, peer) };
  return { words: words.warnVoice(whose, peer), action: KEEP_VIDEO };
}

/** The same line seen from the other end. */
export function mirrored(whose: Whose): Whose {
  return whose === "mine" ? "theirs" : whose === "theirs" ? "mine" : whose;
}

/** The change in a decision, or null when it only concerns sound, sides or probes. */
export function changeOf(decision: Decision, before: Rung): Change | null {
  const { rung, reason, whose } = decision;
  return rung === before ? null : { rung, previous: before, reason, whose };
}
