/** The words of the connection check. Nobody's line or device is blamed; the next step comes first. */

import type { Remedy } from "../../check/api";
import type { Transport } from "../../check/relays";
import type { Readiness } from "../../protocol.gen";

const RUNGS: Readonly<Record<string, string>> = {
  hd: "a large, sharp picture",
  sd: "a clear picture",
  low: "a small picture",
  stills: "a still picture now and then",
  voice: "voice without a picture",
  survival: "a thin voice",
};

export const checkWords = {
  start: "Start the check",
  again: "Check again",
  back: "Back to the room",
  hint: "Put your headphones on if you use some, and press Start. You will see yourself, hear a tone and then your own voice.",
  tone: "Play the tone again",
  heardTone: "I heard it",
  heardNothing: "I heard nothing",
  copy: "Copy the figures",
  copied: "Copied.",
  notCopied: "Your browser keeps pages from copying: select the text below by hand.",
  copyText: "What is copied",
  steps: "What is checked",
  progress: "Progress of the check",

  speakerAsk: "Did you hear a tone?",
  speakerGood: "You heard the tone",
  speakerNothing: "You heard nothing yet. Try these, and play the tone again:",
  speakerSteps: [
    "Turn the volume up, here and on the loudspeaker itself, and see that this tab is not muted.",
    "Plug headphones in anew, or switch wireless ones on; or try without them.",
  ],
  speakerChoose: "Or choose another speaker",
  speakerBeside:
    "You heard no tone: find a speaker or headphones that work before the session, or agree on the telephone.",
  micWaiting: "Your browser may ask for your microphone and camera. Choose Allow.",
  micOn: "Say something: the beads light up when we hear you",
  micHeard: "We hear you",
  micSilent: "We heard nothing. Is the microphone switched on, and the right one?",
  micNone: "No microphone: your browser keeps it from this page, or there is none",
  camWaiting: "And for your camera",
  camOn: "Waiting for your camera",
  camWorks: "Your camera works",
  camBlack: "Your camera gives no picture. Is it covered, or used by another programme?",
  camNone: "No camera: voice works without one",
  camBeside: (title: string, spoken: boolean): string =>
    spoken ? `${title}. You will be heard and not seen: voice works without a camera.` : `${title}.`,
  camBlackBeside: "Your camera gave no picture. Voice works without one.",
  preview: "Your camera",
  withoutBoth: "The check of your line goes on without them.",
  withoutMicrophone: "The check of your line goes on without it. In a call you would hear, and could write.",
  withoutCamera: "The check goes on: voice works without a camera.",

  echoWaiting: "Then you will hear your own voice",
  echoPlaying: "Talk a little: your voice comes back a second later",
  echoPlayed: "That is how you sound to others",
  echoNone: "Without a microphone there is no voice to play back",
  loudspeakerWaiting: "Then a few short tones, to hear whether your loudspeaker comes back",
  loudspeakerListening: "Listening for your loudspeaker in your microphone",
  loudspeakerHeard: "We hear your loudspeaker in your microphone: headphones spare the other person an echo",
  loudspeakerQuiet: "Your microphone does not pick up your loudspeaker",
  lineWaiting: "Then your line, for a quarter of a minute",
  lineConnecting: "Connecting",
  lineMeasuring: "Measuring how your line carries speech",
  speedMeasuring: "Measuring how much your line carries",
  lineDone: "Your line has been measured",

  failed: "The check could not be finished",
  unreachable: "The server did not answer. See whether you are online, then check again.",

  readiness: {
    good: "Good",
    weak: "Weak",
    not_ready: "Not ready yet",
    not_checked: "Not checked",
  } satisfies Readonly<Record<Readiness, string>>,

  holds: (rung: string): string => {
    const what = RUNGS[rung];
    return what
      ? `Today your line would hold ${what}.`
      : "Today your line would not carry a conversation. You can still meet by telephone.";
  },

  remedy: {
    none: "Your line needs nothing.",
    nearer: "Packets get lost on the way. Move nearer to the router or plug in a cable, then check again.",
    others:
      "Something else is using your line. Close other tabs, downloads and streams, also on other devices, then check again.",
    voice_first: "Join with voice only; the picture comes by itself when the line allows.",
    telephone: "Agree on the telephone for today, or try another network, such as your mobile's.",
    network:
      "This network lets no call through. Try another one, such as your mobile's, or agree on the telephone.",
    microphone: "Choose another microphone or switch yours on, then check again.",
  } satisfies Readonly<Record<Remedy, string>>,

  figures: "The figures",
  way: "direction",
  toUs: "from you",
  toYou: "to you",
  loss: "lost",
  jitter: "jitter",
  speed: "speed",
  wayThere: "way to us",
  wayWorks: "answered after",
  works: "works",
  fails: "does not work",
  late: "not in time",
  answered: (ms: number | null): string => (ms === null ? "does not work" : `${ms} ms`),
  udp: "UDP, which calls like best",
  relay: {
    udp: "relay over UDP",
    tcp: "relay over TCP",
    tls: "relay over TLS",
    dtls: "relay over DTLS",
  } satisfies Readonly<Record<Transport, string>>,
  http: "pages (HTTP)",
  socket: "rooms (WebSocket)",
  percent: (perMille: number): string => `${(perMille / 10).toFixed(1)} %`,
  ms: (ms: number): string => `${ms} ms`,
  kbps: (kbps: number | null): string => {
    if (kbps === null) return "not known";
    if (kbps > 20_000) return "over 20 Mbit/s";
    return kbps < 1000 ? `${kbps} kbit/s` : `${(kbps / 1000).toFixed(1)} Mbit/s`;
  },
} as const;
