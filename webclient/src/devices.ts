/**
 * The own camera, microphone and screen: opened, chosen, followed when they are plugged in or out.
 *
 * Not here: sending them (`call.ts`), the sound of the peer (`speaker.ts`), the meters (`levels.ts`).
 */

import type { Choices } from "./memory";
import { isOverconstrained, problemOf } from "./problems";
import type { DeviceChoice, DeviceProblem, Devices as DevicesState } from "./state";

export const NO_DEVICES: DevicesState = {
  microphones: [],
  cameras: [],
  speakers: [],
  microphone: "",
  camera: "",
  speaker: "",
  microphoneProblem: null,
  cameraProblem: null,
  canShareScreen: false,
  canChooseSpeaker: false,
  asking: false,
};

/** Speech, one channel: the browser's echo canceller and noise suppression are on. */
const SPEECH: MediaTrackConstraints = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
/** The highest rung's picture; a camera that has less gives what it has. */
const PICTURE: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};
/** Slides and text: few pictures, all of them sharp. */
const SCREEN: DisplayMediaStreamOptions = { video: { frameRate: { max: 15 } }, audio: false };

export type Kind = "microphone" | "camera";

export interface DevicesOptions {
  /** Absent in an insecure context. */
  readonly media: MediaDevices | undefined;
  readonly choices: Choices;
  readonly canChooseSpeaker: boolean;
  /** The tracks or the menus changed. */
  readonly onChange: () => void;
  /** A device in use was unplugged, and this one took its place; null when none was left. */
  readonly onReplaced: (kind: Kind, label: string | null) => void;
  readonly onChosen: (choices: Choices) => void;
}

export class Devices {
  readonly #options: DevicesOptions;
  #state: DevicesState;
  #facing: "user" | "environment" = "user";
  microphone: MediaStreamTrack | null = null;
  camera: MediaStreamTrack | null = null;
  screen: MediaStreamTrack | null = null;

  constructor(options: DevicesOptions) {
    this.#options = options;
    const { media, choices, canChooseSpeaker } = options;
    const insecure = media ? null : "insecure";
    this.#state = {
      ...NO_DEVICES,
      ...choices,
      microphoneProblem: insecure,
      cameraProblem: insecure,
      canShareScreen: typeof media?.getDisplayMedia === "function",
      canChooseSpeaker,
    };
    media?.addEventListener("devicechange", () => void this.refresh());
  }

  get state(): DevicesState {
    return this.#state;
  }

  /** What is shown of oneself: the screen while it is shared, else the camera. */
  get picture(): MediaStreamTrack | null {
    return this.screen ?? this.camera;
  }

  /** Opens the wanted devices that are not open yet: both with one question where possible. Never rejects. */
  async open(wanted: { readonly microphone: boolean; readonly camera: boolean }): Promise<void> {
    const kinds = (["microphone", "camera"] as const).filter((kind) => wanted[kind] && !this[kind]);
    if (kinds.length === 0 || !this.#options.media) return;
    this.#set({ asking: true });
    try {
      if (kinds.length < 2 || !(await this.#openBoth())) for (const kind of kinds) await this.#openOne(kind);
    } finally {
      this.#set({ asking: false });
    }
    await this.refresh();
  }

  /** Lets go of a device: its light goes out. */
  close(kind: Kind): void {
    const track = this[kind];
    this[kind] = null;
    if (track) release(track);
    this.#options.onChange();
  }

  closeAll(): void {
    this.stopSharing();
    this.close("microphone");
    this.close("camera");
  }

  /** Takes another device, the open one being replaced at once. */
  async choose(kind: Kind | "speaker", id: string): Promise<void> {
    this.#set({ [kind]: id });
    const { microphone, camera, speaker } = this.#state;
    this.#options.onChosen({ microphone, camera, speaker });
    if (kind !== "speaker" && this[kind]) await this.#reopen(kind);
  }

  /** The other side of the telephone, or the next camera in the menu. */
  async flipCamera(): Promise<void> {
    this.#facing = this.#facing === "user" ? "environment" : "user";
    const { cameras, camera } = this.#state;
    const facing = this.camera?.getSettings().facingMode;
    if (facing) await this.choose("camera", "");
    else {
      const next = (cameras.findIndex(({ id }) => id === camera) + 1) % Math.max(1, cameras.length);
      await this.choose("camera", cameras[next]?.id ?? "");
    }
  }

  /** Returns whether a screen is shared now; closing the browser's own question is no problem. */
  async shareScreen(): Promise<boolean> {
    const media = this.#options.media;
    if (!media || this.screen) return this.screen !== null;
    try {
      const [track] = (await media.getDisplayMedia(SCREEN)).getVideoTracks();
      if (!track) return false;
      this.screen = track;
      track.contentHint = "detail";
      track.onended = () => this.stopSharing();
    } catch {
      return false;
    }
    this.#options.onChange();
    return true;
  }

  stopSharing(): void {
    const track = this.screen;
    this.screen = null;
    if (!track) return;
    release(track);
    this.#options.onChange();
  }

  /** Reads the menus anew; labels are there once a device has been opened. */
  async refresh(): Promise<void> {
    const found = (await this.#options.media?.enumerateDevices()) ?? [];
    this.#set({
      microphones: choicesOf(found, "audioinput"),
      cameras: choicesOf(found, "videoinput"),
      speakers: choicesOf(found, "audiooutput"),
    });
  }

  async #openBoth(): Promise<boolean> {
    try {
      this.#take(await this.#get(true, true));
      return true;
    } catch {
      // Told apart by asking for each alone.
      return false;
    }
  }

  async #openOne(kind: Kind): Promise<MediaStreamTrack | null> {
    try {
      this.#take(await this.#get(kind === "microphone", kind === "camera"));
    } catch (error) {
      this.#setProblem(kind, problemOf(error));
    }
    return this[kind];
  }

  async #get(microphone: boolean, camera: boolean): Promise<MediaStream> {
    const media = this.#options.media;
    if (!media) throw new DOMException("no media devices", "SecurityError");
    try {
      return await media.getUserMedia({
        audio: microphone && { ...SPEECH, ...exactly(this.#state.microphone) },
        video: camera && { ...PICTURE, ...(exactly(this.#state.camera) ?? { facingMode: this.#facing }) },
      });
    } catch (error) {
      if (!isOverconstrained(error)) throw error;
      // The remembered device is gone, or cannot do what was wished for.
      return await media.getUserMedia({ audio: microphone, video: camera });
    }
  }

  #take(stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      const kind = track.kind === "audio" ? "microphone" : "camera";
      this[kind] = track;
      track.contentHint = kind === "microphone" ? "speech" : "motion";
      track.onended = () => void this.#unplugged(kind, track);
      this.#setProblem(kind, null);
      this.#set({ [kind]: track.getSettings().deviceId ?? "" });
    }
    this.#options.onChange();
  }

  /** A device that ends without us was unplugged or taken away: the system's default takes its place. */
  async #unplugged(kind: Kind, track: MediaStreamTrack): Promise<void> {
    if (this[kind] !== track) return;
    this[kind] = null;
    this.#set({ [kind]: "" });
    const instead = await this.#openOne(kind);
    this.#options.onReplaced(kind, instead?.label ?? null);
    this.#options.onChange();
    await this.refresh();
  }

  /** Some cameras and most telephones open one at a time: the old one is let go first. */
  async #reopen(kind: Kind): Promise<void> {
    const old = this[kind];
    const enabled = old?.enabled ?? true;
    if (old) release(old);
    this[kind] = null;
    const track = await this.#openOne(kind);
    if (track) track.enabled = enabled;
    this.#options.onChange();
    await this.refresh();
  }

  #setProblem(kind: Kind, problem: DeviceProblem | null): void {
    this.#set(kind === "microphone" ? { microphoneProblem: problem } : { cameraProblem: problem });
  }

  #set(patch: Partial<DevicesState>): void {
    this.#state = { ...this.#state, ...patch };
    this.#options.onChange();
  }
}

function release(track: MediaStreamTrack): void {
  track.onended = null;
  track.stop();
}

function exactly(id: string): MediaTrackConstraints | null {
  return id === "" ? null : { deviceId: { exact: id } };
}

/** One choice a device, without the browser's aliases: the device behind "default", of the same group, is marked. */
function choicesOf(found: readonly MediaDeviceInfo[], kind: MediaDeviceKind): readonly DeviceChoice[] {
  const ofKind = found.filter((device) => device.kind === kind);
  const group = ofKind.find(({ deviceId }) => deviceId === "default")?.groupId;
  return ofKind
    .filter(({ deviceId }) => !["default", "communications", ""].includes(deviceId))
    .map(({ deviceId, groupId, label }) => ({
      id: deviceId,
      label,
      ...(group && groupId === group ? { usual: true } : {}),
    }));
}
