/**
 * One connection check from the click to the verdict: devices, ticket, connection, echo, packets, speed, verdict.
 *
 * Not here: HTML (`ui/check.ts`), what the figures mean (the server's ladder).
 */

import type { TrackLevel } from "../levels";
import { type Begun, type Figures, postForJson, Refusal, type Verdict } from "./api";
import { Link } from "./link";
import { LineRecord } from "./record";
import { httpRtt, measureDown, measureUp, SPEED_MS } from "./throughput";

export type Step = "ready" | "devices" | "connecting" | "echo" | "line" | "speed" | "done" | "failed";

export interface CheckState {
  readonly step: Step;
  /** 0 to 1000. */
  readonly progress: number;
  readonly microphone: "waiting" | "on" | "heard" | "none";
  readonly echo: "waiting" | "playing" | "played" | "none";
  readonly verdict: Verdict | null;
  /** Why there is none: the server's sentence, or nothing when nobody answered. */
  readonly refusal: Refusal | null;
  /** What can be copied: figures without names, words or addresses. */
  readonly diagnostics: string;
}

export const AT_REST: CheckState = {
  step: "ready",
  progress: 0,
  microphone: "waiting",
  echo: "waiting",
  verdict: null,
  refusal: null,
  diagnostics: "",
};

const ECHO_MS = 4_000;
const PACKETS = 400;
const EVERY_MS = 20;
/** For the last replies. */
const AFTER_MS = 800;
/** A voice at arm's length reaches this; breath and fans do not. */
const HEARD = 0.03;
const LOOK_MS = 50;

/** What the page gives a run; all of it is the browser's own elsewhere. */
export interface RunOptions {
  /** The address the check begins at: the seat's, or the open one. */
  readonly begin: string;
  readonly microphoneId: string;
  /** Listens to the microphone while the run lasts; one for the page, for it holds an AudioContext. */
  readonly level: TrackLevel;
  readonly onChange: (state: CheckState) => void;
  /** Plays the echo. */
  readonly play: (echo: MediaStream | null) => void;
}

export class CheckRun {
  readonly #options: RunOptions;
  readonly #record = new LineRecord();
  #state = AT_REST;
  #voice: MediaStreamTrack | null = null;
  #link: Link | null = null;
  #ticket = "";

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** The whole check; never throws. */
  async run(): Promise<void> {
    try {
      await this.#devices();
      const begun = await this.#begin();
      const connected = await this.#connect(begun);
      const way = (await this.#link?.way()) ?? "none";
      if (connected) await this.#echo();
      if (connected) await this.#line();
      await this.#speed({ ...this.#figures(), connected }, way);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal("check.unreachable", "", 0);
      this.#set({ step: "failed", refusal });
    } finally {
      this.stop();
    }
  }

  /** Lets go of devices and connection, and of the place at the server. */
  stop(): void {
    this.#options.play(null);
    this.#options.level.listen(null);
    this.#voice?.stop();
    this.#link?.close();
    if (this.#ticket) navigator.sendBeacon("/check/end", new URLSearchParams({ ticket: this.#ticket }));
    this.#ticket = "";
  }

  async #devices(): Promise<void> {
    this.#set({ step: "devices", progress: 20 });
    const { microphoneId } = this.#options;
    const speech = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const audio = microphoneId ? { ...speech, deviceId: { ideal: microphoneId } } : speech;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio });
      this.#voice = stream.getAudioTracks()[0] ?? null;
    } catch {
      this.#voice = null;
    }
    this.#options.level.listen(this.#voice);
    this.#set({ microphone: this.#voice ? "on" : "none", ...(this.#voice ? {} : { echo: "none" }) });
  }

  async #begin(): Promise<Begun> {
    this.#set({ step: "connecting", progress: 40 });
    const begun = await postForJson<Begun>(`${this.#options.begin}/begin`, {});
    this.#ticket = begun.ticket;
    return begun;
  }

  async #connect(begun: Begun): Promise<boolean> {
    this.#link = new Link(begun.iceServers, this.#voice);
    const ticket = this.#ticket;
    return await this.#link.open(
      async (sdp) => (await postForJson<{ sdp: string }>("/check/offer", { ticket, sdp })).sdp,
    );
  }

  /** One's own voice, a second later; meanwhile the microphone is looked at. */
  async #echo(): Promise<void> {
    if (!this.#voice || !this.#link) return;
    this.#options.play(this.#link.echo);
    this.#set({ step: "echo", echo: "playing", progress: 80 });
    await this.#through(ECHO_MS, 80, 300, () => {
      if (this.#state.microphone === "on" && this.#options.level.level() > HEARD)
        this.#set({ microphone: "heard" });
    });
    await this.#link.hush();
    this.#options.play(null);
    this.#set({ echo: "played" });
  }

  async #line(): Promise<void> {
    const channel = this.#link?.channel;
    if (!channel) return;
    this.#set({ step: "line" });
    channel.addEventListener("message", ({ data }) =>
      this.#record.replied(data as ArrayBuffer, performance.now()),
    );
    let sent = 0;
    const began = performance.now();
    const timer = setInterval(() => {
      const due = Math.min(PACKETS, Math.floor((performance.now() - began) / EVERY_MS) + 1);
      for (; sent < due && channel.readyState === "open"; sent++)
        channel.send(this.#record.packet(performance.now()));
    }, EVERY_MS / 2);
    await this.#through(PACKETS * EVERY_MS, 300, 720);
    clearInterval(timer);
    await this.#through(AFTER_MS, 720, 740);
  }

  async #speed(known: Figures, way: string): Promise<void> {
    this.#set({ step: "speed", progress: 740 });
    const ticket = this.#ticket;
    const now = (): number => performance.now();
    const progress = this.#through(2 * SPEED_MS, 740, 980);
    const httpMs = await httpRtt(ticket, now);
    const downKbps = await measureDown(ticket, now);
    const upKbps = await measureUp(ticket, httpMs, now);
    const figures: Figures = { ...known, upKbps, downKbps };
    const verdict = await postForJson<Verdict>("/check/result", { ticket, figures: JSON.stringify(figures) });
    this.#ticket = "";
    void progress;
    const diagnostics = { ...verdict, microphone: known.microphone, rttMs: known.rttMs, httpMs, way };
    this.#set({
      step: "done",
      progress: 1000,
      verdict,
      diagnostics: JSON.stringify({ ...diagnostics, httpMs: Math.round(httpMs) }, null, 1),
    });
  }

  #figures(): Omit<Figures, "connected"> {
    const { microphone } = this.#state;
    return {
      microphone: microphone === "heard" ? "heard" : microphone === "none" ? "none" : "silent",
      up: this.#record.up,
      down: this.#record.down,
      upKbps: null,
      downKbps: null,
      rttMs: this.#record.rttMs,
    };
  }

  /** Waits, looks now and then, and moves the progress along. */
  #through(ms: number, from: number, to: number, look: () => void = () => undefined): Promise<void> {
    const began = performance.now();
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const share = Math.min(1, (performance.now() - began) / ms);
        look();
        if (this.#state.step !== "done" && this.#state.step !== "failed")
          this.#set({ progress: Math.round(from + (to - from) * share) });
        if (share < 1) return;
        clearInterval(timer);
        resolve();
      }, LOOK_MS);
    });
  }

  #set(change: Partial<CheckState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange(this.#state);
  }
}
