/**
 * What the browser tells of the world around the page: the network, sleep, the page's end.
 *
 * Not here: what follows from it.
 */

import { type Clock, every } from "./clock";

export interface Surroundings {
  /** The network is another, or is back. */
  readonly onNetwork: () => void;
  /** The page is looked at again, perhaps after the machine slept. */
  readonly onAwake: () => void;
  /** The page was touched, which lets a browser play and measure sound. */
  readonly onTouch: () => void;
  /** The page goes away. */
  readonly onEnd: () => void;
}

/** Timers that come so much too late mean that the machine slept; milliseconds. */
const SLEPT_MS = 5_000;
const BEAT_MS = 2_000;

/** Network Information, as browsers on telephones have it; elsewhere there is no `type`. */
interface ConnectionInfo {
  readonly type?: string;
  addEventListener(type: "change", listener: () => void): void;
}

export function watchSurroundings(page: Window, clock: Clock, around: Surroundings): void {
  const { document, navigator } = page;
  const { onNetwork, onAwake, onTouch, onEnd } = around;
  page.addEventListener("online", onNetwork);
  watchNetworkType((navigator as { connection?: ConnectionInfo }).connection, onNetwork);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") onAwake();
  });
  for (const touch of ["pointerdown", "keydown"]) page.addEventListener(touch, onTouch, { passive: true });
  page.addEventListener("pagehide", onEnd);
  // A page kept for the back button has lost its call: it begins anew.
  page.addEventListener("pageshow", (event) => {
    if (event.persisted) page.location.reload();
  });
  watchSleep(clock, onAwake);
}

/** The event also comes with each new estimate of the speed, which is no news here. */
function watchNetworkType(connection: ConnectionInfo | undefined, onNetwork: () => void): void {
  let type = connection?.type;
  connection?.addEventListener("change", () => {
    if (connection.type === type) return;
    type = connection.type;
    onNetwork();
  });
}

/** A monotonic clock may stand still while the machine sleeps; the calendar does not. */
function watchSleep(clock: Clock, onAwake: () => void): void {
  let last = Date.now();
  every(clock, BEAT_MS, () => {
    const now = Date.now();
    if (now - last > BEAT_MS + SLEPT_MS) onAwake();
    last = now;
  });
}
