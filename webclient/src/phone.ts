/**
 * The telephone prompt as both have it: offered by the ladders or by a person, taken up, taken back.
 *
 * Not here: who rings whom and the numbers (the plan, in `State`), or when speech counts as unusable (`ladder.ts`).
 */

import type { PhoneState } from "./protocol.gen";

export interface PhoneOptions {
  /** The state is another now. */
  readonly onChange: (state: PhoneState) => void;
  /** The peer and the server are to be told, as far as either can be. */
  readonly tell: (state: PhoneState) => void;
}

export class Phone {
  readonly #options: PhoneOptions;
  #state: PhoneState = "hidden";
  /** Offered by the ladders: taken back by them when the line holds. */
  #automatic = false;
  #lineHolds = true;
  /** The line has failed and holds again while the telephone was there: only then is there news of a way back. */
  #recovered = false;
  /** The ladders want the prompt to stand. */
  #wanted = false;
  /** The connection is being made anew in the middle of an outage: a ladder that begins knows nothing of it. */
  #kept = false;
  /** The old connection has not gone yet. */
  #renewing = false;
  /** What the ladder said last. */
  #said: { readonly phone: "hidden" | "offered"; readonly automatic: boolean } = {
    phone: "hidden",
    automatic: true,
  };
  /** What the server said last: where ours is another, it has not heard of it, or the word is still on its way. */
  #known: PhoneState = "hidden";

  constructor(options: PhoneOptions) {
    this.#options = options;
  }

  get state(): PhoneState {
    return this.#state;
  }

  /** The telephone is there, and the line that failed would do again; nobody is called back from one they chose. */
  get wayBack(): boolean {
    return this.#state !== "hidden" && this.#recovered;
  }

  /**
   * Our ladder says whether speech is usable; a prompt that nobody took up goes as it came. Not `automatic`: the
   * telephone is for a person to choose, and something else is offered (`directions.ts`).
   */
  onLadder(phone: "hidden" | "offered", automatic = true): void {
    this.#said = { phone, automatic };
    const holds = phone === "hidden";
    if (holds && this.#kept) return;
    if (holds !== this.#lineHolds) this.#recovered = holds && this.#state !== "hidden";
    this.#lineHolds = holds;
    const wanted = automatic && !holds;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted && this.#state === "hidden") this.#change("offered", true);
    else if (!wanted && this.#state === "offered" && this.#automatic) this.#change("hidden", true);
  }

  /** There is no call any more, so nobody to be telephoned instead of; no line that could hold either. */
  onNoCall(): void {
    if (this.#renewing) {
      this.#renewing = false;
      return;
    }
    this.#kept = false;
    this.onLadder("hidden");
    this.#recovered = false;
  }

  /** Nothing was heard for so long that another connection is tried: what stands, stands until it is heard. */
  onRenewed(): void {
    this.#kept = this.#renewing = this.#state !== "hidden";
  }

  /** The peer is heard, or this side left: the ladders have the word again. */
  onSettled(): void {
    const before = this.#state;
    if (this.#kept) {
      this.#kept = this.#renewing = false;
      this.onLadder(this.#said.phone, this.#said.automatic);
    }
    // What was changed in the dark, nobody may have heard.
    if (this.#state === before && before !== this.#known) this.#options.tell(before);
  }

  /** A person here asks for the telephone, is on it, or is back. */
  choose(state: PhoneState): void {
    this.#change(state, false);
  }

  /** The peer says so itself, past the server. */
  onPeer(state: PhoneState): void {
    this.#become(state, this.#automatic);
  }

  /** The server says so: the peer changed it, or what was changed here has arrived. */
  onServer(state: PhoneState): void {
    this.#known = state;
    this.#become(state, this.#automatic);
  }

  /**
   * What the server knows, at each connection. Ours stands when only ours is news; where both are, nobody who is on the
   * telephone is called back from it.
   */
  onWelcome(state: PhoneState): void {
    const theirsIsNews = state !== this.#known;
    const oursIsNews = this.#state !== this.#known;
    this.#known = state;
    if (oursIsNews && (!theirsIsNews || this.#state === "active")) this.#options.tell(this.#state);
    else this.#become(state, this.#automatic);
  }

  #change(state: PhoneState, automatic: boolean): void {
    if (this.#become(state, automatic)) this.#options.tell(state);
  }

  /** False when nothing changes; whoever is on the telephone need not be offered it. */
  #become(state: PhoneState, automatic: boolean): boolean {
    if (state === this.#state || (state === "offered" && this.#state === "active")) return false;
    this.#state = state;
    if (state === "hidden") this.#recovered = false;
    this.#automatic = automatic || (state === "offered" && !this.#lineHolds);
    this.#options.onChange(state);
    return true;
  }
}
