/**
 * The peer's still pictures: pieces put together, looked at, decoded, and handed on with the time they were taken.
 *
 * Not here: the pieces (`stillpieces.ts`), what an image is (`stillimage.ts`), the screen. The peer may send anything:
 * one picture is in the making at a time, one is decoded at a time, and none sooner than 2 s after the last.
 */

import type { Clock } from "./clock";
import type { PeerStill } from "./state";
import { type ImageType, imageType } from "./stillimage";
import { Assembly, decodePiece } from "./stillpieces";

/** The ladder sends one every 6 s. */
export const LEAST_MS = 2_000;

export interface StillsInOptions {
  readonly clock: Clock;
  /** Epoch milliseconds. */
  readonly epoch: () => number;
  /** The browser's decoder; rejects for what is no image after all. */
  readonly decode: (image: Blob) => Promise<PeerStill["picture"]>;
  readonly onStill: (still: PeerStill) => void;
}

export class StillsIn {
  readonly #options: StillsInOptions;
  readonly #assembly = new Assembly();
  #decoding = false;
  #decodedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: StillsInOptions) {
    this.#options = options;
  }

  receive(data: unknown): void {
    const piece = decodePiece(data);
    const bytes = piece && this.#assembly.add(piece);
    if (!bytes) return;
    const type = imageType(bytes);
    const { clock, epoch } = this.#options;
    if (type === null || this.#decoding || clock.now() - this.#decodedAt < LEAST_MS) return;
    this.#decodedAt = clock.now();
    void this.#decode(bytes, type, epoch() - piece.ageMs);
  }

  close(): void {
    this.#closed = true;
  }

  async #decode(bytes: Uint8Array, type: ImageType, at: number): Promise<void> {
    const { decode, onStill } = this.#options;
    this.#decoding = true;
    try {
      const picture = await decode(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
      if (!this.#closed) onStill({ picture, at });
    } catch (error) {
      console.debug("stills:", error);
    } finally {
      this.#decoding = false;
    }
  }
}
