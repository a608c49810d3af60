/**
 * Lines of chat: over the data channel, else through the server, else kept until one of them opens, also across a reload.
 *
 * Not here: the way itself, and keeping lines that were delivered. A line is shown once however often it comes.
 */

import type { Outqueue } from "./outqueue";
import type { ChatLine } from "./state";

const LONGEST = 2_000;
/** Lines kept on the page; a peer cannot fill its memory. */
const KEPT = 1_000;

/** An own line that was not delivered when it was written; `at` as in `ChatLine`. */
export type KeptLine = Pick<ChatLine, "op" | "text" | "at">;

export interface ChatOptions {
  /** Where own lines wait for the peer in the order they were written. */
  readonly queue: Promise<Outqueue<KeptLine>>;
  readonly newId: () => string;
  /** Epoch milliseconds. */
  readonly epoch: () => number;
  /** False when there is no way at the moment. */
  readonly send: (op: string, text: string) => boolean;
  readonly onChange: (lines: readonly ChatLine[]) => void;
  /** The line could not be kept beyond this page. */
  readonly onFragile: () => void;
}

export class Chat {
  readonly #options: ChatOptions;
  #lines: readonly ChatLine[] = [];

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier page of this session could not hand over. */
  async restore(): Promise<void> {
    const { entries } = await (await this.#options.queue).load();
    const known = new Set(this.#lines.map(({ op }) => op));
    const waiting = entries.filter(({ op }) => !known.has(op));
    if (waiting.length === 0) return;
    this.#set([...waiting.map((line) => ({ ...line, mine: true, delivered: false })), ...this.#lines]);
    for (const { op, text } of waiting) this.#options.send(op, text);
  }

  say(text: string): void {
    const words = text.trim().slice(0, LONGEST);
    if (words === "") return;
    const line = { op: this.#options.newId(), text: words, at: this.#options.epoch() };
    this.#set([...this.#lines, { ...line, mine: true, delivered: false }]);
    this.#keep(line).catch(() => this.#options.onFragile());
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
    void this.#settle(op);
  }

  /** A way to the peer has opened: what was not delivered goes again. */
  resend(): void {
    for (const { op, text, mine, delivered } of this.#lines)
      if (mine && !delivered) this.#options.send(op, text);
  }

  /** The session is over: nothing of the chat stays in this browser. */
  async forget(): Promise<void> {
    await (await this.#options.queue).forget();
  }

  async #keep(line: KeptLine): Promise<void> {
    await (await this.#options.queue).put(line.op, line);
  }

  async #settle(op: string): Promise<void> {
    await (await this.#options.queue).settle([op]);
  }

  #set(lines: readonly ChatLine[]): void {
    this.#lines = lines.slice(-KEPT);
    this.#options.onChange(this.#lines);
  }
}
