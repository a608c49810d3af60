/**
 * What each of the two sends, told where it matters: on this screen, to the peer, to the server's record.
 *
 * Not here: deciding it (`ladder.ts`), the words (`telling.ts`).
 */

import { type Decision, type Order, rungNamed } from "./ladder-table";
import type { Notices } from "./notices";
import type { PeerFrame } from "./peerframes";
import type { Phone } from "./phone";
import type { PeerRung, Rung, SetRung, Status, Whose } from "./protocol.gen";
import type { State } from "./state";
import { type Change, changeOf, mirrored, ownChange, peerChange, warning, writing } from "./telling";

export interface DirectionsOptions {
  readonly newId: () => string;
  readonly state: () => State;
  /** What is kept longest on a weak line. */
  readonly order: () => Order;
  readonly set: (patch: Partial<Pick<State, "rung" | "reason" | "peerRung" | "whose" | "wayBack">>) => void;
  readonly notices: Notices;
  /** Stores a change, now or when the server is back. */
  readonly record: (edit: SetRung) => void;
  readonly send: (frame: PeerFrame) => void;
  readonly phone: Phone;
}

export class Directions {
  readonly #options: DirectionsOptions;
  #last: Change | null = null;
  /** Writing was offered, and stays said until the line holds, or is dismissed. */
  #prompted = false;

  constructor(options: DirectionsOptions) {
    this.#options = options;
  }

  /** Our ladder has decided. */
  onDecision(decision: Decision): void {
    const { state, set, phone } = this.#options;
    const change = changeOf(decision, state().rung);
    const reason = change?.reason ?? state().reason;
    set({ rung: decision.rung, reason, whose: decision.whose });
    if (change) this.#tell(change);
    if (decision.warning) this.#warn(decision.warning, decision.whose);
    this.#prompt(decision.phone);
    set({ wayBack: phone.wayBack });
  }

  /** Speech is unusable, or usable again: the telephone, or writing for those who keep the picture. */
  #prompt(prompt: Decision["phone"]): void {
    const { notices, phone, order, state } = this.#options;
    const picture = order() === "picture";
    phone.onLadder(prompt, !picture);
    if (prompt === "hidden" || !picture) notices.clear("writing");
    else if (!this.#prompted) notices.say("writing", writing(state().peer.name));
    this.#prompted = prompt === "offered" && picture;
  }

  /** A new way to the peer is open: it learns what we send now. */
  introduce(): void {
    const { rung, whose } = this.#options.state();
    const last = this.#last ?? { rung, previous: rung, reason: "start", whose };
    this.#options.send({ type: "rung", ...last });
  }

  onPeerFrame(frame: PeerFrame & { readonly type: "rung" | "warning" }): void {
    const { state, order, notices } = this.#options;
    const whose = mirrored(frame.whose);
    if (frame.type === "warning")
      notices.say("warning", warning(frame.rung, whose, state().peer.name, order()));
    else this.#onPeerChange(frame.rung, frame.reason, whose);
  }

  /** The same by way of the server. */
  onPeerRung({ rung, reason, whose }: PeerRung): void {
    this.#onPeerChange(rung, reason, mirrored(whose));
  }

  #onPeerChange(rung: Rung, reason: string, whose: Whose): void {
    const { state, set, order, notices } = this.#options;
    const { peer, peerRung: previous, rung: other, pin } = state();
    if (rung === previous) return;
    set({ peerRung: rung });
    const scene = { peer: peer.name, pin, other, picture: showsPicture(peer.status), order: order() };
    const said = reason === "start" ? null : peerChange({ rung, previous, reason, whose }, scene);
    if (said) notices.say("line", said);
  }

  #tell(change: Change): void {
    const { newId, state, order, notices, record, send } = this.#options;
    const { peer, pin, peerRung: other, status } = state();
    this.#last = change;
    record({ type: "set_rung", op: newId(), ...change });
    send({ type: "rung", ...change });
    notices.clear("warning");
    const picture = showsPicture(status);
    const said = ownChange(change, { peer: peer.name, pin, other, picture, order: order() });
    if (said) notices.say("line", said);
    else if (change.rung === "phone") notices.clear("line");
  }

  #warn(rung: Rung, whose: Whose): void {
    const { state, order, notices, send } = this.#options;
    notices.say("warning", warning(rung, whose, state().peer.name, order()));
    send({ type: "warning", rung, whose });
  }
}

/** There is a picture of this person's to be sent. */
export function showsPicture(status: Status | null): boolean {
  return status !== null && (status.camera === "on" || status.screen);
}

/** The peer sends its screen, and as video. */
export function sendsScreen({ peer, peerRung }: Pick<State, "peer" | "peerRung">): boolean {
  return peer.status?.screen === true && rungNamed(peerRung).video !== undefined;
}
