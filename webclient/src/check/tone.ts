/** A short tone for "do you hear it", made here so that nothing has to be fetched. */

import type { Output } from "./output";

export const HZ = 523.25;
const LOUDNESS = 0.2;
const LASTS_S = 0.7;
const FADE_S = 0.05;

/** Plays it; call it from a click the first time, or browsers stay silent. */
export function playTone({ context, tones }: Output, inS = 0, lastsS = LASTS_S): void {
  const [source, gain] = [context.createOscillator(), context.createGain()];
  const from = context.currentTime + inS;
  void context.resume();
  source.frequency.value = HZ;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(LOUDNESS, from + FADE_S);
  gain.gain.setValueAtTime(LOUDNESS, from + lastsS - FADE_S);
  gain.gain.linearRampToValueAtTime(0, from + lastsS);
  source.connect(gain).connect(tones);
  source.start(from);
  source.stop(from + lastsS);
}
