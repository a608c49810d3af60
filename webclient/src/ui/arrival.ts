/**
 * What tells a waiting person that the other has come: two soft notes, and, where the person asked for it, a notification
 * when the page is hidden.
 */

import type { State } from "../state";
import { pageWords } from "./words/page";

type Seen = Pick<State, "phase" | "peer">;

/** Someone who waits in the room hears when the other reaches the lobby or the call. */
export function hasArrived(before: Seen, now: Seen): boolean {
  return before.phase === "waiting" && before.peer.presence === "away" && now.peer.presence !== "away";
}

/** Two sine notes a fourth apart, half a second, quiet; nothing where sound needs a tap first. */
export function chime(): void {
  const sound = new AudioContext();
  const notes: readonly (readonly [number, number])[] = [
    [587.33, 0],
    [783.99, 0.18],
  ];
  for (const [frequency, after] of notes) {
    const at = sound.currentTime + after;
    const tone = new OscillatorNode(sound, { frequency });
    const volume = new GainNode(sound, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.5);
  }
  setTimeout(() => void sound.close(), 1500);
}

/** Whether the person may still be asked for notifications; browsers ask once, and nobody is asked unasked. */
export function mayAskToNotify(): boolean {
  return "Notification" in window && Notification.permission === "default";
}

/** Whether the person let the page notify. */
export async function askToNotify(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

export function notifyOf(peer: State["peer"]): void {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  try {
    new Notification(pageWords.arrived(peer.name), { tag: "ringback-arrival" });
  } catch {
    // Chrome on Android allows notifications from service workers only; the chime and the title remain.
  }
}
