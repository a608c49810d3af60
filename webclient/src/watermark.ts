/**
 * Up to which sequence number this browser has everything.
 *
 * Not here: the notes (`notes.ts`). A frame's number says that all up to it has come, own updates apart; the number of
 * an own update counts once nothing before it is missing.
 */
export class Watermark {
  #seq: number;
  readonly #own = new Set<number>();

  constructor(seq: number) {
    this.#seq = seq;
  }

  get seq(): number {
    return this.#seq;
  }

  /** A frame of this number has been applied. */
  heard(seq: number): void {
    this.#seq = Math.max(this.#seq, seq);
    this.#advance();
  }

  /** An own update is on the server under this number. */
  own(seq: number): void {
    this.#own.add(seq);
    this.#advance();
  }

  #advance(): void {
    while (this.#own.has(this.#seq + 1)) this.#seq += 1;
    for (const seq of this.#own) if (seq <= this.#seq) this.#own.delete(seq);
  }
}
