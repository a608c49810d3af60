/**
 * Our own still pictures on their way to the peer: a piece now and then, so that speech never waits behind a picture.
 *
 * Not here: taking the picture (`grabber.ts`), the pieces (`stillpieces.ts`). A piece that is lost twice is not sent
 * again: the next picture comes in a few seconds.
 */

import { type Cancel, type Clock, every } from "./clock";
import { type Decision, rungNamed, type Still } from "./ladder-table";
import { cut, encodePiece, PIECE_BYTES } from "./stillpieces";

/** 16 kbit/s of picture, about 19 with its headers. */
const PACE_KBPS = 16;
export const PACE_MS = (PIECE_BYTES * 8) / PACE_KBPS;
/** After a fall the line's queue drains first. */
export const FIRST_MS = 2_000;
/** Without a picture to take (the camera is off), it is looked for again so much later. */
const AGAIN_MS = 1_000;

export interface StillsOutOptions {
  readonly clock: Clock;
  /** Takes a picture as `still` wants it; null when there is none. */
  readonly grab: (still: Still) => Promise<Uint8Array | null>;
  /** Hands a piece to the channel; false while it is closed or holds another. */
  readonly send: (piece: ArrayBuffer) => boolean;
}

export class StillsOut {
  readonly #options: StillsOutOptions;
  #still: Still | null = null;
  #cancel: Cancel = () => undefined;
  #pieces: Uint8Array[] = [];
  #sent = 0;
  #n = 0;
  #takenAt = 0;
  #dueAt = 0;
  #taking = false;

  constructor(options: StillsOutOptions) {
    this.#options = options;
  }

  /** Sends stills or none, as the ladder has decided. */
  follow({ rung, probing }: Pick<Decision, "rung" | "probing">): void {
    const still = rungNamed(probing ?? rung).still ?? null;
    if (still === this.#still) return;
    this.stop();
    if (!still) return;
    const { clock } = this.#options;
    this.#still = still;
    // A try has to show at once what the line says to it.
    this.#dueAt = clock.now() + (probing === null ? FIRST_MS : 0);
    this.#cancel = every(clock, PACE_MS, () => this.#next(still));
  }

  /** What is left of a picture is not sent any more. */
  stop(): void {
    this.#cancel();
    this.#still = null;
    this.#pieces = [];
  }

  #next(still: Still): void {
    const now = this.#options.clock.now();
    // So late a picture would only keep a newer one waiting.
    if (now - this.#takenAt > 2 * still.every_ms) this.#pieces = [];
    const bytes = this.#pieces[this.#sent];
    if (bytes) this.#send(bytes, now);
    else if (now >= this.#dueAt && !this.#taking) void this.#take(still, now);
  }

  #send(bytes: Uint8Array, now: number): void {
    const piece = {
      n: this.#n,
      index: this.#sent,
      count: this.#pieces.length,
      ageMs: now - this.#takenAt,
      bytes,
    };
    if (this.#options.send(encodePiece(piece))) this.#sent += 1;
  }

  async #take(still: Still, now: number): Promise<void> {
    this.#taking = true;
    // A camera that goes while it is looked at is no picture.
    const picture = await this.#options.grab(still).catch(() => null);
    this.#taking = false;
    if (this.#still !== still) return;
    this.#dueAt = now + (picture ? still.every_ms : AGAIN_MS);
    if (!picture) return;
    this.#n += 1;
    this.#sent = 0;
    this.#takenAt = now;
    this.#pieces = cut(picture);
  }
}
