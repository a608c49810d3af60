/**
 * What the page remembers: device choices and the wish for a relay in this browser, the running call in this tab.
 *
 * Not here: edits and notes on their way to the server (`outqueue.ts`, `notes.ts`). Storage may be refused or hold
 * anything; then the page starts as if it remembered nothing.
 */

import type { Order, Pin } from "./state";

export interface Choices {
  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
}

/** How a tab was in the call when it was reloaded. */
export interface InCall {
  readonly microphone: "on" | "muted" | "none";
  readonly camera: boolean;
  readonly pin: Pin;
}

const NO_CHOICES: Choices = { microphone: "", camera: "", speaker: "" };

export class Memory {
  readonly #browser: Storage | null;
  readonly #tab: Storage | null;
  /** The tab's memory is kept apart by session and role: one tab may open another link later. */
  readonly #key: string;

  constructor(browser: Storage | null, tab: Storage | null, path: string) {
    this.#browser = browser;
    this.#tab = tab;
    this.#key = `ringback.call.${path}`;
  }

  get choices(): Choices {
    const value = read(this.#browser, "ringback.devices");
    return { ...NO_CHOICES, ...texts(value, ["microphone", "camera", "speaker"]) };
  }

  set choices(choices: Choices) {
    write(this.#browser, "ringback.devices", choices);
  }

  /** The person wants to hide the own address from peers. */
  get addressHidden(): boolean {
    return read(this.#browser, "ringback.privacy")?.["addressHidden"] === true;
  }

  set addressHidden(addressHidden: boolean) {
    write(this.#browser, "ringback.privacy", { addressHidden });
  }

  /** The person wants to be told when the microphone is off while they talk, or hears nothing. */
  get hints(): boolean {
    return read(this.#browser, "ringback.hints")?.["microphone"] !== false;
  }

  set hints(microphone: boolean) {
    write(this.#browser, "ringback.hints", { microphone });
  }

  /** What the person wants kept longest on a weak line. */
  get order(): Order {
    return read(this.#browser, "ringback.order")?.["order"] === "picture" ? "picture" : "speech";
  }

  set order(order: Order) {
    write(this.#browser, "ringback.order", { order });
  }

  /** How this tab was in the call before the reload, or null when it was not. */
  get inCall(): InCall | null {
    const value = read(this.#tab, this.#key);
    if (!value) return null;
    const microphone = value["microphone"];
    const pin = value["pin"];
    return {
      microphone: microphone === "on" || microphone === "muted" ? microphone : "none",
      camera: value["camera"] === true,
      pin: pin === "voice" || pin === "video" ? pin : "none",
    };
  }

  set inCall(inCall: InCall | null) {
    if (inCall) write(this.#tab, this.#key, inCall);
    else forget(this.#tab, this.#key);
  }
}

/** The storage `open` gives, or null where the browser refuses it. */
export function storage(open: () => Storage): Storage | null {
  try {
    return open();
  } catch {
    return null;
  }
}

function read(from: Storage | null, key: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(from?.getItem(key) ?? "null");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function write(to: Storage | null, key: string, value: unknown): void {
  try {
    to?.setItem(key, JSON.stringify(value));
  } catch {
    // Full or refused: forgotten at the next load, nothing else.
  }
}

function forget(from: Storage | null, key: string): void {
  try {
    from?.removeItem(key);
  } catch {
    // Refused: there was nothing to forget.
  }
}

function texts(value: Record<string, unknown> | null, names: readonly string[]): Record<string, string> {
  const found = names.flatMap((name) => {
    const text = value?.[name];
    return typeof text === "string" && text.length <= 256 ? [[name, text] as const] : [];
  });
  return Object.fromEntries(found);
}
