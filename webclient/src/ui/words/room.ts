/** The words of the room: waiting, the call and its controls. */

import type { Role } from "../../protocol.gen";
import { called } from "../../words";

export const roomWords = {
  close: "Close",
  you: "you",
  stage: "Call",
  bar: "Call controls",
  waitingTitle: (peer: string): string => `You're in. ${called(peer)} isn't here yet`,
  waitingLead: (peer: string): string => `We'll ring when ${called(peer)} comes.`,
  waitingLobby: (peer: string): string => `You're in. ${called(peer)} is getting ready`,
  waitingLobbyLead: (peer: string): string =>
    `${called(peer)} is in the lobby and will be with you in a moment.`,
  waitingMet: (peer: string): string => `${called(peer)} has left the call`,
  waitingMetLead: (peer: string): string =>
    `The room stays open, and we'll ring if ${called(peer)} comes back.`,
  notify: (peer: string): string => `Notify me when ${called(peer)} comes`,
  notifySet: (peer: string): string => `You'll get a notification when ${called(peer)} comes.`,
  notifyRefused:
    "Your browser keeps notifications from this page; the sound and the tab's title will tell you.",
  waitingHint: "Look at the agenda meanwhile",
  connecting: (peer: string): string => `Connecting you with ${called(peer)}`,
  connectingLead: "This takes a moment.",

  mic: "Mic",
  camera: "Camera",
  on: "on",
  off: "off",
  noMic: "No mic",
  noCamera: "No camera",
  share: "Share",
  sharing: "Stop sharing",
  chat: "Chat",
  chatNew: (count: number): string => `${count} new`,
  more: "More",
  leave: "Leave",
  microphones: "Choose a microphone",
  cameras: "Choose a camera",
  speakers: "Choose a speaker",
  noDevices: "None found",

  selfView: "Your picture",
  hideSelf: "Hide my picture",
  showSelf: "Show my picture",
  screenBanner: "You're sharing your screen",
  peerScreen: (peer: string): string => `${called(peer)}'s screen`,
  peerPicture: (peer: string): string => `${called(peer)}'s picture`,
  peerMuted: (peer: string): string => `${called(peer)}'s microphone is off`,
  peerSilent: (peer: string): string => `${called(peer)} has no microphone`,
  peerCameraOff: (peer: string): string => `${called(peer)}'s camera is off`,
  peerStill: (peer: string): string => `Still picture of ${called(peer)}`,
  peerScreenStill: (peer: string): string => `Still picture of ${called(peer)}'s screen`,
  stillFrom: (seconds: number): string =>
    seconds < 1 ? "Still picture from just now" : `Still picture from ${seconds} s ago`,
  heldAt: (time: string): string => `Picture from ${time}, not live`,
  voiceOnly: "Video is paused so that your voices get through.",
  voiceChosen: "Video is paused, as you chose.",
  voicePaused: "Video is paused.",
  voiceBack: "It comes back by itself when the line holds.",

  reconnecting: (seconds: number): string => `Reconnecting (${seconds} s)`,
  reconnectingShort: "Reconnecting",
  lost: (seconds: number): string => `The line is lost. Still trying (${seconds} s)`,
  notesGoOn: "Agenda, notes and goals keep working.",
  telephoneInstead: "Telephone instead",
  tapToHear: (peer: string): string => `Tap to hear ${called(peer)}`,
  dismiss: "Dismiss",
  serverAway: "The room's server can't be reached. Your call goes on; what you write is kept on this device.",

  lighter: "Lighter call",
  automatic: "Let Ringback decide",
  automaticHint: "Speech first, video when the line holds",
  pinVoice: "Voice only",
  pinVoiceHint: "Saves your line and your data",
  pinVideo: "Keep video",
  pinVideoHint: "Even when the picture gets small",
  plan: "Backup plan",
  devices: "Camera and sound",
  flip: "Turn the camera round",
  keys: "Help and keys",
  keysTitle: "Keys",
  end: "End for both",
  endTitle: "End the session for both of you?",
  endLead: (peer: string): string =>
    `The room closes for you and ${called(peer)}, and the summary goes out by e-mail. To step out for a moment, choose Leave instead.`,
  endYes: "End for both",
  endNo: "Stay",
  hints: "Help me with my microphone",
  hintsHint: "Say so when I talk while it is off, or when it hears nothing.",
  planNow: "Go to the telephone now",
  planNowHint: "The session goes on here beside your phone call.",

  keysLead: "They work while you aren't typing.",
  singleKeys: "Use single keys",
  singleKeysHint: "Switch this off if you steer your computer by voice, or press keys by accident.",
  keyRows: [
    ["M", "Microphone on or off"],
    ["Space", "Hold to talk while your microphone is off"],
    ["V", "Camera on or off"],
    ["Shift S", "Share your screen"],
    ["A", "Agenda"],
    ["N", "Notes"],
    ["G", "Goals"],
    ["C", "Chat"],
    ["B", "Backup plan"],
    ["L", "Lighter call: voice only, and back"],
    ["F2", "Go to the call controls"],
    ["?", "This list"],
    ["Ctrl or Cmd D", "Microphone on or off, always"],
    ["Ctrl or Cmd E", "Camera on or off, always"],
  ] as readonly (readonly [string, string])[],
  holdToTalk: "You're talking while you hold Space",
};

export const phoneWords = {
  offeredTitle: "Let's go on by telephone",
  iRing: (peer: string): string => `Ring ${called(peer)}`,
  theyRing: (peer: string): string => `${called(peer)} will ring you`,
  onYourNumber: (digits: string): string => `on the number ending ${digits}`,
  ring: "Ring this number",
  message: "Write a text message instead",
  scan: "Or point your phone's camera here.",
  qr: (number: string): string => `QR code that rings ${number}`,
  noTheirs: (peer: string): string => `${called(peer)} hasn't shared a number here.`,
  noTheirsStep: (peer: string): string =>
    `Share yours below and ${called(peer)} can ring you, or write to ${called(peer)} the way you usually do.`,
  noMine: (peer: string): string => `${called(peer)} can't see your number yet.`,
  noMineStep: "Share it below, and it appears on their screen as soon as the line to the room is back.",
  ringYourself: (peer: string): string => `No ring? You can ring ${called(peer)} yourself.`,
  onPhone: "We're on the phone",
  notNow: "Stay on this page",
  activeTitle: "You're on the phone",
  activeLead: "Your session goes on here: agenda, notes and goals stay open, and the timer keeps counting.",
  back: "Back to the call",
  wayBack: "The line holds.",
  wayBackLead: "You can come back to the call whenever it suits you both.",
  backHint: "Come back whenever it suits you both. If the line was weak, we'll say when it holds again.",
  backAnyway: "Try the call again",
  private: "Find a spot where you can speak freely.",
};

function lasting(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return seconds < 45 ? "a moment" : "a minute";
  return minutes < 90 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}

export const endWords = {
  leftTitle: "You've left the call",
  leftStill: (peer: string): string => `${called(peer)} is still there, and your seat is kept.`,
  leftBefore: "The room stays open, and your seat is kept.",
  leftAlone: "Your seat is kept for now.",
  rejoin: "Rejoin",
  leftSummary: (delayS: number): string =>
    `When you have both been away for ${lasting(delayS)}, the session ends, and a summary goes to each of you by e-mail. Until then you can rejoin.`,
  endedTitle: "That was your session",
  endedBy: (by: Role | null, mine: Role, peer: string): string => {
    if (by === null) return "The session is over.";
    return by === mine ? "You ended it for both of you." : `${called(peer)} ended it for both of you.`;
  },
  neverMet: "The two of you didn't meet this time. Your coordinator can help you find another time.",
  summary: "A summary is on its way to each of you by e-mail: next steps, agenda, goals and your notes.",
  toSave: (count: number): string =>
    count === 1
      ? "One change is still on this device. Please keep this page open until it is saved."
      : `${count} changes are still on this device. Please keep this page open until they are saved.`,
  allSaved: "Your agenda, notes and goals are saved.",
  movedTitle: "This session has moved to another tab",
  movedLead: "Go on there, or bring it back here.",
  takeBack: "Use it here",
  shutTitle: "This link doesn't open the room any more",
  shutNext: "Ask your coordinator for a new link, or look for a newer mail from them.",
};
