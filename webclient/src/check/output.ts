/**
 * What a check is heard on: the tones and the own voice, on the speaker that calls use.
 *
 * Not here: which one that is (`devices.ts`).
 */

import { Speaker } from "../speaker";

/** Where the browser can send an AudioContext to a speaker; elsewhere an element plays for it. */
interface Sunk {
  setSinkId?(id: string): Promise<void>;
}

const unheard = (): void => undefined;

export class Output {
  readonly context: AudioContext;
  /** Tones are connected to this. */
  readonly tones: AudioNode;
  readonly #tones = new Speaker(new Audio(), unheard);
  readonly #voice = new Speaker(new Audio(), unheard);

  /** To be made in a click, or browsers keep it silent. */
  constructor(speaker: string) {
    this.context = new AudioContext();
    if ((this.context as Sunk).setSinkId) this.tones = this.context.destination;
    else {
      const played = this.context.createMediaStreamDestination();
      this.tones = played;
      void this.#tones.play(played.stream);
    }
    void this.choose(speaker);
  }

  /** From now on on the speaker `id`, "" being the system's; never rejects. */
  async choose(id: string): Promise<void> {
    const sunk = (this.context as Sunk).setSinkId?.(id).catch(unheard);
    await Promise.all([sunk, this.#tones.choose(id), this.#voice.choose(id)]);
  }

  /** Plays a voice, or none any more. */
  play(voice: MediaStream | null): void {
    void this.#voice.play(voice);
  }
}
