/**
 * What the call says to people in its notices, as one catalogue.
 *
 * Not here: the words of the screens (`ui/words/`). Plain and calm, the next step first; nobody's line or device is
 * blamed, nobody is scored.
 */

import type { Whose } from "./protocol.gen";

/** A name at the beginning or in the middle of a sentence. */
export function called(name: string): string {
  return name.trim() || "your partner";
}

function Sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whose line it is, for the reader. */
function line(whose: Whose, peer: string): string {
  switch (whose) {
    case "mine":
      return "Your line is weak.";
    case "theirs":
      return Sentence(`${called(peer)}'s line is weak.`);
    case "none":
    case "unclear":
      return "The line is weak.";
    default:
      return whose satisfies never;
  }
}

/** What was to be seen until now. */
function seen(what: "video" | "stills" | "none"): string {
  return what === "stills" ? "picture" : "video";
}

export const callWords = {
  pausedMine: (what: "video" | "stills" | "none", whose: Whose, peer: string): string =>
    `${line(whose, peer)} We paused your ${seen(what)} so you can keep talking.`,
  pausedTheirs: (what: "video" | "stills" | "none", whose: Whose, peer: string): string =>
    `${line(whose, peer)} We paused ${called(peer)}'s ${seen(what)} so you can keep talking.`,
  pausedBoth: (what: "video" | "stills" | "none", whose: Whose, peer: string): string =>
    `${line(whose, peer)} We paused ${what === "stills" ? "the pictures" : "video"} so you can keep talking.`,
  stillMine: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} Your video is now a still picture that changes every few seconds.`,
  stillTheirs: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} ${Sentence(called(peer))}'s video is now a still picture that changes every few seconds.`,
  stillBackMine:
    "The line holds a little more. Your picture is back, as a still that changes every few seconds.",
  stillBackTheirs: (peer: string): string =>
    `The line holds a little more. ${Sentence(called(peer))}'s picture is back, as a still that changes every few seconds.`,
  soundLighter: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} We made the sound lighter so you can keep talking.`,
  soundFull: "The line holds a little more. The sound is full again.",
  smallerMine: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} We made your picture smaller to keep the sound clear.`,
  smallerTheirs: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} We made ${called(peer)}'s picture smaller to keep the sound clear.`,
  busy: "This device has a lot to do. We made your picture smaller to keep the sound clear.",
  warnVoice: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} We may pause video to keep the sound.`,
  warnStills: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} Video may become a still picture for a while.`,
  warnSmaller: (whose: Whose, peer: string): string => `${line(whose, peer)} The picture may get smaller.`,
  warnPhone: (peer: string): string =>
    `The sound is breaking up. If it goes on, you and ${called(peer)} can telephone.`,
  backMine: "The line holds again. Your video is back.",
  backTheirs: (peer: string): string => `The line holds again. ${Sentence(called(peer))}'s video is back.`,
  chosenVoice: "You switched to voice only. Your camera is not being sent.",
  chosenVoiceTheirs: (peer: string): string => `${Sentence(called(peer))} switched to voice only.`,
  chosenVideo: "We keep the video, even when the line gets weak.",
  keepVideo: "Keep video",
  stayVoice: "Stay with voice",
  decideForMe: "Video when the line allows",
  talkingMuted: "You're muted. Nobody hears you at the moment.",
  unmute: "Unmute",
  deadMicrophone: "No sound comes from your microphone. Is it switched off, or is another one the right one?",
  replaced: (kind: "microphone" | "camera", label: string): string =>
    `Your ${kind} was unplugged. Now using ${label}.`,
  unplugged: (kind: "microphone" | "camera"): string =>
    `Your ${kind} was unplugged. Plug one in, or carry on without.`,
  telephone: "Telephone instead",
  pictureTheirs: (peer: string): string =>
    `${Sentence(called(peer))} protects the picture. On a weak line it gets smaller before it gets slower, both ways.`,
  speechTheirs: (peer: string): string =>
    `${Sentence(called(peer))} no longer protects the picture. Speech comes first again.`,
  smallerMoving: (whose: Whose, peer: string): string =>
    `${line(whose, peer)} We made the picture smaller to keep it moving.`,
  warnWriting: (peer: string): string =>
    `The sound is breaking up. If it goes on, you and ${called(peer)} can write to each other.`,
  writing: (peer: string): string =>
    `The sound doesn't get through at the moment. You and ${called(peer)} can write to each other.`,
  write: "Write instead",
} as const;
