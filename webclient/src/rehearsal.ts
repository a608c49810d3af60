/**
 * The line that is practised: which one the partner played by the computer has, and asking the server for another.
 *
 * Not here: what a line does to the call, which the server's side of it knows; the page meets it as any other line.
 */

/** What a rehearsal's page is served with. */
export interface RehearsalBoot {
  /** Names of lines, the best first. */
  readonly lines: readonly string[];
  /** The one the partner has. */
  readonly line: string;
  /** Where another rehearsal begins, and where this one was begun; "" when that is nowhere. */
  readonly again: string;
  readonly back: string;
}

export interface Rehearsal extends RehearsalBoot {
  /** Why it is not the one that was wanted, in a sentence; "" when it is. */
  readonly trouble: string;
}

export interface LinesOptions {
  readonly boot: RehearsalBoot;
  /** Address that takes a line. */
  readonly address: string;
  readonly post: (address: string, form: URLSearchParams) => Promise<{ readonly ok: boolean }>;
  readonly onChange: (rehearsal: Rehearsal) => void;
}

const TROUBLE = "The line could not be changed. Try once more; if it stays so, practise again.";

export class Lines {
  readonly #options: LinesOptions;
  #now: Rehearsal;
  #wanted = 0;

  constructor(options: LinesOptions) {
    this.#options = options;
    this.#now = { ...options.boot, trouble: "" };
  }

  get rehearsal(): Rehearsal {
    return this.#now;
  }

  /** Asks for another line; shown at once, and taken back when the server does not take it. */
  async choose(line: string): Promise<void> {
    const { address, boot, post } = this.#options;
    if (!boot.lines.includes(line)) return;
    const before = this.#now.line;
    const turn = ++this.#wanted;
    this.#set({ line, trouble: "" });
    const taken = await post(address, new URLSearchParams({ line })).catch(() => ({ ok: false }));
    if (!taken.ok && turn === this.#wanted) this.#set({ line: before, trouble: TROUBLE });
  }

  #set(change: Pick<Rehearsal, "line" | "trouble">): void {
    this.#now = { ...this.#now, ...change };
    this.#options.onChange(this.#now);
  }
}
