/**
 * How loud a track of sound is, and whether somebody talks into a muted microphone.
 *
 * Not here: the screens' meters (`ui/meter.ts`).
 */

import { type Cancel, type Clock, every } from "./clock";

/** A root mean square at which speech is unmistakable; a quiet room stays below a tenth of it. */
const SPEECH_LEVEL = 0.03;
/** So much of the last looks must be speech: a cough or a door is not talking. */
const LOOKS = 12;
const LOUD_LOOKS = 6;
const LOOK_MS = 200;
/** Below it there is not even the noise of a room: a switch on the headset, or a wrong device. */
const DEAD_LEVEL = 0.000_05;
const DEAD_MS = 8_000;

/** Measures a clone of the track, which goes on hearing when a microphone's track itself is muted. */
export class TrackLevel {
  readonly #createContext: () => AudioContext;
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #clone: MediaStreamTrack | null = null;
  #measured: MediaStreamTrack | null = null;
  #samples = new Float32Array(1_024);

  constructor(createContext: () => AudioContext = () => new AudioContext()) {
    this.#createContext = createContext;
  }

  /** Listens to `track` from now on, or to nothing. */
  listen(track: MediaStreamTrack | null): void {
    if (track === this.#measured) return;
    this.#release();
    this.#measured = track;
    if (!track) return;
    try {
      this.#context ??= this.#createContext();
      void this.#context.resume();
      this.#analyser ??= this.#context.createAnalyser();
      this.#clone = track.clone();
      this.#clone.enabled = true;
      this.#source = this.#context.createMediaStreamSource(new MediaStream([this.#clone]));
      this.#source.connect(this.#analyser);
    } catch {
      // No sound hardware to measure with: the meter stays at rest, the call works.
      this.#release();
    }
  }

  /** Goes on where the browser waited for the page to be touched. */
  resume(): void {
    if (this.#context?.state === "suspended") void this.#context.resume();
  }

  /** Whether `level` says anything: a browser may keep sound from being measured until the page is touched. */
  get measuring(): boolean {
    return this.#source !== null && this.#context?.state === "running";
  }

  /** Root mean square of the last 20 ms or so, 0 to 1. */
  level(): number {
    if (!this.#analyser || !this.#source) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return Math.min(1, Math.sqrt(sum / this.#samples.length));
  }

  #release(): void {
    this.#source?.disconnect();
    this.#source = null;
    this.#clone?.stop();
    this.#clone = null;
  }
}

/** Looks at `level` now and then and tells when somebody begins to talk, or has stopped. */
export function watchTalking(
  clock: Clock,
  level: () => number,
  onTalking: (talking: boolean) => void,
): Cancel {
  let looks: boolean[] = [];
  let talking = false;
  return every(clock, LOOK_MS, () => {
    looks = [...looks, level() >= SPEECH_LEVEL].slice(-LOOKS);
    const loud = looks.filter(Boolean).length;
    const now = talking ? loud > 0 : loud >= LOUD_LOOKS;
    if (now === talking) return;
    talking = now;
    onTalking(now);
  });
}

/** Tells once when `level` has been dead for some seconds, and again only after it lived; null means not to be judged. */
export function watchDead(clock: Clock, level: () => number | null, onDead: () => void): Cancel {
  let deadMs = 0;
  return every(clock, LOOK_MS, () => {
    const now = level();
    if (now === null || now > DEAD_LEVEL) deadMs = 0;
    else {
      deadMs += LOOK_MS;
      if (deadMs === DEAD_MS) onDead();
    }
  });
}
