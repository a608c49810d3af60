/**
 * What the person sends of themselves: microphone, camera or screen, and what the peer is told about it.
 *
 * Not here: opening devices (`devices.ts`), sending (`call.ts`).
 */

import type { Tracks } from "./call";
import type { Devices } from "./devices";
import type { InCall } from "./memory";
import type { Status } from "./protocol.gen";

export interface OwnMediaOptions {
  readonly devices: Devices;
  readonly createStream: (tracks: MediaStreamTrack[]) => MediaStream;
  /** Tracks, mute or status changed. */
  readonly onChange: () => void;
}

export class OwnMedia {
  readonly #options: OwnMediaOptions;
  #muted = false;
  /** What the person wants open, whether or not it could be had. */
  #wanted = { microphone: true, camera: true };
  #stream: MediaStream | null = null;

  constructor(options: OwnMediaOptions) {
    this.#options = options;
  }

  get status(): Status {
    const { devices } = this.#options;
    const cameraMissing = ["not_found", "insecure"].includes(devices.state.cameraProblem ?? "");
    return {
      microphone: devices.microphone ? (this.#muted ? "muted" : "on") : "none",
      camera: devices.camera ? "on" : cameraMissing ? "none" : "off",
      screen: devices.screen !== null,
    };
  }

  get tracks(): Tracks {
    const { microphone, picture } = this.#options.devices;
    return { audio: microphone, video: picture };
  }

  /** The self view; the same stream as long as the picture is the same. */
  get stream(): MediaStream | null {
    const { picture } = this.#options.devices;
    if (!picture) this.#stream = null;
    else if (this.#stream?.getVideoTracks()[0] !== picture)
      this.#stream = this.#options.createStream([picture]);
    return this.#stream;
  }

  get mirrored(): boolean {
    const { screen, camera } = this.#options.devices;
    return screen === null && camera?.getSettings().facingMode !== "environment";
  }

  /** How to enter again after leaving: with what was on, as far as it was. */
  get rejoinWith(): "all" | "voice" | "nothing" {
    if (this.#wanted.camera) return "all";
    return this.#wanted.microphone ? "voice" : "nothing";
  }

  /** How the call is to be taken up after a reload. */
  get inCall(): Omit<InCall, "pin"> {
    return { microphone: this.status.microphone, camera: this.#wanted.camera && this.status.camera === "on" };
  }

  /** Wants what was on before the reload, and opens it. */
  async resume({ microphone, camera }: InCall): Promise<void> {
    this.#wanted = { microphone: microphone !== "none", camera };
    this.#muted = microphone === "muted";
    await this.open();
  }

  /** The person asks for a microphone, and for the camera unless it was switched off. */
  async ask(): Promise<void> {
    this.#wanted = { ...this.#wanted, microphone: true };
    await this.open();
  }

  /** Opens what is wanted and not open yet. */
  async open(): Promise<void> {
    await this.#options.devices.open(this.#wanted);
    this.#mute(this.#muted);
  }

  /** Enters the call with both as chosen so far, with the voice only, or with nothing. */
  async prepare(how: "all" | "voice" | "nothing"): Promise<void> {
    if (how === "nothing") this.#wanted = { microphone: false, camera: false };
    else this.#wanted = { microphone: true, camera: how === "all" && this.#wanted.camera };
    for (const kind of ["microphone", "camera"] as const) {
      if (!this.#wanted[kind] && this.#options.devices[kind]) this.#options.devices.close(kind);
    }
    await this.open();
  }

  async setMicrophone(on: boolean): Promise<void> {
    if (on && !this.#options.devices.microphone) {
      this.#wanted = { ...this.#wanted, microphone: true };
      await this.open();
    }
    this.#mute(!on);
  }

  /** Off means stopped: the camera's light goes out and nothing is sent. */
  async setCamera(on: boolean): Promise<void> {
    this.#wanted = { ...this.#wanted, camera: on };
    if (on) await this.open();
    else this.#options.devices.close("camera");
  }

  /** After a device changed: a new microphone is as muted as the old one was. */
  devicesChanged(): void {
    const { microphone } = this.#options.devices;
    if (microphone) microphone.enabled = !this.#muted;
  }

  /** Lets go of all devices; they are wanted again at the next join. */
  release(): void {
    this.#options.devices.closeAll();
  }

  #mute(muted: boolean): void {
    this.#muted = muted;
    this.devicesChanged();
    this.#options.onChange();
  }
}
