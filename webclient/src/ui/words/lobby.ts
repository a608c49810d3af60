/** The words of the lobby. Not here: what to do about a refused device (`problems`). */

import type { Readiness, Seat, SessionInfo } from "../../protocol.gen";
import { called } from "../../words";
import { cityOf, dayOf, timeOfDay, type Zone } from "../time";

const CHECKED: Readonly<Record<Readiness, string>> = {
  good: "good",
  weak: "weak",
  not_ready: "not ready yet",
  not_checked: "not checked yet",
};

export const lobbyWords = {
  opening: "Opening your room",
  openingHint: "This takes a moment on a slow line.",
  title: (peer: string): string => `Your session with ${called(peer)}`,
  when: (session: SessionInfo, now: number, zone: Zone): string => {
    const ends = session.starts + session.minutes * 60_000;
    const day = dayOf(session.starts, now, zone);
    const from = timeOfDay(session.starts, zone);
    return `${day.charAt(0).toUpperCase()}${day.slice(1)}, ${from} to ${timeOfDay(ends, zone)}`;
  },
  whose: (zone: Zone): string => `Your time, ${cityOf(zone.zone)}`,
  early: (session: SessionInfo, now: number, zone: Zone): string => {
    const day = dayOf(session.opens, now, zone);
    const at = timeOfDay(session.opens, zone);
    return day === "today" ? `The room opens at ${at}.` : `The room opens ${day} at ${at}.`;
  },
  elsewhere: "You are in this session in another tab or on another device. Join brings it here.",
  earlyHint: "You can leave this page open: it will be ready by itself.",

  preview: "Your camera",
  mirrored: "Only you see it mirrored.",
  cameraOff: "Your camera is off",
  noPicture: "No picture yet",
  asking: "Your browser is asking for your camera and microphone. Choose Allow.",
  turnOn: "Turn on camera and microphone",
  microphone: "Microphone",
  camera: "Camera",
  speaker: "Speaker",
  noneFound: "None found",
  flip: "Turn the camera round",
  devices: "Camera and sound",

  name: "Your name",
  nameHint: (peer: string): string => `As ${called(peer)} will see it`,
  nameMissing: (peer: string): string => `Please give a name, so that ${called(peer)} knows who is here.`,

  readiness: "How things are",
  micAsking: "Waiting for your microphone",
  micSaySomething: "Say something: the beads light up when we hear you",
  micWorks: "Your microphone works",
  micOff: "Your microphone is off for now",
  micNone: "No microphone: you can listen and write",
  camAsking: "Waiting for your camera",
  camWorks: "Your camera works",
  camOff: "Your camera is off for now",
  camNone: (peer: string): string => `No camera: ${called(peer)} will hear you`,
  camNoneEither: "No camera: you can still join",
  roomThere: "You're connected to the room",
  roomAway: "Looking for the room; we keep trying",
  here: (peer: Seat): string => {
    if (peer.presence === "call") return `${called(peer.name)} is here and waiting for you`;
    if (peer.presence === "lobby") return `${called(peer.name)} is getting ready too`;
    return `${called(peer.name)} isn't here yet`;
  },

  connections: (mine: Readiness, theirs: Readiness, peer: string): string =>
    `Your connection: ${CHECKED[mine]}. ${called(peer)}'s: ${CHECKED[theirs]}`,
  check: "Check my connection",

  join: "Join",
  joining: "Joining",
  joinVoice: "Join with voice only",
  joinNothing: "Join without devices",
  telephone: "I'll telephone",
  private: "Nothing you say or show is recorded, only how the line held. Nobody joins unseen.",
  help: "Something not working? Ask your coordinator; they can send you a new link or book another time.",
};

export const planWords = {
  title: "If the line fails",
  lead: "Most bad lines get no further than voice only. If even that is lost, you go on by telephone.",
  who: "Who rings?",
  rings: (ringer: string, other: string): string => `${ringer} rings ${other}`,
  iRing: (peer: string): string => `I ring ${called(peer)}`,
  theyRing: (peer: string): string => `${called(peer)} rings me`,
  number: "Your telephone number",
  numberHint: "With the country code, like +44 7700 900123",
  numberOdd:
    "Please check this number: + and the country code first, as in +44 7700 900123. Spaces are fine. Or leave it empty.",
  numberFirst: "Please write your number here first.",
  consent: (peer: string): string => `Show my number to ${called(peer)} when the line fails`,
  consentHint: "Nobody else sees it. You can take it back here at any time.",
  theirsThere: (peer: string): string =>
    `${called(peer)}'s number is ready on this page, should you need it.`,
  theirsMissing: (peer: string): string => `${called(peer)} hasn't shared a number yet.`,
  save: "Keep this number",
  kept: "Kept.",
};
