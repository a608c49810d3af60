/**
 * More copies of our own speech than a browser sends by itself, made by a worker (`workers/copies.ts`).
 *
 * Not here: how copies are packed (`red.ts`) and how many are sent (`ladder.json`). Only browsers with redundancy of
 * their own (Chromium) take them: the packets are theirs, packed anew.
 */
import { ownWorker } from "./ownworker";

/** Sets how many older packets' sound goes into each packet of one sender. */
export type SetCopies = (copies: number) => void;

/** As far as used here; TypeScript's library does not have it in every version. */
type ScriptTransform = new (worker: Worker, options: unknown, transfer: Transferable[]) => unknown;

export class Copies {
  readonly #worker: Worker | null;
  readonly #transform: ScriptTransform | undefined;
  #ready = false;

  /** The script at `url` is loaded at once: speech is only ever given to a worker that has said that it runs. */
  constructor(url: string) {
    this.#transform = (globalThis as { RTCRtpScriptTransform?: ScriptTransform }).RTCRtpScriptTransform;
    this.#worker = this.#transform ? ownWorker(url) : null;
    this.#worker?.addEventListener("message", () => {
      this.#ready = true;
    });
    this.#worker?.addEventListener("error", () => {
      this.#ready = false;
    });
  }

  /**
   * Puts the worker between encoder and line, before anything is sent: Chromium (150, measured) ignores it later, and
   * sends nothing any more once it is taken away. Null where it cannot be done.
   */
  attach(sender: RTCRtpSender): SetCopies | null {
    if (!this.#worker || !this.#transform || !this.#ready) return null;
    try {
      const { port1, port2 } = new MessageChannel();
      const transform = new this.#transform(this.#worker, { port: port2 }, [port2]);
      (sender as { transform?: unknown }).transform = transform;
      return (copies) => port1.postMessage(copies);
    } catch (error) {
      console.debug("copies:", error);
      return null;
    }
  }
}
