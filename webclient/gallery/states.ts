/** The canned states: what Ben, a mentee, sees with Ann, his mentor. */

import type { State } from "../src/state";
import { AGENDA, CHAT, DEVICES, GOALS, PLAN, session, theirNumber } from "./samples";

export interface Streams {
  readonly self: MediaStream;
  readonly peer: MediaStream;
}

const LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe";

const ON = { microphone: "on", camera: "on", screen: false } as const;
const NONE = { microphone: "none", camera: "none", screen: false } as const;

function call({ self, peer }: Streams): State {
  return {
    phase: "call",
    link: "connected",
    server: "online",
    you: { role: "mentee", name: "Ben Brook", presence: "call", client: null, status: ON },
    peer: { role: "mentor", name: "Ann Archer", presence: "call", client: null, status: ON },
    readiness: { mine: "good", theirs: "not_checked" },
    session: session(-12),
    clockOffsetMs: 0,
    rung: "hd",
    peerRung: "hd",
    reason: "start",
    whose: "none",
    phone: "hidden",
    pin: "none",
    order: "speech",
    peerOrder: "speech",
    wayBack: false,
    interruptedSince: null,
    notices: [],
    status: ON,
    devices: DEVICES,
    selfStream: self,
    selfMirrored: true,
    peerStream: peer,
    peerVideoLive: true,
    peerStill: null,
    soundBlocked: false,
    relay: "offered",
    addressHidden: false,
    hints: true,
    moved: false,
    elsewhere: false,
    shutOut: null,
    endedBy: null,
    callStory: "",
    summaryDelayS: 120,
    practise: "",
    rehearsal: null,
    agenda: AGENDA,
    current: { item: AGENDA[1]?.item ?? null, since: Date.now() - 252_000 },
    goals: GOALS,
    plan: PLAN,
    chat: [],
    saving: { pending: 0, fragile: false },
    notesLeftover: "",
  };
}

function lobby(streams: Streams): State {
  const state = call(streams);
  return {
    ...state,
    phase: "lobby",
    link: "new",
    session: session(4),
    you: { ...state.you, presence: "lobby" },
    peer: { ...state.peer, presence: "lobby", status: null },
    peerStream: null,
    peerVideoLive: false,
    current: { item: null, since: 0 },
  };
}

function waiting(streams: Streams): State {
  const state = call(streams);
  return {
    ...state,
    phase: "waiting",
    link: "new",
    session: { ...session(-1), met: false },
    peer: { ...state.peer, presence: "away", status: null },
    peerStream: null,
    peerVideoLive: false,
    current: { item: null, since: 0 },
  };
}

function voice(streams: Streams): State {
  return {
    ...call(streams),
    rung: "low",
    peerRung: "voice",
    whose: "theirs",
    notices: [
      {
        id: "voice",
        words: "Ann's line is weak. We paused video so you can keep talking.",
        urgency: "assertive",
        dismissible: true,
        action: { words: "Bring video back", do: "video_back" },
      },
    ],
  };
}

function still(streams: Streams): State {
  const picture = document.createElement("canvas");
  picture.width = 480;
  picture.height = 270;
  const drawing = picture.getContext("2d");
  if (drawing) {
    drawing.fillStyle = "#3e6b54";
    drawing.fillRect(0, 0, 480, 270);
    drawing.fillStyle = "#e8a33d";
    drawing.fillRect(180, 60, 120, 150);
  }
  return {
    ...call(streams),
    rung: "sd",
    peerRung: "stills",
    whose: "theirs",
    peerVideoLive: false,
    peerStill: { picture, at: Date.now() - 6_000 },
    notices: [
      {
        id: "line-1",
        words: "Ann's line is weak. Ann's video is now a still picture that changes every few seconds.",
        urgency: "polite",
        dismissible: true,
        action: null,
      },
    ],
  };
}

/** Of another state, with a partner played by the computer. */
function practised(state: State, line: string): State {
  const lines = ["good", "thin", "voice", "dark"];
  return {
    ...state,
    peer: { ...state.peer, name: "Robin" },
    rehearsal: { lines, line, trouble: "", again: "/practise", back: "/" },
  };
}

function reconnecting(streams: Streams): State {
  return {
    ...call(streams),
    link: "interrupted",
    whose: "mine",
    rung: "low",
    interruptedSince: Date.now() - 12_000,
  };
}

function phone(streams: Streams): State {
  return {
    ...call(streams),
    rung: "phone",
    peerRung: "phone",
    whose: "unclear",
    phone: "offered",
    peerVideoLive: false,
  };
}

const refused = (problem: State["devices"]["cameraProblem"]) => (streams: Streams) => ({
  ...lobby(streams),
  status: NONE,
  selfStream: null,
  devices: {
    ...DEVICES,
    microphones: [],
    cameras: [],
    speakers: [],
    microphoneProblem: problem,
    cameraProblem: problem,
  },
});

export const STATES: Readonly<Record<string, (streams: Streams) => State>> = {
  opening: (streams) => ({ ...lobby(streams), you: { ...lobby(streams).you, name: "" } }),
  lobby,
  lobby_early: (streams) => ({
    ...lobby(streams),
    session: { ...session(95), state: "early" },
    peer: { ...lobby(streams).peer, presence: "away" },
    plan: { rings: "mentor", mine: { number: "+44 7700 900002", granted: true }, theirs: theirNumber() },
  }),
  lobby_asking: (streams) => ({
    ...lobby(streams),
    status: NONE,
    selfStream: null,
    devices: { ...DEVICES, asking: true, microphones: [], cameras: [], speakers: [] },
  }),
  lobby_elsewhere: (streams) => ({ ...lobby(streams), elsewhere: true }),
  lobby_denied: refused("denied"),
  lobby_in_use: (streams) => ({
    ...lobby(streams),
    status: { ...ON, camera: "none" },
    selfStream: null,
    devices: { ...DEVICES, cameraProblem: "in_use" },
  }),
  lobby_insecure: refused("insecure"),
  waiting,
  waiting_lobby: (streams) => ({
    ...waiting(streams),
    peer: { ...waiting(streams).peer, presence: "lobby" },
  }),
  waiting_empty: (streams) => ({ ...waiting(streams), agenda: [], goals: [] }),
  connecting: (streams) => ({ ...call(streams), link: "new", peerVideoLive: false }),
  call,
  call_muted: (streams) => ({
    ...call(streams),
    status: { microphone: "muted", camera: "off", screen: false },
    selfStream: null,
    peer: { ...call(streams).peer, status: { ...ON, microphone: "muted" } },
    chat: CHAT,
    soundBlocked: true,
  }),
  call_sharing: (streams) => ({ ...call(streams), status: { ...ON, screen: true }, selfMirrored: false }),
  low: (streams) => ({ ...call(streams), rung: "low", peerRung: "low", whose: "mine" }),
  still,
  voice,
  lobby_picture: (streams) => ({ ...lobby(streams), order: "picture", peerOrder: "picture" }),
  picture_kept: (streams) => ({
    ...call(streams),
    rung: "low",
    peerRung: "low",
    peerOrder: "picture",
    whose: "unclear",
    notices: [
      {
        id: "writing",
        words: "The sound doesn't get through at the moment. You and Ann Archer can write to each other.",
        urgency: "assertive",
        dismissible: true,
        action: { words: "Write instead", do: "write" },
      },
    ],
  }),
  picture_interrupted: (streams) => ({ ...reconnecting(streams), order: "picture" }),
  voice_chosen: (streams) => ({ ...voice(streams), notices: [], pin: "voice", whose: "none" }),
  camera_off: (streams) => ({
    ...call(streams),
    peerVideoLive: false,
    peer: { ...call(streams).peer, status: { ...ON, camera: "off" } },
  }),
  reconnecting,
  leftover: (streams) => ({
    ...call(streams),
    notesLeftover: "One more thing: the room in the library is free on Fridays.",
  }),
  /** As long as names and lines may be, and without a place to break. */
  long_words: (streams) => ({
    ...call(streams),
    you: { ...call(streams).you, name: LONG.slice(0, 80) },
    peer: { ...call(streams).peer, name: `Dr ${LONG.slice(0, 77)}` },
    agenda: AGENDA.map((item) => ({ ...item, text: LONG.repeat(2).slice(0, 200) })),
    goals: GOALS.map((goal) => ({ ...goal, specific: LONG.repeat(2).slice(0, 200) })),
    chat: CHAT.map((line) => ({ ...line, text: LONG.repeat(4) })),
  }),
  long_lobby: (streams) => ({
    ...lobby(streams),
    you: { ...lobby(streams).you, name: LONG.slice(0, 80) },
    peer: { ...lobby(streams).peer, name: LONG.slice(0, 80) },
  }),
  long_phone: (streams) => ({ ...phone(streams), peer: { ...phone(streams).peer, name: LONG.slice(0, 80) } }),
  server_away: (streams) => ({ ...call(streams), server: "offline", saving: { pending: 3, fragile: false } }),
  phone,
  phone_they_ring: (streams) => ({
    ...phone(streams),
    plan: { rings: "mentor", mine: { number: "+44 7700 900042", granted: true }, theirs: theirNumber() },
  }),
  phone_no_number: (streams) => ({ ...phone(streams), plan: { rings: "mentee", mine: null, theirs: null } }),
  phone_active: (streams) => ({ ...phone(streams), phone: "active" }),
  phone_way_back: (streams) => ({ ...phone(streams), phone: "active", wayBack: true }),
  practice_lobby: (streams) => practised(lobby(streams), "good"),
  practise_first: (streams) => ({ ...lobby(streams), practise: "/session/s1/mentee/practise" }),
  practice: (streams) => practised(call(streams), "good"),
  practice_voice: (streams) => practised(voice(streams), "voice"),
  practice_phone: (streams) => practised(phone(streams), "dark"),
  practice_stopped: (streams) => {
    const stopped = practised(reconnecting(streams), "good");
    return { ...stopped, peer: { ...stopped.peer, presence: "away" } };
  },
  practice_left: (streams) => practised({ ...call(streams), phase: "ended", selfStream: null }, "good"),
  left: (streams) => ({ ...call(streams), phase: "ended", selfStream: null }),
  ended: (streams) => ({
    ...call(streams),
    phase: "ended",
    session: { ...session(-31), state: "ended" },
    endedBy: "mentor",
    callStory: "You were in the room together for 31 minutes, 6 minutes of it on voice only.",
    saving: { pending: 2, fragile: false },
  }),
  moved: (streams) => ({ ...call(streams), moved: true }),
  shut_out: (streams) => ({ ...call(streams), shutOut: "Your coordinator has made a new link for you." }),
};

/** What changes a moment later, where the change itself leaves something to see: the last picture that arrived. */
export const THEN: Readonly<Record<string, Partial<State>>> = {
  voice: { peerVideoLive: false },
  voice_chosen: { peerVideoLive: false },
  practice_voice: { peerVideoLive: false },
  reconnecting: { peerVideoLive: false },
};
