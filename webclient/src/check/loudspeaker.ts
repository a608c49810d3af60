/**
 * Whether the microphone hears the loudspeaker: a tone in a pattern, looked for in what comes in.
 *
 * Not here: words about it (`ui/`). The microphone is opened without echo cancellation for this, for that would take the
 * tone away; the other one in a call hears what cancellation leaves over, which a headset spares them.
 */

import type { Output } from "./output";
import { HZ, playTone } from "./tone";

/** On or off for `BEAT_MS` each. Nobody talks like that, so talking meanwhile is not taken for the tone. */
const PATTERN = [false, true, true, false, true, false, false, true] as const;
const BEAT_MS = 200;
const LOOK_MS = 25;
/** What loudspeaker, air and microphone may take; wireless ones take longest. */
const LATEST_MS = 500;
/** Times louder with the tone than without, and this loud at least: full scale is 1. */
const CONTRAST = 3;
const AUDIBLE = 0.000_5;
const SAMPLES = 2_048;

export interface Look {
  readonly atMs: number;
  /** Amplitude at the tone's frequency. */
  readonly amplitude: number;
}

/** Plays the pattern and listens. Null where there is nothing to listen with. */
export async function hearsLoudspeaker(
  output: Output,
  microphone: () => Promise<MediaStream>,
): Promise<boolean | null> {
  const { context } = output;
  let stream: MediaStream | null = null;
  let source: MediaStreamAudioSourceNode | null = null;
  try {
    stream = await microphone();
    await context.resume();
    source = context.createMediaStreamSource(stream);
    const analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    source.connect(analyser);
    const began = performance.now();
    PATTERN.forEach((on, beat) => {
      if (on) playTone(output, (beat * BEAT_MS) / 1000, BEAT_MS / 1000);
    });
    return matches(await looks(analyser, context.sampleRate, began));
  } catch {
    return null;
  } finally {
    source?.disconnect();
    for (const track of stream?.getTracks() ?? []) track.stop();
  }
}

/** Whether the pattern is in what was heard, at some delay. */
export function matches(heard: readonly Look[]): boolean {
  for (let late = 0; late <= LATEST_MS; late += LOOK_MS) {
    const [on, off]: [number[], number[]] = [[], []];
    for (const { atMs, amplitude } of heard) {
      const within = (atMs - late) % BEAT_MS;
      const beat = PATTERN[Math.floor((atMs - late) / BEAT_MS)];
      // A look reaches back by its samples, and a tone fades in and out.
      if (beat !== undefined && within >= BEAT_MS / 2) (beat ? on : off).push(amplitude);
    }
    if (on.length < 4 || off.length < 4) continue;
    const quietest = quantile(on, 0.25);
    if (quietest > AUDIBLE && quietest > CONTRAST * quantile(off, 0.75)) return true;
  }
  return false;
}

/** Goertzel's: the amplitude at one frequency. */
export function amplitudeAt(hz: number, rate: number, samples: Float32Array): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before];
  const power = last * last + before * before - coefficient * last * before;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

function looks(analyser: AnalyserNode, rate: number, began: number): Promise<readonly Look[]> {
  const samples = new Float32Array(SAMPLES);
  const found: Look[] = [];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const atMs = performance.now() - began;
      analyser.getFloatTimeDomainData(samples);
      found.push({ atMs, amplitude: amplitudeAt(HZ, rate, samples) });
      if (atMs < PATTERN.length * BEAT_MS + LATEST_MS) return;
      clearInterval(timer);
      resolve(found);
    }, LOOK_MS);
  });
}

function quantile(values: readonly number[], share: number): number {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] ?? 0;
}
