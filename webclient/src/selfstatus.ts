/**
 * The own devices' status, kept in step on the screen, at the server and at the peer.
 *
 * Not here: the devices (`devices.ts`) and what is sent of them (`ownmedia.ts`).
 */

import type { Devices } from "./devices";
import type { OwnMedia } from "./ownmedia";
import type { PeerFrame } from "./peerframes";
import type { ClientMessage, Status } from "./protocol.gen";
import type { State } from "./state";

export interface SelfStatusOptions {
  readonly devices: Devices;
  readonly media: OwnMedia;
  readonly set: (patch: Partial<Pick<State, "devices" | "selfStream" | "selfMirrored" | "status">>) => void;
  readonly send: (message: ClientMessage) => void;
  readonly sendPeer: (frame: PeerFrame) => void;
  /** Another status holds now. */
  readonly onStatus: (status: Status) => void;
}

export class SelfStatus {
  readonly #options: SelfStatusOptions;
  #status: Status = { microphone: "none", camera: "none", screen: false };

  constructor(options: SelfStatusOptions) {
    this.#options = options;
  }

  /** After anything about the devices changed. */
  refresh(): void {
    const { devices, media, set } = this.#options;
    media.devicesChanged();
    set({ devices: devices.state, selfStream: media.stream, selfMirrored: media.mirrored });
    const status = media.status;
    if (same(status, this.#status)) return;
    this.#status = status;
    set({ status });
    this.#options.send({ type: "set_status", status });
    this.#options.sendPeer({ type: "status", status });
    this.#options.onStatus(status);
  }

  /** The server knows `known`, from the hello: it is told what changed since. */
  welcomed(known: Status | null): void {
    if (!same(known, this.#status)) this.#options.send({ type: "set_status", status: this.#status });
  }

  /** A new way to the peer is open. */
  introduce(): void {
    this.#options.sendPeer({ type: "status", status: this.#status });
  }
}

function same(one: Status | null, other: Status): boolean {
  return one?.microphone === other.microphone && one.camera === other.camera && one.screen === other.screen;
}
