/**
 * An RTCPeerConnection as far as the call touches one: the signalling states of JSEP, transceivers, channels.
 *
 * No media flows. Errors are thrown where a browser throws them.
 */

class FakeChannel {
  readyState: RTCDataChannelState = "connecting";
  bufferedAmount = 0;
  binaryType: BinaryType = "blob";
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: (string | ArrayBuffer)[] = [];
  readonly label: string;
  other: FakeChannel | null = null;

  constructor(label: string) {
    this.label = label;
  }

  send(data: string | ArrayBuffer): void {
    if (this.readyState !== "open") throw invalidState("the channel is not open");
    this.sent.push(data);
    this.other?.onmessage?.({ data });
  }
}

export class FakeTransceiver {
  #direction: RTCRtpTransceiverDirection = "sendrecv";
  /** All the directions it has had. */
  readonly directions: RTCRtpTransceiverDirection[] = [];
  onDirection: () => void = () => undefined;
  readonly sender = new FakeSender();
  readonly receiver: {
    readonly track: { readonly kind: string; muted: boolean };
    sources: { readonly timestamp: number; readonly audioLevel?: number }[];
    getSynchronizationSources(): { readonly timestamp: number; readonly audioLevel?: number }[];
  };

  get direction(): RTCRtpTransceiverDirection {
    return this.#direction;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    if (direction === this.#direction) return;
    this.#direction = direction;
    this.directions.push(direction);
    this.onDirection();
  }

  constructor(kind: string) {
    this.receiver = {
      track: { kind, muted: false },
      sources: [],
      getSynchronizationSources() {
        return this.sources;
      },
    };
  }
}

class FakeSender {
  track: unknown = null;
  streams: readonly unknown[] = [];
  parameters: { encodings: Record<string, unknown>[] } = { encodings: [{ active: true }] };

  async replaceTrack(track: unknown): Promise<void> {
    this.track = track;
  }

  setStreams(...streams: unknown[]): void {
    this.streams = streams;
  }

  getParameters() {
    return structuredClone(this.parameters);
  }

  async setParameters(parameters: { encodings: Record<string, unknown>[] }): Promise<void> {
    this.parameters = parameters;
  }
}

interface Description {
  readonly type: RTCSdpType;
  readonly sdp: string;
}

let generations = 0;

export class FakePeerConnection {
  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  remoteDescription: Description | null = null;
  currentLocalDescription: Description | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: { toJSON(): RTCIceCandidateInit } | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly channels: FakeChannel[] = [];
  readonly transceivers: FakeTransceiver[] = [];
  readonly candidates: RTCIceCandidateInit[] = [];
  readonly configurations: RTCConfiguration[] = [];
  closed = false;
  rollbacks = 0;
  /** Descriptions the browser does not take. */
  refuses: (sdp: string) => boolean = () => false;
  #pendingLocal: Description | null = null;
  #ufrag = `u${++generations}`;
  #needed = false;
  #asking = false;
  #stats: readonly object[] = [];

  constructor(configuration: RTCConfiguration = {}) {
    this.configurations.push(configuration);
  }

  get localDescription(): Description | null {
    return this.#pendingLocal ?? this.currentLocalDescription;
  }

  addTransceiver(kind: string, { streams = [] }: { streams?: readonly unknown[] } = {}): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind);
    transceiver.sender.streams = streams;
    transceiver.onDirection = () => {
      // An answer says the new direction by itself (W3C WebRTC section 4.7.3).
      if (this.signalingState !== "have-remote-offer") this.#need();
    };
    this.transceivers.push(transceiver);
    this.#need();
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  createDataChannel(label: string): FakeChannel {
    const channel = new FakeChannel(label);
    this.channels.push(channel);
    return channel;
  }

  restartIce(): void {
    this.#ufrag = `u${++generations}`;
    this.#need();
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configurations.push(configuration);
  }

  async createOffer(): Promise<Description> {
    return { type: "offer", sdp: this.#sdp("actpass") };
  }

  async setLocalDescription(given?: { readonly type: RTCSdpType; readonly sdp?: string }): Promise<void> {
    await Promise.resolve();
    this.#mustLive();
    if (given?.type === "rollback") return this.#rollBack();
    if (this.signalingState === "have-remote-offer") {
      this.currentLocalDescription = { type: "answer", sdp: this.#sdp("active") };
      return this.#settle();
    }
    if (this.signalingState !== "stable") throw invalidState("an offer is under way");
    this.#pendingLocal = { type: "offer", sdp: given?.sdp ?? this.#sdp("actpass") };
    this.signalingState = "have-local-offer";
    this.#needed = false;
  }

  async setRemoteDescription({ type, sdp }: Description): Promise<void> {
    await Promise.resolve();
    this.#mustLive();
    if (type === "offer") {
      if (this.signalingState === "have-local-offer") this.#rollBack();
      this.#adopt();
      this.remoteDescription = { type, sdp };
      this.signalingState = "have-remote-offer";
      return;
    }
    if (this.signalingState !== "have-local-offer") throw invalidState("no offer to answer");
    // As Chromium has it: RFC 8842, section 5.3.
    if (this.refuses(sdp)) throw new Error("a description like no other");
    if (sdp.includes("a=setup:actpass")) throw new Error("an answer must choose active or passive");
    this.currentLocalDescription = this.#pendingLocal;
    this.#pendingLocal = null;
    this.remoteDescription = { type, sdp };
    this.#settle();
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (!this.remoteDescription) throw invalidState("no remote description");
    this.candidates.push(candidate);
  }

  async getStats(): Promise<Map<string, object>> {
    return new Map(this.#stats.map((entry, n) => [`${n}`, entry]));
  }

  close(): void {
    this.closed = true;
    this.signalingState = "closed";
    for (const channel of this.channels) channel.readyState = "closed";
  }

  // What the test does in the browser's place.

  answerStats(entries: readonly object[]): void {
    this.#stats = entries;
  }

  gather(candidate: string): void {
    this.onicecandidate?.({ candidate: { toJSON: () => ({ candidate, sdpMid: "0" }) } });
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  /** The channels of two connections are joined and open. */
  static connect(one: FakePeerConnection, other: FakePeerConnection): void {
    for (const channel of one.channels) {
      const partner = other.channels.find(({ label }) => label === channel.label);
      if (!partner) continue;
      channel.other = partner;
      partner.other = channel;
      for (const each of [channel, partner]) each.readyState = "open";
      for (const each of [channel, partner]) each.onopen?.();
    }
  }

  channel(label: string): FakeChannel {
    const found = this.channels.find((each) => each.label === label);
    if (!found) throw new Error(`no channel ${label}`);
    return found;
  }

  #sdp(setup: string): string {
    return [
      "v=0",
      "m=audio 9 UDP/TLS/RTP/SAVPF 63 111",
      `a=ice-ufrag:${this.#ufrag}`,
      `a=setup:${setup}`,
      "a=rtpmap:63 red/48000/2",
      "a=rtpmap:111 opus/48000/2",
      "a=fmtp:111 useinbandfec=1",
      "m=video 9 UDP/TLS/RTP/SAVPF 96",
      `a=${this.#direction("video")}`,
      "",
    ].join("\r\n");
  }

  #direction(kind: string): string {
    return this.transceivers.find(({ receiver }) => receiver.track.kind === kind)?.direction ?? "sendrecv";
  }

  #adopt(): void {
    if (this.transceivers.length > 0) return;
    this.transceivers.push(new FakeTransceiver("audio"), new FakeTransceiver("video"));
  }

  #rollBack(): void {
    if (this.signalingState !== "have-local-offer") throw invalidState("nothing to roll back");
    this.rollbacks += 1;
    this.#pendingLocal = null;
    this.signalingState = "stable";
    this.#needed = true;
  }

  #settle(): void {
    this.signalingState = "stable";
    if (this.#needed) this.#need();
  }

  #need(): void {
    this.#needed = true;
    if (this.#asking) return;
    this.#asking = true;
    queueMicrotask(() => {
      this.#asking = false;
      if (this.#needed && this.signalingState === "stable" && !this.closed) this.onnegotiationneeded?.();
    });
  }

  #mustLive(): void {
    if (this.closed) throw invalidState("closed");
  }
}

function invalidState(message: string): Error {
  return Object.assign(new Error(message), { name: "InvalidStateError" });
}
