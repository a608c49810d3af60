/** The session and its call together, at a browser whose connections are stand-ins. */

import { beforeEach, describe, expect, test, vi } from "vitest";
import { SILENT_MS, SILENT_WITHOUT_SPEECH_MS } from "../src/call";
import { Conversation } from "../src/conversation";
import { sendsScreen } from "../src/directions";
import type { Decision } from "../src/ladder-table";
import type { Look } from "../src/minutes";
import type { PeerFrame } from "../src/peerframes";
import type { ClientMessage, Role, Seat, Welcome } from "../src/protocol.gen";
import { encodeReport, type Report } from "../src/report";
import { iceGeneration } from "../src/sdp";
import { Session } from "../src/session";
import type { State } from "../src/state";
import { decodePiece, encodePiece } from "../src/stillpieces";
import { initialState, Store } from "../src/store";
import { FakePeerConnection } from "./fakepeer";
import { counting, FakeClock, settled } from "./fakes";
import { ANN, BEN, info, OTHER_TAB, seat, welcome } from "./rooms";

// What is said to developers is no matter of these tests.
beforeEach(() => void vi.spyOn(console, "debug").mockReturnValue());

const REPORT: Report = {
  n: 0,
  echo: null,
  receivedKbps: 500,
  lossPm: 0,
  concealedPm: 0,
  silenceMs: 10,
  serverRiseMs: null,
  atLastRung: false,
  speechLost: false,
  long: false,
};

/** The mentor's page unless said otherwise; the server and the peer are the test. */
function page(role: Role = "mentor") {
  const clock = new FakeClock();
  const store = new Store(initialState("s1", role));
  const sent: ClientMessage[] = [];
  const connections: FakePeerConnection[] = [];
  const copies: number[] = [];
  const frames: PeerFrame[] = [];
  const decisions: Decision[] = [];
  const looks: Look[] = [];
  const stays: boolean[] = [];
  const events: string[] = [];
  const offered: number[] = [];
  const grabbed: { picture: Uint8Array | null } = { picture: null };
  let online = true;
  let policy: RTCIceTransportPolicy = "all";
  const setPolicy = (now: RTCIceTransportPolicy): void => {
    policy = now;
  };
  /** The server answers `join` at once, as it does. */
  let equips = true;
  const send = (message: ClientMessage): boolean => {
    if (online) sent.push(message);
    if (online && message.type === "join" && equips)
      session.onMessage({ type: "ice_servers", iceServers: [] });
    return online;
  };
  const conversation = new Conversation({
    clock,
    epoch: () => 1_000_000 + clock.now(),
    environment: {
      createPeerConnection: (configuration) => {
        const pc = new FakePeerConnection(configuration);
        connections.push(pc);
        return pc as unknown as RTCPeerConnection;
      },
      createStream: (tracks) => ({ getTracks: () => tracks }) as unknown as MediaStream,
      speechCodecs: [{ mimeType: "audio/red", clockRate: 48_000 }],
      copySpeech: () => (count) => copies.push(count),
      timeOrigin: 0,
    },
    signal: (to, signal) =>
      signal.type === "candidate"
        ? send({ type: "candidate", to, candidate: signal.candidate.candidate ?? "" })
        : send({ type: signal.type, to, sdp: signal.sdp }),
    page: () => ({
      source: { content: "camera", height: 720, order: "speech" },
      videoWanted: true,
      weSpeak: true,
      peerSpeaks: true,
      peerScreen: sendsScreen(store.state()),
      serverRttMs: null,
      longServerRttMs: null,
    }),
    tracks: () => ({ audio: "speech", video: "picture" }) as never,
    transportPolicy: () => policy,
    onLink: (link, interruptedSince) => store.set({ link, interruptedSince }),
    onStream: (peerStream) => store.set({ peerStream }),
    onPictures: (peerVideoLive) => store.set({ peerVideoLive }),
    grab: async () => grabbed.picture,
    decode: async () => ({}) as ImageBitmap,
    onStill: (peerStill) => store.set({ peerStill }),
    onDecision: (decision) => decisions.push(decision),
    onLook: (look) => looks.push(look),
    onFrame: (frame) => frames.push(frame),
    onOpen: () => events.push("open"),
    onTrouble: () => undefined,
    onGone: () => session.peerGone(),
    onHopeless: () => events.push("hopeless"),
  });
  const session = new Session({
    role,
    newId: counting(),
    zone: "Europe/London",
    epoch: () => 1_000_000 + clock.now(),
    send,
    status: () => ({ microphone: "on", camera: "on", screen: false }),
    noteSeq: () => 7,
    conversation,
    set: (patch) => store.set(patch),
    onIceServers: (iceServers) => offered.push(iceServers.length),
    reconnect: () => events.push("reconnect"),
    onStay: (inCall) => stays.push(inCall),
    onRefused: (error) => events.push(error),
  });
  const state = (): State => store.state();
  const last = (): FakePeerConnection => connections.at(-1) as FakePeerConnection;
  const messages = (type: string): ClientMessage[] => sent.filter((message) => message.type === type);
  const welcomed = (fields: Partial<Welcome> = {}): void => {
    const { client, stay } = session.hello();
    const you = stay === "left" ? { presence: "away" as const, client: null } : { presence: stay, client };
    session.onMessage(welcome({ you: seat({ role, ...you }), ...fields }));
    conversation.signallingOpened();
  };
  const peer = (fields: Partial<Seat> = {}): void => {
    const roleOfPeer: Role = role === "mentor" ? "mentee" : "mentor";
    session.onMessage({ type: "peer_changed", peer: seat({ role: roleOfPeer, ...fields }) });
  };
  /** Both are in the call, and their channels are open. */
  const inCall = async (): Promise<FakePeerConnection> => {
    welcomed();
    session.join();
    peer();
    await settled();
    const other = new FakePeerConnection();
    const { sdp } = await other.createOffer();
    session.onMessage({ type: "answered", sender: BEN, sdp: sdp.replace("actpass", "active") });
    await settled();
    other.createDataChannel("reports");
    other.createDataChannel("messages");
    other.createDataChannel("stills");
    FakePeerConnection.connect(last(), other);
    return other;
  };
  const setOnline = (now: boolean): void => {
    online = now;
  };
  const withholdServers = (): void => {
    equips = false;
  };
  return {
    ...{
      clock,
      store,
      session,
      conversation,
      state,
      sent,
      messages,
      connections,
      copies,
      last,
      frames,
      decisions,
      looks,
      stays,
      events,
      grabbed,
    },
    ...{ welcomed, peer, inCall, setOnline, setPolicy, offered, withholdServers },
  };
}

function say(other: FakePeerConnection, frame: PeerFrame): void {
  other.channel("messages").send(JSON.stringify(frame));
}

/** Speech arrives until now. */
function speak({ clock, last }: ReturnType<typeof page>): void {
  const [audio] = last().transceivers;
  if (audio) audio.receiver.sources = [{ timestamp: clock.now() }];
}

/** The mentor calls the mentee's page. */
async function called({ session, welcomed, peer }: ReturnType<typeof page>): Promise<void> {
  welcomed();
  session.join();
  peer({ client: ANN });
  await settled();
  const mentor = new FakePeerConnection();
  session.onMessage({ type: "offered", sender: ANN, sdp: (await mentor.createOffer()).sdp });
  await settled();
}

describe("phases", () => {
  test("from the lobby into the call and out of it", () => {
    const { session, state, welcomed, peer, stays } = page();
    welcomed();
    expect(state().phase).toBe("lobby");
    session.join();
    expect(state().phase).toBe("waiting");
    peer();
    expect(state().phase).toBe("call");
    session.leave();
    expect(state().phase).toBe("ended");
    session.join();
    expect(state().phase).toBe("call");
    expect(stays).toEqual([true, false, true]);
  });

  test("somebody in the lobby has no call, whoever waits", () => {
    const { state, welcomed, peer, connections } = page();
    welcomed();
    peer();
    expect(state().phase).toBe("lobby");
    expect(connections).toHaveLength(0);
  });

  test("what both connection checks said is there from the welcome on, and follows the newest", () => {
    const { session, state, welcomed } = page();
    welcomed({ readiness: { mine: "not_checked", theirs: "weak" } });
    expect(state().readiness).toEqual({ mine: "not_checked", theirs: "weak" });
    session.onMessage({ type: "readiness_changed", readiness: { mine: "good", theirs: "weak" } });
    expect(state().readiness).toEqual({ mine: "good", theirs: "weak" });
  });

  test("the end for both ends it here", () => {
    const { session, state, welcomed, peer, last } = page();
    welcomed();
    session.join();
    peer();
    session.onMessage({ type: "ended", by: "mentee" });
    expect(state()).toMatchObject({ phase: "ended", endedBy: "mentee", session: { state: "ended" } });
    expect(last().closed).toBe(true);
    session.onMessage({ type: "call_told", sentence: "You were in the room together for 28 minutes." });
    expect(state().callStory).toBe("You were in the room together for 28 minutes.");
  });

  test("the end for both waits for a server that is away, and this tab leaves at once", () => {
    const { session, state, welcomed, setOnline, messages } = page();
    welcomed();
    session.join();
    setOnline(false);
    session.endForBoth();
    expect(state().phase).toBe("ended");
    setOnline(true);
    welcomed();
    expect(messages("end")).toHaveLength(1);
    welcomed({ session: info({ state: "ended" }) });
    expect(messages("end")).toHaveLength(1);
  });

  test("the end for both is said again until the session is over: the connection may have been dead", () => {
    const { session, welcomed, messages } = page();
    welcomed();
    session.join();
    session.endForBoth();
    welcomed();
    expect(messages("end")).toHaveLength(2);
    session.onMessage({ type: "ended", by: "mentor" });
    welcomed({ session: info({ state: "ended" }) });
    welcomed({ session: info({ state: "ended" }) });
    expect(messages("end")).toHaveLength(2);
  });

  test("who has left says so with every hello", () => {
    const { session, welcomed } = page();
    expect(session.hello().stay).toBe("lobby");
    welcomed();
    session.join();
    expect(session.hello().stay).toBe("call");
    session.leave();
    expect(session.hello().stay).toBe("left");
  });

  test("the end for both is said no more to a server that refused it, nor by who joins again or is moved", () => {
    const undone: ((tab: ReturnType<typeof page>) => void)[] = [
      ({ session }) =>
        session.onMessage({ type: "refused", error: "session.not_open", sentence: "Not yet.", op: null }),
      ({ session }) => session.join(),
      ({ session }) => session.stopped("moved"),
    ];
    for (const undo of undone) {
      const tab = page();
      tab.welcomed();
      tab.session.join();
      tab.session.endForBoth();
      undo(tab);
      tab.welcomed();
      expect(tab.messages("end")).toHaveLength(1);
    }
  });

  test("what is pressed between hello and welcome is said after the welcome", () => {
    const { session, state, welcomed, setOnline, messages, events } = page();
    const you = (presence: "lobby" | "call") =>
      seat({ role: "mentor", presence, client: session.hello().client });
    setOnline(false);
    session.join();
    setOnline(true);
    welcomed({ you: you("lobby") });
    expect([messages("join").length, state().phase]).toEqual([1, "waiting"]);
    welcomed({ you: you("call") });
    setOnline(false);
    session.leave();
    setOnline(true);
    welcomed({ you: you("call") });
    expect([messages("leave").length, state().phase]).toEqual([1, "ended"]);
    welcomed();
    expect([messages("join").length, messages("leave").length, events]).toEqual([1, 1, []]);
  });

  test("a room that is not open yet leaves one in the lobby", () => {
    const { session, state, welcomed, events } = page();
    welcomed({ session: info({ state: "early" }) });
    session.join();
    session.onMessage({ type: "refused", error: "session.early", sentence: "Not yet.", op: null });
    expect(state().phase).toBe("lobby");
    expect(events).toEqual(["session.early"]);
  });

  test("the lobby goes live by itself when the room opens", () => {
    const { session, state, welcomed } = page();
    welcomed({ session: info({ state: "early" }) });
    session.onMessage({ type: "session_changed", session: info({ state: "open" }) });
    expect(state().session.state).toBe("open");
  });

  test("the server's clock is known from its welcome", () => {
    const { state, welcomed } = page();
    welcomed({ now: 1_004_000 });
    expect(state().clockOffsetMs).toBe(4_000);
  });
});

describe("hello", () => {
  test("says which tab this is, what it has and whether it was in the call", () => {
    const { session } = page();
    expect(session.hello()).toMatchObject({
      type: "hello",
      stay: "lobby",
      noteSeq: 7,
      zone: "Europe/London",
    });
    session.join();
    expect(session.hello().stay).toBe("call");
    expect(session.hello().client).toBe(session.hello().client);
  });

  test("is another tab's after the last resort", () => {
    const { session } = page();
    const before = session.hello().client;
    session.renew();
    expect(session.hello().client).not.toBe(before);
  });
});

describe("another tab", () => {
  test("takes the seat, and gives it back with the call", () => {
    const { session, state, welcomed, peer, last } = page();
    welcomed();
    session.join();
    peer();
    session.stopped("moved");
    expect(state().moved).toBe(true);
    expect(last().closed).toBe(true);
    session.takeBack();
    expect(session.hello().stay).toBe("call");
    welcomed();
    expect(state().moved).toBe(false);
  });

  test("has the call: this one's lobby says so, and joining takes it over by a new hello", () => {
    const { session, state, welcomed, events, messages, offered, connections } = page();
    welcomed({ you: seat({ role: "mentor", presence: "call", client: ANN }), peer: seat() });
    expect([state().elsewhere, state().phase, offered, connections]).toEqual([true, "lobby", [0], []]);
    session.join();
    expect([events, messages("join"), session.hello().stay]).toEqual([["reconnect"], [], "call"]);
    const { client } = session.hello();
    welcomed({ you: seat({ role: "mentor", presence: "call", client }), peer: seat() });
    expect([state().elsewhere, state().phase]).toEqual([false, "call"]);
  });

  test("may have the call, whose way to the server is broken or which a new server holds for somebody", () => {
    for (const client of [ANN, null]) {
      const { session, state, welcomed, events, messages } = page();
      welcomed({ you: seat({ role: "mentor", presence: "away", client }), peer: seat() });
      expect(state().elsewhere).toBe(true);
      session.join();
      expect([events, messages("join")]).toEqual([["reconnect"], []]);
    }
  });

  test("has the call, which is known only after joining", () => {
    const { session, welcomed, events } = page();
    session.join();
    welcomed({ you: seat({ role: "mentor", presence: "call", client: ANN }), peer: seat() });
    expect(events).toEqual(["reconnect"]);
  });

  test("that was only in the lobby does not take the call back", () => {
    const { session } = page();
    session.stopped("moved");
    session.takeBack();
    expect(session.hello().stay).toBe("lobby");
  });

  test("a link that was replaced shuts this one out, in the server's words", () => {
    const { session, state, events } = page();
    const sentence = "Open the newest link you were sent.";
    session.onMessage({ type: "refused", error: "link.replaced", sentence, op: null });
    session.stopped("shut_out");
    expect(state().shutOut).toBe(sentence);
    expect(events).toEqual([]);
  });

  test("a link that is dead without a word shuts this one out too", () => {
    const { session, state } = page();
    session.stopped("shut_out");
    expect(state().shutOut).toBe("");
  });
});

describe("the call", () => {
  test("begins with the mentor's offer: speech, video, then the channels", async () => {
    const { inCall, last, messages } = page("mentor");
    await inCall();
    expect(last().transceivers.map(({ receiver }) => receiver.track.kind)).toEqual(["audio", "video"]);
    expect(last().transceivers.map(({ sender }) => sender.track)).toEqual(["speech", "picture"]);
    expect(messages("offer")).toMatchObject([{ to: BEN }]);
    expect(last().configurations[0]).toMatchObject({ bundlePolicy: "max-bundle" });
  });

  test("is answered by the mentee, who offers nothing first", async () => {
    const { session, welcomed, peer, messages, last } = page("mentee");
    welcomed();
    session.join();
    peer({ client: ANN });
    await settled();
    expect(messages("offer")).toEqual([]);
    const mentor = new FakePeerConnection();
    session.onMessage({ type: "offered", sender: ANN, sdp: (await mentor.createOffer()).sdp });
    await settled();
    expect(messages("answer")).toMatchObject([{ to: ANN }]);
    expect(last().transceivers.map(({ sender }) => sender.track)).toEqual(["speech", "picture"]);
  });

  test("begins anew with another tab of the peer's, and only then", async () => {
    const { inCall, peer, connections } = page();
    await inCall();
    peer({ status: { microphone: "muted", camera: "on", screen: false } });
    expect(connections).toHaveLength(1);
    peer({ client: OTHER_TAB });
    expect(connections).toHaveLength(2);
    expect(connections[0]?.closed).toBe(true);
  });

  test("does not listen to a tab that is not the peer's", async () => {
    const { session, welcomed, peer, last } = page();
    welcomed();
    session.join();
    peer();
    await settled();
    session.onMessage({ type: "answered", sender: OTHER_TAB, sdp: "v=0" });
    await settled();
    expect(last().signalingState).toBe("have-local-offer");
  });

  test("goes on while the peer's way to the server is broken", async () => {
    const { inCall, peer, state, last } = page();
    await inCall();
    peer({ presence: "away" });
    expect(last().closed).toBe(false);
    expect(state().phase).toBe("call");
  });

  test("goes on when a server that was started anew has not met the peer again", async () => {
    const { inCall, welcomed, peer, state, connections, last } = page();
    await inCall();
    welcomed();
    expect(last().closed).toBe(false);
    expect(state()).toMatchObject({ phase: "call", peer: { presence: "away", client: BEN } });
    peer();
    expect(connections).toHaveLength(1);
    expect(state().peer.presence).toBe("call");
  });

  test("goes on when another tab of the peer's is in the lobby of a server that was started anew", async () => {
    const { inCall, welcomed, peer, state, connections, last } = page();
    await inCall();
    welcomed();
    peer({ presence: "lobby", client: OTHER_TAB });
    expect(last().closed).toBe(false);
    expect(state()).toMatchObject({ phase: "call", peer: { presence: "away", client: BEN } });
    welcomed({ peer: seat({ role: "mentee", presence: "lobby", client: OTHER_TAB }) });
    expect(last().closed).toBe(false);
    peer();
    expect(connections).toHaveLength(1);
  });

  test("ends when the tab that it was with leaves, and another is in the lobby", async () => {
    const { inCall, peer, state, last } = page();
    const other = await inCall();
    peer({ presence: "lobby", client: OTHER_TAB });
    say(other, { type: "left" });
    expect(last().closed).toBe(true);
    expect(state()).toMatchObject({ phase: "waiting", peer: { presence: "lobby" } });
  });

  test("ends when the peer that a new server has not met leaves", async () => {
    const { inCall, welcomed, state, last } = page();
    const other = await inCall();
    welcomed();
    say(other, { type: "left" });
    expect(last().closed).toBe(true);
    expect(state().phase).toBe("waiting");
  });

  test("ends when the peer is back in the lobby, or given up", async () => {
    for (const gone of [{ presence: "lobby" }, { presence: "away", client: null }] as const) {
      const { inCall, peer, state, last } = page();
      await inCall();
      peer(gone);
      expect(last().closed).toBe(true);
      expect(state()).toMatchObject({ phase: "waiting", link: "new", peerStream: null });
    }
  });

  test("makes no connection before it knows which servers it may use", () => {
    const { session, welcomed, peer, connections, withholdServers } = page();
    withholdServers();
    welcomed();
    session.join();
    peer();
    expect(connections).toHaveLength(0);
    const iceServers = [{ urls: ["turn:turn.example.org"], username: "u", credential: "c" }];
    session.onMessage({ type: "ice_servers", iceServers });
    expect(connections).toHaveLength(1);
    expect(connections[0]?.configurations[0]?.iceServers).toEqual(iceServers);
    session.leave();
    session.join();
    expect(connections).toHaveLength(1);
  });

  test("learns its servers from the welcome when it comes back into the call", () => {
    const { session, welcomed, connections } = page();
    const iceServers = [{ urls: ["stun:turn.example.org"] }];
    session.takeBack();
    session.join();
    const { client } = session.hello();
    welcomed({ you: seat({ role: "mentor", presence: "call", client }), peer: seat(), iceServers });
    expect(connections.at(-1)?.configurations.at(-1)?.iceServers).toEqual(iceServers);
  });

  test("uses fresh TURN credentials as they come", async () => {
    const { session, inCall, last } = page();
    await inCall();
    session.onMessage({
      type: "ice_servers",
      iceServers: [{ urls: ["turn:turn.example.org"], username: "u", credential: "c" }],
    });
    expect(last().configurations.at(-1)?.iceServers).toEqual([
      { urls: ["turn:turn.example.org"], username: "u", credential: "c" },
    ]);
  });

  test("says where relays are before it makes a call, and whenever they change", async () => {
    const tab = page();
    const relay = { urls: ["turn:turn.example.org"], username: "u", credential: "c" };
    tab.welcomed({ iceServers: [relay] });
    expect([tab.offered, tab.connections]).toEqual([[1], []]);
    tab.session.onMessage({ type: "ice_servers", iceServers: [relay, relay] });
    expect(tab.offered).toEqual([1, 2]);
  });

  test.each(["all", "relay"] as const)(
    "goes by %s ways, and stays so with fresh credentials",
    async (policy) => {
      const tab = page();
      tab.setPolicy(policy);
      const relay = { urls: ["turn:turn.example.org"], username: "u", credential: "c" };
      await tab.inCall();
      tab.session.onMessage({ type: "ice_servers", iceServers: [relay] });
      expect(tab.last().configurations.map((each) => each.iceTransportPolicy)).toEqual([policy, policy]);
      expect(tab.last().configurations.at(-1)?.iceServers).toEqual([relay]);
    },
  );

  test("hands on what the peer says, and nothing that is nonsense", async () => {
    const { inCall, frames } = page();
    const other = await inCall();
    say(other, { type: "chat", op: ANN, text: "Hello" });
    other.channel("messages").send("nonsense");
    expect(frames).toEqual([{ type: "chat", op: ANN, text: "Hello" }]);
  });

  test("does not read a flood", async () => {
    const { inCall, frames } = page();
    const other = await inCall();
    for (let n = 0; n < 1_000; n++) say(other, { type: "chat", op: ANN, text: `${n}` });
    expect(frames.length).toBeLessThanOrEqual(100);
  });
});

describe("silence", () => {
  test("is noticed within a second while the peer was speaking, and over with the next packet", async () => {
    const tab = page();
    await tab.inCall();
    tab.clock.pass(100);
    speak(tab);
    tab.clock.pass(250);
    expect(tab.state().link).toBe("connected");
    await tab.clock.passSlowly(750);
    expect(tab.state()).toMatchObject({ link: "interrupted", interruptedSince: 1_000_100 });
    speak(tab);
    tab.clock.pass(250);
    expect(tab.state()).toMatchObject({ link: "connected", interruptedSince: null });
  });

  test("is not believed while packets are received that were not played in time", async () => {
    const tab = page();
    await tab.inCall();
    speak(tab);
    tab.last().answerStats([
      {
        type: "inbound-rtp",
        id: "a",
        kind: "audio",
        timestamp: 900,
        lastPacketReceivedTimestamp: 890,
        packetsReceived: 9,
      },
    ]);
    await tab.clock.passSlowly(3_000);
    expect(tab.state().link).toBe("connected");
  });

  test("of a machine that stalls is not the line's", async () => {
    const tab = page();
    await tab.inCall();
    speak(tab);
    tab.clock.pass(250);
    tab.clock.stall(3_000);
    expect(tab.state().link).toBe("connected");
    speak(tab);
    tab.clock.pass(1_000 - SILENT_MS);
    expect(tab.state().link).toBe("connected");
  });

  test("has more patience with a peer of whom only reports come", async () => {
    const tab = page();
    const other = await tab.inCall();
    other.channel("reports").send(encodeReport(REPORT));
    tab.clock.pass(SILENT_MS + 250);
    expect(tab.state().link).toBe("connected");
    await tab.clock.passSlowly(SILENT_WITHOUT_SPEECH_MS);
    expect(tab.state().link).toBe("interrupted");
  });

  test("counts as lost after half a minute, and is tried on", async () => {
    const tab = page();
    await tab.inCall();
    speak(tab);
    await tab.clock.passSlowly(32_000);
    expect(tab.state().link).toBe("lost");
    expect(tab.last().closed).toBe(false);
  });

  test("of half a minute ends it when a server started anew has not met the peer either", async () => {
    const tab = page();
    await tab.inCall();
    tab.welcomed();
    speak(tab);
    await tab.clock.passSlowly(32_000);
    expect(tab.last().closed).toBe(true);
    expect(tab.state()).toMatchObject({ phase: "waiting", link: "new" });
  });

  test("restarts ICE within 1.5 s and offers the new way", async () => {
    const tab = page();
    await tab.inCall();
    speak(tab);
    await tab.clock.passSlowly(1_500);
    expect(tab.messages("offer")).toHaveLength(2);
  });

  test("sends the same restart again rather than another one for later", async () => {
    const tab = page();
    await tab.inCall();
    speak(tab);
    await tab.clock.passSlowly(9_000);
    const sdps = tab.messages("offer").map((offer) => (offer as { sdp: string }).sdp);
    expect(sdps.length).toBeGreaterThan(3);
    expect(new Set(sdps.map(iceGeneration)).size).toBe(2);
  });

  test("lets a restart wait for the server where the channel is silent too, and would hand it over too late", async () => {
    const tab = page();
    const other = await tab.inCall();
    const heard: string[] = [];
    other.channel("messages").onmessage = ({ data }) => heard.push(String(data));
    speak(tab);
    tab.setOnline(false);
    await tab.clock.passSlowly(4_000);
    expect(heard.filter((frame) => frame.includes("offer"))).toEqual([]);
    tab.setOnline(true);
    tab.welcomed({ peer: seat() });
    expect(tab.messages("offer").length).toBeGreaterThan(1);
  });

  test("leaves it at the peer's restart when that comes first", async () => {
    const tab = page();
    const other = await tab.inCall();
    speak(tab);
    await tab.clock.passSlowly(750);
    other.restartIce();
    tab.session.onMessage({ type: "offered", sender: BEN, sdp: (await other.createOffer()).sdp });
    await tab.clock.passSlowly(1_000);
    expect(tab.messages("answer")).toHaveLength(1);
    expect(tab.messages("offer")).toHaveLength(1);
  });

  test("asks for the last resort when restarts do not help", async () => {
    const tab = page();
    await tab.inCall();
    speak(tab);
    tab.clock.pass(25_000);
    expect(tab.events).toContain("hopeless");
  });

  test("of a peer who closed the page is no outage", async () => {
    const tab = page();
    const other = await tab.inCall();
    speak(tab);
    say(other, { type: "left" });
    await tab.clock.passSlowly(10_000);
    expect(tab.decisions.filter(({ phone }) => phone === "offered")).toEqual([]);
  });

  test("of ten seconds offers the telephone, with nobody's help", async () => {
    const tab = page();
    await tab.inCall();
    speak(tab);
    tab.setOnline(false);
    await tab.clock.passSlowly(8_000);
    expect(tab.decisions.map(({ phone }) => phone)).toContain("offered");
    expect(tab.looks.at(-1)).toMatchObject({ rung: "phone", silenceMs: expect.any(Number) });
    expect(tab.looks.at(-1)?.silenceMs).toBeGreaterThan(5_000);
  });
});

describe("without the server", () => {
  test("negotiation travels over the data channel", async () => {
    const tab = page();
    const other = await tab.inCall();
    tab.setOnline(false);
    const heard: unknown[] = [];
    other.channel("messages").onmessage = ({ data }) => heard.push(JSON.parse(data as string));
    tab.last().gather("candidate:9");
    expect(heard).toEqual([{ type: "candidate", candidate: { candidate: "candidate:9", sdpMid: "0" } }]);
  });

  test("a restart goes over the channel while the peer is heard", async () => {
    const tab = page();
    const other = await tab.inCall();
    const heard: string[] = [];
    other.channel("messages").onmessage = ({ data }) => heard.push(String(data));
    tab.setOnline(false);
    tab.conversation.networkChanged();
    await settled();
    expect(heard.filter((frame) => frame.includes('"offer"'))).toHaveLength(1);
  });

  test("what has no way at all goes when the server is back", async () => {
    const tab = page();
    tab.welcomed();
    tab.session.join();
    tab.setOnline(false);
    tab.peer();
    await settled();
    tab.last().gather("candidate:1");
    expect(tab.messages("offer")).toEqual([]);
    tab.setOnline(true);
    tab.welcomed({ peer: seat() });
    expect(tab.sent.slice(-3).map(({ type }) => type)).toEqual(["offer", "candidate", "offer"]);
  });

  test("a change of network restarts at once", async () => {
    const tab = page();
    await tab.inCall();
    tab.conversation.networkChanged();
    await settled();
    expect(tab.messages("offer")).toHaveLength(2);
  });

  test("and so does a connection that gave up", async () => {
    const tab = page();
    await tab.inCall();
    tab.last().become("failed");
    await settled();
    expect(tab.messages("offer")).toHaveLength(2);
  });
});

describe("the peer's picture", () => {
  /** So many pictures have come by now, and speech goes on. */
  async function look(tab: ReturnType<typeof page>, framesDecoded: number): Promise<boolean> {
    tab.last().answerStats([{ type: "inbound-rtp", id: "v", kind: "video", framesDecoded }]);
    speak(tab);
    await tab.clock.passSlowly(500);
    return tab.state().peerVideoLive;
  }

  test("is live while pictures come", async () => {
    const tab = page();
    await tab.inCall();
    expect(await look(tab, 0)).toBe(false);
    expect(await look(tab, 9)).toBe(true);
    expect(await look(tab, 9)).toBe(false);
  });

  test("of a screen on which nothing moves is live as long as the line is, and as it is sent as video", async () => {
    const tab = page();
    await tab.inCall();
    tab.peer({ status: { microphone: "on", camera: "on", screen: true } });
    expect(await look(tab, 0)).toBe(false);
    for (let looks = 0; looks < 10; looks++) expect(await look(tab, 1)).toBe(true);
    await tab.clock.passSlowly(1_500);
    expect(tab.state()).toMatchObject({ link: "interrupted", peerVideoLive: false });
    expect(await look(tab, 1)).toBe(false);
    expect(await look(tab, 2)).toBe(true);
    tab.store.set({ peerRung: "voice" });
    expect(await look(tab, 2)).toBe(false);
  });
});

describe("still pictures", () => {
  /** Lossy WebP of one piece, 480 x 270, as far as its headers say. */
  const PICTURE = new Uint8Array(40);
  PICTURE.set(new TextEncoder().encode("RIFF    WEBPVP8 "));
  PICTURE.set([32, 0, 0, 0], 4);
  PICTURE.set([0, 0, 0, 0x9d, 0x01, 0x2a, 0xe0, 0x01, 0x0e, 0x01], 20);

  test("of the peer's are shown, and its nonsense is not", async () => {
    const tab = page();
    const other = await tab.inCall();
    other.channel("stills").send("nonsense");
    other.channel("stills").send(new ArrayBuffer(600));
    await tab.clock.passSlowly(250);
    expect(tab.state().peerStill).toBeNull();
    other.channel("stills").send(encodePiece({ n: 1, index: 0, count: 1, ageMs: 500, bytes: PICTURE }));
    await tab.clock.passSlowly(250);
    expect(tab.state().peerStill?.at).toBe(1_000_000 + tab.clock.now() - 750);
  });

  test("go out when the ladder says so, and stop with the call", async () => {
    const tab = page();
    const other = await tab.inCall();
    const got: unknown[] = [];
    other.channel("stills").onmessage = ({ data }) => got.push(data);
    tab.grabbed.picture = PICTURE;
    const thin = { availableOutgoingBitrate: 120_000, selected: true };
    tab.last().answerStats([{ type: "candidate-pair", id: "pair", ...thin }]);
    for (let n = 0; tab.decisions.at(-1)?.rung !== "stills"; n++) {
      expect(got).toEqual([]);
      expect(n).toBeLessThan(100);
      other.channel("reports").send(encodeReport({ ...REPORT, n, receivedKbps: 60, lossPm: 100 }));
      await tab.clock.passSlowly(250);
    }
    await tab.clock.passSlowly(3_000);
    expect(got.map((data) => decodePiece(data))).toMatchObject([{ n: 1, index: 0, count: 1 }]);
    tab.session.leave();
    await tab.clock.passSlowly(10_000);
    expect(got).toHaveLength(1);
  });
});

describe("reports", () => {
  test("go to the peer four times a second and answer its own", async () => {
    const tab = page();
    const other = await tab.inCall();
    const got: ArrayBuffer[] = [];
    other.channel("reports").onmessage = ({ data }) => got.push(data as ArrayBuffer);
    other.channel("reports").send(encodeReport({ ...REPORT, n: 5 }));
    await tab.clock.passSlowly(1_000);
    expect(got).toHaveLength(4);
    expect(new DataView(got.at(-1) as ArrayBuffer).getUint32(18)).toBe(5);
  });

  test("are half as many while speech alone is sent", async () => {
    const tab = page();
    const other = await tab.inCall();
    tab.conversation.pin("voice");
    await tab.clock.passSlowly(1_000);
    const got: unknown[] = [];
    other.channel("reports").onmessage = ({ data }) => got.push(data);
    await tab.clock.passSlowly(2_000);
    expect(got).toHaveLength(4);
  });

  test("are as many as ever when some of them get lost", async () => {
    const tab = page();
    const other = await tab.inCall();
    tab.conversation.pin("voice");
    await tab.clock.passSlowly(1_000);
    const got: unknown[] = [];
    other.channel("reports").onmessage = ({ data }) => got.push(data);
    other.channel("reports").send(encodeReport({ ...REPORT, lossPm: 200 }));
    await tab.clock.passSlowly(2_000);
    expect(got).toHaveLength(8);
  });

  test("older than the last one are dropped", async () => {
    const tab = page();
    const other = await tab.inCall();
    other.channel("reports").send(encodeReport({ ...REPORT, n: 5 }));
    other.channel("reports").send(encodeReport({ ...REPORT, n: 4, speechLost: true }));
    await tab.clock.passSlowly(1_000);
    expect(tab.decisions.filter(({ phone }) => phone === "offered")).toEqual([]);
  });

  test("that the peer's speech is lost raise the prompt here too", async () => {
    const tab = page();
    const other = await tab.inCall();
    for (let n = 0; n < 4; n++) {
      other.channel("reports").send(encodeReport({ ...REPORT, n, speechLost: true }));
      await tab.clock.passSlowly(500);
    }
    expect(tab.decisions).toContainEqual(expect.objectContaining({ phone: "offered", reason: "peer" }));
  });
});

describe("a new call", () => {
  test("goes on at the rung of the last one, and off its telephone", async () => {
    const tab = page();
    await tab.inCall();
    tab.conversation.pin("voice");
    await tab.clock.passSlowly(1_000);
    tab.peer({ client: OTHER_TAB });
    expect(tab.decisions.at(-1)).toMatchObject({ rung: "voice", reason: "start", phone: "hidden" });
    tab.clock.pass(1_000);
    await tab.clock.passSlowly(12_000);
    expect(tab.decisions.at(-1)).toMatchObject({ rung: "phone" });
    tab.peer({ client: BEN });
    expect(tab.decisions.at(-1)).toMatchObject({ rung: "voice", phone: "hidden" });
  });
});

describe("carrying a rung out", () => {
  test("tells the senders at once, and RED in the description", async () => {
    const tab = page();
    await tab.inCall();
    await tab.clock.passSlowly(500);
    const [audio, video] = tab.last().transceivers;
    expect(video?.sender.parameters.encodings[0]).toMatchObject({ active: true, maxBitrate: 450_000 });
    expect(audio?.sender.parameters.encodings[0]).toMatchObject({ maxBitrate: 32_000 });
    expect(tab.copies).toEqual([1]);
  });

  test("a fall drops the video that waits, once less is sent and not before", async () => {
    const tab = page();
    const other = await tab.inCall();
    const [, video] = tab.last().transceivers;
    const order: string[] = [];
    if (video) {
      video.onDirection = () => order.push(video.direction);
      const { setParameters } = video.sender;
      video.sender.setParameters = async (parameters) => {
        order.push(parameters.encodings[0]?.["active"] ? "video on" : "video off");
        await setParameters.call(video.sender, parameters);
      };
    }
    for (let n = 0; n < 10; n++) {
      other.channel("reports").send(encodeReport({ ...REPORT, n, concealedPm: 400 }));
      await tab.clock.passSlowly(500);
    }
    expect(tab.decisions).toContainEqual(expect.objectContaining({ rung: "voice", reason: "concealment" }));
    const less = order.indexOf("video off");
    expect(order.slice(0, less)).not.toContain("recvonly");
    expect(order[less + 1]).toBe("recvonly");
    expect(order.slice(less)).not.toContain("video on");
  });

  test.each<Role>(["mentor", "mentee"])("speech does not wait for the picture (%s)", async (role) => {
    const tab = page(role);
    if (role === "mentor") await tab.inCall();
    else await called(tab);
    const [audio, video] = tab.last().transceivers.map(({ sender }) => sender.streams);
    expect([audio, video]).toEqual([[expect.anything()], [expect.anything()]]);
    expect(audio?.[0]).not.toBe(video?.[0]);
  });

  test("a pin to voice stops the video within a second", async () => {
    const tab = page();
    await tab.inCall();
    tab.conversation.pin("voice");
    await tab.clock.passSlowly(1_000);
    expect(tab.decisions.at(-1)).toMatchObject({ rung: "voice", reason: "pinned" });
    expect(tab.last().transceivers[1]?.sender.parameters.encodings[0]).toMatchObject({ active: false });
  });
});
