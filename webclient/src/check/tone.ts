/** A short tone for "do you hear it", made here so that nothing has to be fetched. */

const HZ = 523.25;
const LOUDNESS = 0.2;
const LASTS_S = 0.7;
const FADE_S = 0.05;

/** Plays it; call it from a click, or browsers stay silent. */
export function playTone(context: AudioContext): void {
  const [source, gain] = [context.createOscillator(), context.createGain()];
  const now = context.currentTime;
  void context.resume();
  source.frequency.value = HZ;
  gain.gain.setValueAtTime(0, now);
  gain.gain.linearRampToValueAtTime(LOUDNESS, now + FADE_S);
  gain.gain.setValueAtTime(LOUDNESS, now + LASTS_S - FADE_S);
  gain.gain.linearRampToValueAtTime(0, now + LASTS_S);
  source.connect(gain).connect(context.destination);
  source.start(now);
  source.stop(now + LASTS_S);
}
