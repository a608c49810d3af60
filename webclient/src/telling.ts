/**
 * Which change of a rung is told in which words, on this screen; the peer's screen tells its own half.
 *
 * Not here: showing the words (`notices.ts`). One line for both directions: a second pause joins the first.
 */

import type { Decision, Order } from "./ladder-table";
import type { Said } from "./notices";
import type { Rung, Whose } from "./protocol.gen";
import type { Pin } from "./state";
import { callWords as words } from "./words";

/** What there is to see at a rung. */
type Picture = "video" | "stills" | "none";

const PICTURES: Readonly<Record<Rung, Picture>> = {
  hd: "video",
  sd: "video",
  low: "video",
  stills: "stills",
  voice: "none",
  survival: "none",
  phone: "none",
};

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
  /** What holds for both. */
  readonly order: Order;
}

type Action = NonNullable<Said["action"]>;
const KEEP_VIDEO: Action = { words: words.keepVideo, do: "video_back" };
const UNPIN: Action = { words: words.decideForMe, do: "unpin" };
const STAY_VOICE: Action = { words: words.stayVoice, do: "pin_voice" };
const TELEPHONE: Action = { words: words.telephone, do: "telephone" };
const WRITE: Action = { words: words.write, do: "write" };

const CHOSEN: Said = { words: words.chosenVoice, action: UNPIN, stays: true };

/** What to say of a change of our own sending; null when it needs no words. */
export function ownChange(change: Change, scene: Scene): Said | null {
  const { rung, previous, reason, whose } = change;
  const { peer, picture } = scene;
  // The prompt of the telephone speaks for itself.
  if (rung === "phone") return null;
  if (reason === "pinned") return picture && rung === "voice" ? CHOSEN : null;
  if (picture && PICTURES[rung] !== PICTURES[previous]) return ownPicture(change, scene);
  if (previous === "survival" && picture && scene.pin === "voice") return CHOSEN;
  if (rung === "survival" || previous === "survival") return sound(change, peer);
  if (!picture || rung !== "low") return null;
  if (reason === "cpu") return { words: words.busy };
  return { words: (scene.order === "picture" ? words.smallerMoving : words.smallerMine)(whose, peer) };
}

/** What to say of a change of the peer's sending, `whose` being told from the reader's side already. */
export function peerChange(change: Change, scene: Scene): Said | null {
  const { rung, previous, reason, whose } = change;
  const { peer, picture } = scene;
  if (rung === "phone") return null;
  if (reason === "pinned")
    return picture && rung === "voice" ? { words: words.chosenVoiceTheirs(peer) } : null;
  if (picture && PICTURES[rung] !== PICTURES[previous]) return peerPicture(change, scene);
  if (rung === "survival" || previous === "survival") return sound(change, peer);
  if (!picture || rung !== "low" || reason === "cpu") return null;
  return { words: (scene.order === "picture" ? words.smallerMoving : words.smallerTheirs)(whose, peer) };
}

function ownPicture({ rung, previous, whose }: Change, { peer, other }: Scene): Said {
  const what = PICTURES[previous];
  switch (PICTURES[rung]) {
    case "video":
      return { words: words.backMine, action: STAY_VOICE };
    case "stills":
      if (what === "none") return { words: words.stillBackMine, action: STAY_VOICE };
      return { words: words.stillMine(whose, peer), action: KEEP_VIDEO, stays: true };
    case "none":
      return {
        words:
          PICTURES[other] === "none"
            ? words.pausedBoth(what, whose, peer)
            : words.pausedMine(what, whose, peer),
        urgency: "assertive",
        action: KEEP_VIDEO,
        stays: true,
      };
    default:
      return PICTURES[rung] satisfies never;
  }
}

function peerPicture({ rung, previous, whose }: Change, { peer, other }: Scene): Said {
  const what = PICTURES[previous];
  switch (PICTURES[rung]) {
    case "video":
      return { words: words.backTheirs(peer) };
    case "stills":
      if (what === "none") return { words: words.stillBackTheirs(peer) };
      return { words: words.stillTheirs(whose, peer), stays: true };
    case "none":
      return {
        words:
          PICTURES[other] === "none"
            ? words.pausedBoth(what, whose, peer)
            : words.pausedTheirs(what, whose, peer),
        urgency: "assertive",
        stays: true,
      };
    default:
      return PICTURES[rung] satisfies never;
  }
}

/** Lighter sound and back, in the same words for both directions. */
function sound({ rung, previous, whose }: Change, peer: string): Said | null {
  if (rung !== "survival") return { words: words.soundFull };
  return previous === "phone" ? null : { words: words.soundLighter(whose, peer), stays: true };
}

/** What to say before a fall to `rung`. */
export function warning(rung: Rung, whose: Whose, peer: string, order: Order): Said {
  if (rung === "phone" && order === "picture") return { words: words.warnWriting(peer), action: WRITE };
  if (rung === "phone") return { words: words.warnPhone(peer), action: TELEPHONE };
  if (PICTURES[rung] === "video") return { words: words.warnSmaller(whose, peer) };
  if (rung === "stills") return { words: words.warnStills(whose, peer), action: KEEP_VIDEO };
  return { words: words.warnVoice(whose, peer), action: KEEP_VIDEO };
}

/** Where the telephone would be offered and the picture is kept: chat, which needs no sound. */
export function writing(peer: string): Said {
  return { words: words.writing(peer), urgency: "assertive", action: WRITE, stays: true };
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
