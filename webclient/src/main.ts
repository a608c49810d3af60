/**
 * The call page put together: every module made once and handed what it needs.
 *
 * Not here: any of their logic. Nothing imports this file.
 */

import { actionsOf } from "./actions";
import { readBoot } from "./boot";
import { Chat, type KeptLine } from "./chat";
import { Connection, type Socket } from "./connection";
import { Conversation } from "./conversation";
import { Copies } from "./copies";
import { Devices } from "./devices";
import { Directions, sendsScreen, showsPicture } from "./directions";
import { Grabber } from "./grabber";
import { newId } from "./ids";
import { TrackLevel, watchDead, watchTalking } from "./levels";
import { Memory, storage } from "./memory";
import { Minutes } from "./minutes";
import { NotesGate } from "./notesgate";
import { Notices } from "./notices";
import { Orders } from "./orders";
import { type Outqueue, openOutqueue } from "./outqueue";
import { OwnMedia } from "./ownmedia";
import { PageQueue } from "./pagequeue";
import { type Kept, Panels } from "./panels";
import { Phone } from "./phone";
import { Lines } from "./rehearsal";
import { relayOf, transportPolicy } from "./relay";
import { Routes } from "./routes";
import { SavingCount } from "./saving";
import { SelfStatus } from "./selfstatus";
import { Session } from "./session";
import { signalMessage } from "./signals";
import { Speaker } from "./speaker";
import type { Link, PeerStill, Pin } from "./state";
import { initialState, Store } from "./store";
import { watchSurroundings } from "./surroundings";
import { startTicker } from "./ticker";
import { mountApp } from "./ui/app";
import { WakeLock } from "./wakelock";
import { callWords } from "./words";

/** Refusals that the page deals with by itself. */
const UNSAID: ReadonlySet<string> = new Set([
  "candidate.too_many",
  "store.busy",
  "note.unsaved",
  "peer.gone",
  "record.full",
  "minute.impossible",
]);
/** The notes bring the editor with them; the call comes first. Milliseconds. */
const NOTES_AFTER_MS = 3_000;
/** For the server to take another line in a rehearsal. */
const LINE_WITHIN_MS = 8_000;
/** A still of a slide has to be read; it is flatter than a face, and its bytes are the same. */
const SCREEN_LINES = 540;

// The page and its browser.

const boot = readBoot(document.getElementById("boot")?.textContent, location);
const clock = startTicker(boot.ticker);
const copies = new Copies(boot.copies);
const epoch = (): number => Date.now();
const createStream = (tracks: MediaStreamTrack[]): MediaStream => new MediaStream(tracks);
const memory = new Memory(
  storage(() => localStorage),
  storage(() => sessionStorage),
  boot.path,
);
const before = memory.inCall;
const store = new Store({
  ...initialState(boot.session, boot.role),
  relay: relayOf([], boot.relayOnly),
  addressHidden: memory.addressHidden,
  hints: memory.hints,
  summaryDelayS: boot.summaryDelayS,
  practise: boot.practise,
});
const state = () => store.state();
const notices = new Notices(clock, (shown) => store.set({ notices: shown }));
const wakeLock = new WakeLock(navigator.wakeLock as typeof navigator.wakeLock | undefined);

/** What a reload takes up again. */
function remember(): void {
  memory.inCall = session.inCall ? { ...media.inCall, pin: state().pin } : null;
}

// The own devices.

const level = new TrackLevel();
const peerLevel = new TrackLevel();
const speaker = new Speaker(new Audio(), (soundBlocked) => store.set({ soundBlocked }));
void speaker.choose(memory.choices.speaker);
const devices = new Devices({
  media: navigator.mediaDevices as MediaDevices | undefined,
  choices: memory.choices,
  canChooseSpeaker: "setSinkId" in HTMLMediaElement.prototype,
  onChange: onMedia,
  onChosen: (choices) => {
    memory.choices = choices;
  },
  onReplaced: (kind, label) =>
    notices.say("device", { words: label ? callWords.replaced(kind, label) : callWords.unplugged(kind) }),
});
const grabber = new Grabber(document.createElement("video"), document.createElement("canvas"));
const media = new OwnMedia({ devices, createStream, onChange: onMedia });
const selfStatus = new SelfStatus({
  devices,
  media,
  set: (patch) => store.set(patch),
  send: (message) => connection.send(message),
  sendPeer: (frame) => conversation.send(frame),
  onStatus: ({ microphone }) => {
    if (microphone === "on") notices.clear("talking");
    conversation.settle();
    remember();
  },
});
watchTalking(
  clock,
  () => (session.inCall && state().status.microphone === "muted" ? level.level() : 0),
  (talking) => {
    const action = { words: callWords.unmute, do: "unmute" } as const;
    if (talking && state().hints) notices.say("talking", { words: callWords.talkingMuted, action });
  },
);
watchDead(
  clock,
  () => (session.inCall && level.measuring && state().status.microphone === "on" ? level.level() : null),
  () => {
    if (state().hints) notices.say("talking", { words: callWords.deadMicrophone });
  },
);

function onMedia(): void {
  selfStatus.refresh();
  level.listen(devices.microphone);
  void conversation.tracksChanged();
}

// The server and the peer.

const connection = new Connection({
  clock,
  random: Math.random,
  open: () => new WebSocket(boot.socket) as Socket,
  hello: () => session.hello(),
  onMessage: (message) => routes.onMessage(message),
  onFrame: (frame) => notes.onFrame(frame),
  onServer: (server) => {
    store.set({ server });
    if (server === "online") return;
    panels.offline();
    notes.offline();
  },
  onStopped: (why) => {
    session.stopped(why);
    media.release();
  },
});
const conversation: Conversation = new Conversation({
  clock,
  epoch,
  environment: {
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    createStream,
    speechCodecs: RTCRtpReceiver.getCapabilities("audio")?.codecs ?? [],
    copySpeech: (sender) => copies.attach(sender),
    timeOrigin: performance.timeOrigin,
  },
  signal: (to, signal) => connection.send(signalMessage(to, signal)),
  tracks: () => media.tracks,
  transportPolicy: () => transportPolicy(state().relay, state().addressHidden),
  page: () => ({
    source: {
      content: devices.screen ? "screen" : "camera",
      height: devices.picture?.getSettings().height ?? 0,
      order: orders.holds,
    },
    videoWanted: devices.picture !== null,
    weSpeak: state().status.microphone === "on",
    peerSpeaks: state().peer.status?.microphone === "on",
    peerScreen: sendsScreen(state()),
    serverRttMs: connection.rttMs,
    longServerRttMs: connection.longRttMs,
  }),
  onLink,
  onStream: (peerStream) => {
    store.set({ peerStream });
    peerLevel.listen(peerStream?.getAudioTracks()[0] ?? null);
    void speaker.play(peerStream);
  },
  onPictures: (peerVideoLive) =>
    store.set(peerVideoLive ? { peerVideoLive, peerStill: null } : { peerVideoLive }),
  grab: ({ height, max_bytes }) =>
    grabber.grab(media.tracks.video, devices.screen ? SCREEN_LINES : height, max_bytes),
  decode: (image) => createImageBitmap(image),
  onStill,
  onDecision: (decision) => directions.onDecision(decision),
  onLook: (look) => minutes.look(look),
  onFrame: (frame) => routes.onPeerFrame(frame),
  onOpen: () => routes.onOpen(),
  onTrouble: () => connection.probe(),
  onGone: () => session.peerGone(),
  onHopeless: () => {
    if (!connection.online || state().peer.presence !== "call") return;
    phone.onRenewed();
    session.renew();
    connection.reopen();
  },
});
const session: Session = new Session({
  role: boot.role,
  newId,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  epoch,
  send: (message) => connection.send(message),
  status: () => media.status,
  noteSeq: () => notes.seq,
  conversation,
  set: (patch) => {
    store.set(patch);
    if (patch.phase === "ended") media.release();
  },
  onIceServers: (iceServers) => store.set({ relay: relayOf(iceServers, boot.relayOnly) }),
  reconnect: () => connection.reopen(),
  onStay: (inCall) => {
    wakeLock.want(inCall);
    remember();
    if (inCall) return;
    phone.onSettled();
    media.release();
    notices.clearAll();
  },
  onRefused: (error, sentence) => {
    if (!UNSAID.has(error)) notices.say("refused", { words: sentence });
  },
});

/** Who switches the camera off leaves no picture behind. */
function onStill(peerStill: PeerStill): void {
  if (showsPicture(state().peer.status)) store.set({ peerStill });
}

store.subscribe(() => {
  if (state().peerStill && !showsPicture(state().peer.status)) store.set({ peerStill: null });
});

function onLink(link: Link, interruptedSince: number | null): void {
  store.set({ link, interruptedSince });
  // Silence may be the whole network's; a sound is the network's return: neither waits for the next ping or try.
  if (link === "interrupted" || (link === "connected" && !connection.online)) connection.wake();
  if (link === "connected") {
    phone.onSettled();
    routes.onOpen();
  }
  // What was handed to the browser last may lie there until the line is back.
  if (link === "interrupted") chat.resend();
  if (link !== "new") return;
  phone.onNoCall();
  store.set({ wayBack: phone.wayBack });
  minutes.close();
}

// What both share.

/** Nothing of a rehearsal is left in the browser. */
async function queueOf<E, V = never>(kind: string): Promise<Outqueue<E, V>> {
  if (boot.rehearsal) return new PageQueue();
  return await openOutqueue(`${kind} ${boot.path}`, () => globalThis.indexedDB, epoch);
}

const saving = new SavingCount((count) => store.set({ saving: count }));
const panels: Panels = new Panels({
  queue: queueOf<Kept>("edits"),
  send: (edit) => connection.send(edit),
  epoch,
  clockOffsetMs: () => state().clockOffsetMs,
  later: clock.after,
  onChange: (view, pending) => {
    store.set(view);
    saving.edits(pending);
  },
  onFragile: () => saving.fragile(),
});
const notes = new NotesGate(async () => {
  const { Notes } = await import("./notes");
  return Notes.open({
    queue: await queueOf("notes"),
    clock,
    newId,
    send: (frame) => connection.sendFrame(frame),
    reconnect: () => connection.reopen(),
    onPending: (pending) => saving.notes(pending),
    onFragile: () => saving.fragile(),
    onLeftover: (notesLeftover) => store.set({ notesLeftover }),
  });
});
const phone = new Phone({
  onChange: (shown) => store.set({ phone: shown, wayBack: phone.wayBack }),
  tell: (shown) => {
    conversation.send({ type: "phone", state: shown });
    connection.send({ type: "set_phone", state: shown });
  },
});
const chat = new Chat({
  queue: queueOf<KeptLine>("chat"),
  newId,
  epoch,
  send: (op, text) =>
    conversation.send({ type: "chat", op, text }) || connection.send({ type: "chat", op, text }),
  onChange: (lines) => store.set({ chat: lines }),
  onFragile: () => saving.fragile(),
});
const orders = new Orders({
  mine: memory.order,
  peer: () => state().peer.name,
  notices,
  onChange: (chosen) => {
    store.set(chosen);
    conversation.order(orders.holds);
  },
  remember: (order) => {
    memory.order = order;
  },
  send: (frame) => conversation.send(frame),
});
const directions = new Directions({
  newId,
  state,
  order: () => orders.holds,
  set: (patch) => store.set(patch),
  notices,
  record: (edit) => panels.edit(edit),
  send: (frame) => conversation.send(frame),
  phone,
});
const minutes = new Minutes({
  newId,
  record: (edit) => panels.edit(edit),
  onTelephone: () => state().phone === "active",
});
const routes = new Routes({
  ...{ session, conversation, directions, orders, panels, notes, phone, chat, selfStatus },
  onPeerStatus: (status) => store.set({ peer: { ...state().peer, status } }),
});

const lines = boot.rehearsal
  ? new Lines({
      boot: boot.rehearsal,
      address: `${boot.path}/line`,
      post: (address, body) =>
        fetch(address, { method: "POST", body, signal: AbortSignal.timeout(LINE_WITHIN_MS) }),
      onChange: (rehearsal) => store.set({ rehearsal }),
    })
  : null;

// The screens, and what begins by itself.

function onPin(pin: Pin): void {
  store.set({ pin });
  conversation.pin(pin);
  remember();
}

function onAddressHidden(addressHidden: boolean): void {
  store.set({ addressHidden });
  memory.addressHidden = addressHidden;
}

function onHints(hints: boolean): void {
  store.set({ hints });
  memory.hints = hints;
  if (!hints) notices.clear("talking");
}

store.set({ rehearsal: lines?.rehearsal ?? null });
const root = document.getElementById("app");
if (root) {
  const actions = actionsOf({
    ...{
      newId,
      chat,
      connection,
      conversation,
      devices,
      media,
      notices,
      orders,
      panels,
      phone,
      session,
      speaker,
    },
    notes: () => notes.notes(),
    onPin,
    onAddressHidden,
    onHints,
    onLine: (line) => void lines?.choose(line),
    onName: (name) => store.set({ you: { ...state().you, name } }),
  });
  mountApp(root, store, actions, { microphone: () => level.level(), peer: () => peerLevel.level() });
}
watchSurroundings(window, clock, {
  onNetwork: () => {
    connection.wake();
    conversation.networkChanged();
  },
  onAwake: () => {
    connection.wake();
    wakeLock.renew();
  },
  onTouch: () => {
    level.resume();
    peerLevel.resume();
    if (state().soundBlocked) void speaker.hear();
  },
  onEnd: () => conversation.close(),
});
onMedia();
store.set({ order: memory.order });
conversation.order(orders.holds);
void panels.restore();
void chat.restore();
// What was written before and not saved goes out without anybody opening the notes.
clock.after(NOTES_AFTER_MS, () => void notes.notes().catch(() => undefined));
if (before) {
  onPin(before.pin);
  session.join();
  void media.resume(before);
}
connection.start();
