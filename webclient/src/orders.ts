/**
 * What is kept longest on a weak line, speech or the picture: this person's order and the peer's, and the one that
 * holds. Who needs the picture needs to see and to be seen, so either one's choice counts for what both send.
 *
 * Not here: what an order means for the rungs (`ladder.ts`) and the senders (`rungs.ts`).
 */

import type { Order } from "./ladder-table";
import type { Notices } from "./notices";
import type { PeerFrame } from "./peerframes";
import { callWords } from "./words";

export interface OrdersOptions {
  readonly mine: Order;
  readonly peer: () => string;
  readonly notices: Notices;
  /** Somebody's choice, or what holds, is another. */
  readonly onChange: (orders: { readonly order: Order; readonly peerOrder: Order }) => void;
  /** Keeps the own choice in this browser. */
  readonly remember: (order: Order) => void;
  readonly send: (frame: PeerFrame) => void;
}

export class Orders {
  readonly #options: OrdersOptions;
  #mine: Order;
  #theirs: Order = "speech";

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#mine = options.mine;
  }

  /** What both browsers go by. */
  get holds(): Order {
    return this.#mine === "picture" ? "picture" : this.#theirs;
  }

  /** The person here chooses. */
  choose(order: Order): void {
    this.#mine = order;
    this.#options.remember(order);
    this.introduce();
    this.#changed();
  }

  /** The peer chose, or its page is new and tells its choice. */
  onPeer(order: Order): void {
    const { notices, peer } = this.#options;
    if (order === this.#theirs) return;
    this.#theirs = order;
    const said = order === "picture" ? callWords.pictureTheirs : callWords.speechTheirs;
    if (this.#mine === "speech") notices.say("order", { words: said(peer()) });
    this.#changed();
  }

  /** The way to the peer is open: it learns the choice here. */
  introduce(): void {
    this.#options.send({ type: "order", order: this.#mine });
  }

  #changed(): void {
    this.#options.onChange({ order: this.#mine, peerOrder: this.#theirs });
  }
}
