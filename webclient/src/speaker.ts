/**
 * The sound of the peer: played by one element of its own, on the speaker chosen.
 *
 * Not here: the peer's pictures, which the screen shows silently wherever it likes.
 */

/** What is used of an HTMLAudioElement. */
export interface SoundElement {
  srcObject: MediaProvider | null;
  autoplay: boolean;
  play(): Promise<void>;
  setSinkId?(id: string): Promise<void>;
}

export class Speaker {
  readonly #element: SoundElement;
  readonly #onBlocked: (blocked: boolean) => void;

  /** `onBlocked`: the browser refuses to play without a tap, or plays now. */
  constructor(element: SoundElement, onBlocked: (blocked: boolean) => void) {
    this.#element = element;
    this.#element.autoplay = true;
    this.#onBlocked = onBlocked;
  }

  async play(stream: MediaStream | null): Promise<void> {
    this.#element.srcObject = stream;
    if (stream) await this.hear();
  }

  /** Tries to play; call it from a tap when it was refused before. */
  async hear(): Promise<void> {
    try {
      await this.#element.play();
      this.#onBlocked(false);
    } catch (error) {
      // AbortError: another stream took the place before this one had begun.
      if (error instanceof Error && error.name === "NotAllowedError") this.#onBlocked(true);
    }
  }

  /** Plays on the speaker `id`, "" being the system's; keeps the old one when that is gone. */
  async choose(id: string): Promise<void> {
    try {
      await this.#element.setSinkId?.(id);
    } catch {
      await this.#element.setSinkId?.("").catch(() => undefined);
    }
  }
}
