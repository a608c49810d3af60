/**
 * Lines of chat: over the data channel, else through the server, else kept until one of them opens.
 *
 * Not here: the way itself. A line is shown once however often it comes.
 */

import type { ChatLine } from "./state";

const LONGEST = 2_000;
/** Lines kept on the page; a peer cannot fill its memory. */
const KEPT = 1_000;

export interface ChatOptions {
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly epoch: () => number;
  /** False when there is no way at the moment. */
  readonly send: (op: string, text: string) => boolean;
  readonly onChange: (lines: readonly ChatLine[]) => void;
}

export class Chat {
  readonly #options: ChatOptions;
  #lines: readonly ChatLine[] = [];

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  say(text: string): void {
    const words = text.trim().slice(0, LONGEST);
    if (words === "") return;
    const line = {
      op: this.#options.newId(),
      mine: true,
      text: words,
      delivered: false,
      at: this.#options.epoch(),
    };
    this.#set([...this.#lines, line]);
    this.#options.send(line.op, line.text);
  }

  receive(op: string, text: string): void {
    if (this.#lines.some((line) => line.op === op)) return;
    const line = {
      op,
      mine: false,
      text: text.slice(0, LONGEST),
      delivered: true,
      at: this.#options.epoch(),
    };
    this.#set([...this.#lines, line]);
  }

  delivered(op: string): void {
    if (!this.#lines.some((line) => line.mine && line.op === op && !line.delivered)) return;
    this.#set(this.#lines.map((line) => (line.mine && line.op === op ? { ...line, delivered: true } : line)));
  }

  /** A way to the peer has opened: what was not delivered goes again. */
  resend(): void {
    for (const { op, text, mine, delivered } of this.#lines)
      if (mine && !delivered) this.#options.send(op, text);
  }

  #set(lines: readonly ChatLine[]): void {
    this.#lines = lines.slice(-KEPT);
    this.#options.onChange(this.#lines);
  }
}
