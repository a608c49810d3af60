/**
 * How much of what the person wrote is not on the server's disk yet, edits and notes together.
 *
 * Not here: getting it there (`panels.ts`, `notes.ts`).
 */

import type { Saving } from "./state";

export class SavingCount {
  readonly #onChange: (saving: Saving) => void;
  #edits = 0;
  #notes = 0;
  #fragile = false;

  constructor(onChange: (saving: Saving) => void) {
    this.#onChange = onChange;
  }

  edits(pending: number): void {
    this.#edits = pending;
    this.#tell();
  }

  notes(pending: number): void {
    this.#notes = pending;
    this.#tell();
  }

  /** The browser does not keep it beyond this page. */
  fragile(): void {
    this.#fragile = true;
    this.#tell();
  }

  #tell(): void {
    this.#onChange({ pending: this.#edits + this.#notes, fragile: this.#fragile });
  }
}
