/**
 * One connection check from the click to the verdict: devices, ticket, connection, echo, packets, speed, verdict.
 *
 * Not here: HTML (`ui/check.ts`), what the figures mean (the server's ladder).
 */

import { type Clock, every } from "../clock";
import type { Devices } from "../devices";
import type { TrackLevel } from "../levels";
import { type Begun, type Figures, post, Refusal, type Verdict } from "./api";
import { insist } from "./insist";
import { Link } from "./link";
import { hearsLoudspeaker } from "./loudspeaker";
import type { Output } from "./output";
import { type Pace, sendPackets } from "./packets";
import { LineRecord, PACKET_BYTES } from "./record";
import { type RelayTry, tryRelays } from "./relays";
import { socketRtt } from "./socket";
import { AT_REST, type CheckState } from "./state";
import { httpRtt, measureSpeed, SPEED_MS } from "./throughput";
import type { Ways } from "./ways";

/** From the answer of the devices to the last figure; the verdict itself takes a round trip more. */
const WHOLE_MS = 21_000;
const ECHO_MS = 4_000;
/** Of packets, which begin 0.9 s into it (`packets.ts`); where connecting took long, at least the short one. */
const LINE_MS = 9_000;
const SHORT_LINE_MS = 5_000;
/** What is kept for the speed. */
const SPEED_KEPT_MS = 4 * SPEED_MS;
/** Of listening for the loudspeaker, at most; packets are measured for longer. */
const LOUDSPEAKER_MS = 5_000;
/** For the last replies. */
const AFTER_MS = 800;
/** A voice at arm's length reaches this; breath and fans do not. */
const HEARD = 0.03;
const LOOK_MS = 50;
/** What the microphone itself hears. */
const RAW = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

const SOCKET = `${location.origin.replace(/^http/, "ws")}/check/socket`;

/** What the page gives a run; all of it is the browser's own elsewhere. */
export interface RunOptions {
  /** The address the check begins at: the seat's, or the open one. */
  readonly begin: string;
  /** Opened for the check and closed with it. */
  readonly devices: Devices;
  /** Plays the tones and the echo. */
  readonly output: Output;
  /** Goes on counting in a hidden tab. */
  readonly clock: Clock;
  /** Listens to the microphone while the run lasts; one for the page, for it holds an AudioContext. */
  readonly level: TrackLevel;
  readonly onChange: (state: CheckState) => void;
}

export class CheckRun {
  readonly #options: RunOptions;
  readonly #record = new LineRecord();
  #state = AT_REST;
  #voice: MediaStreamTrack | null = null;
  #link: Link | null = null;
  #everyMs: Pace = 20;
  /** A round trip before anything was on the way, milliseconds, if one was seen. */
  #emptyMs: number | null = null;
  #ticket = "";
  /** By then all is measured that will be, by the page's clock. */
  #byMs = 0;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** The whole check; never throws. */
  async run(): Promise<void> {
    try {
      await this.#devices();
      this.#byMs = performance.now() + WHOLE_MS;
      const begun = await this.#begin();
      const connected = await this.#connect(begun);
      // While the echo plays: packets have the line to themselves later.
      const tried = tryRelays(begun.iceServers);
      this.#emptyMs = (await this.#link?.rttMs()) ?? null;
      this.#record.expect(this.#emptyMs);
      if (connected) await this.#echo();
      const relays = await tried;
      this.#set({ tried: { candidates: this.#link?.candidates ?? [], relays } });
      if (connected) await Promise.all([this.#line(), this.#loudspeaker()]);
      await this.#speed(connected, relays);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal("check.unreachable", "", 0);
      this.#set({ failedAt: this.#state.step, step: "failed", refusal });
    } finally {
      this.stop();
    }
  }

  /** Lets go of devices and connection, and of the place at the server. */
  stop(): void {
    this.#options.output.play(null);
    this.#options.level.listen(null);
    this.#options.devices.closeAll();
    this.#set({ picture: null });
    this.#link?.close();
    if (this.#ticket) navigator.sendBeacon("/check/end", new URLSearchParams({ ticket: this.#ticket }));
    this.#ticket = "";
  }

  async #devices(): Promise<void> {
    this.#set({ step: "devices", progress: 20 });
    const { devices, level } = this.#options;
    await devices.open({ microphone: true, camera: true });
    const { microphone, camera } = devices;
    this.#voice = microphone;
    level.listen(microphone);
    this.#set({ camera: camera ? "on" : "none", picture: camera });
    if (this.#voice) this.#set({ microphone: "on" });
    else this.#set({ microphone: "none", echo: "none", loudspeaker: "unknown" });
  }

  /** The preview has shown a picture. */
  seePicture(): void {
    if (this.#state.camera === "on") this.#set({ camera: "works" });
  }

  /** The same microphone once more, as it hears by itself. */
  #raw(): Promise<MediaStream> {
    const deviceId = { ideal: this.#options.devices.state.microphone };
    return navigator.mediaDevices.getUserMedia({ audio: { ...RAW, deviceId } });
  }

  async #begin(): Promise<Begun> {
    this.#set({ step: "connecting", progress: 40 });
    const begun = await insist<Begun>(`${this.#options.begin}/begin`, {});
    this.#ticket = begun.ticket;
    return begun;
  }

  async #connect(begun: Begun): Promise<boolean> {
    this.#link = new Link(begun.iceServers, this.#voice);
    const ticket = this.#ticket;
    return await this.#link.open(
      async (sdp) => (await insist<{ sdp: string }>("/check/offer", { ticket, sdp })).sdp,
    );
  }

  /** One's own voice, a second later; meanwhile the microphone is looked at. */
  async #echo(): Promise<void> {
    if (!this.#voice || !this.#link) return;
    this.#options.output.play(this.#link.echo);
    this.#set({ step: "echo", echo: "playing", progress: 80 });
    await this.#through(ECHO_MS, 80, 300, () => {
      if (this.#state.microphone === "on" && this.#options.level.level() > HEARD)
        this.#set({ microphone: "heard" });
    });
    await this.#link.hush();
    this.#options.output.play(null);
    this.#set({ echo: "played" });
  }

  async #line(): Promise<void> {
    const channel = this.#link?.channel;
    if (!channel) return;
    this.#set({ step: "line" });
    let refused: (why: unknown) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => {
      refused = reject;
    });
    const sending = sendPackets(channel, this.#record, this.#options.clock, () =>
      this.#stillThere().catch(refused),
    );
    const leftMs = this.#byMs - performance.now() - AFTER_MS - SPEED_KEPT_MS;
    const lineMs = Math.max(SHORT_LINE_MS, Math.min(LINE_MS, leftMs));
    try {
      await Promise.race([this.#through(lineMs, 300, 720), lost]);
      sending.stop();
      await this.#through(AFTER_MS, 720, 740);
      this.#record.forgetLast(Math.ceil(channel.bufferedAmount / PACKET_BYTES));
    } finally {
      sending.stop();
      this.#everyMs = sending.everyMs();
    }
  }

  /** Throws the server's refusal when it says that this check is over; a dark line says nothing. */
  async #stillThere(): Promise<void> {
    try {
      await post("/check/up", { ticket: this.#ticket });
    } catch (error) {
      if (error instanceof Refusal) throw error;
    }
  }

  /** While packets are measured, which a tone does not disturb. */
  async #loudspeaker(): Promise<void> {
    if (!this.#voice) return;
    this.#set({ loudspeaker: "listening" });
    // A question for the microphone, or sound that may not be played, can wait for ever: this judges nothing.
    const unasked = new Promise<null>((resolve) => setTimeout(resolve, LOUDSPEAKER_MS, null));
    const listening = hearsLoudspeaker(this.#options.output, () => this.#raw());
    const heard = await Promise.race([listening, unasked]);
    this.#set({ loudspeaker: heard === null ? "unknown" : heard ? "heard" : "quiet" });
  }

  async #speed(connected: boolean, relays: readonly RelayTry[]): Promise<void> {
    this.#set({ step: "speed", progress: 740 });
    const ticket = this.#ticket;
    const now = (): number => performance.now();
    const way = (connected && (await this.#link?.way())) || "none";
    void this.#through(2 * SPEED_MS, 740, 980);
    const [socket, httpMs] = await Promise.all([
      socketRtt(() => new WebSocket(SOCKET), ticket, this.#byMs - now() - SPEED_MS),
      httpRtt(ticket, now),
    ]);
    // Where a few packets already fill a queue, what takes long is not the way.
    const seen = [httpMs, socket.ms, this.#emptyMs].filter((ms) => ms !== null);
    const farMs = this.#everyMs > 20 || seen.length === 0 ? 0 : Math.min(...seen);
    const { upKbps, downKbps } = await measureSpeed(ticket, httpMs ?? 0, farMs, this.#byMs, now);
    const { microphone } = this.#state;
    const figures: Figures = {
      connected,
      microphone: microphone === "heard" ? "heard" : microphone === "none" ? "none" : "silent",
      everyMs: this.#everyMs,
      up: this.#record.up,
      down: this.#record.down,
      upKbps,
      downKbps,
      rttMs: this.#record.rttMs,
      socket: !socket.refused,
    };
    const verdict = await insist<Verdict>("/check/result", { ticket, figures: JSON.stringify(figures) });
    this.#ticket = "";
    const ways: Ways = { httpMs, socket, way, candidates: this.#link?.candidates ?? [], relays };
    this.#set({ step: "done", progress: 1000, verdict, figures, ways });
  }

  /** Waits, looks now and then, and moves the progress along. */
  #through(ms: number, from: number, to: number, look: () => void = () => undefined): Promise<void> {
    const began = performance.now();
    return new Promise((resolve) => {
      const stop = every(this.#options.clock, LOOK_MS, () => {
        const share = Math.min(1, (performance.now() - began) / ms);
        look();
        if (this.#state.step !== "done" && this.#state.step !== "failed")
          this.#set({ progress: Math.round(from + (to - from) * share) });
        if (share < 1) return;
        stop();
        resolve();
      });
    });
  }

  #set(change: Partial<CheckState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange(this.#state);
  }
}
