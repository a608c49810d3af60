/**
 * Which part of the page each message of the server's and each frame of the peer's is for.
 *
 * Not here: what they do with it.
 */

import type { Chat } from "./chat";
import type { Conversation } from "./conversation";
import type { Directions } from "./directions";
import type { NotesGate } from "./notesgate";
import type { Orders } from "./orders";
import type { Panels } from "./panels";
import type { PeerFrame } from "./peerframes";
import type { Phone } from "./phone";
import type { ServerMessage, Status } from "./protocol.gen";
import type { SelfStatus } from "./selfstatus";
import type { Session } from "./session";

export interface RoutesOptions {
  readonly session: Session;
  readonly conversation: Conversation;
  readonly directions: Directions;
  readonly panels: Panels;
  readonly notes: NotesGate;
  readonly orders: Orders;
  readonly phone: Phone;
  readonly chat: Chat;
  readonly selfStatus: SelfStatus;
  readonly onPeerStatus: (status: Status) => void;
}

export class Routes {
  readonly #parts: RoutesOptions;

  constructor(parts: RoutesOptions) {
    this.#parts = parts;
  }

  onMessage(message: ServerMessage): void {
    const { session, panels, notes, phone, chat } = this.#parts;
    session.onMessage(message);
    panels.onMessage(message);
    notes.onMessage(message);
    switch (message.type) {
      case "welcome":
        panels.welcome(message);
        phone.onWelcome(message.phone);
        this.#parts.selfStatus.welcomed(message.you.status);
        this.#parts.conversation.signallingOpened();
        if (message.session.state === "ended") void chat.forget();
        else chat.resend();
        break;
      case "ended":
        void chat.forget();
        break;
      case "peer_rung":
        this.#parts.directions.onPeerRung(message);
        break;
      case "phone_changed":
        phone.onServer(message.state);
        break;
      case "chatted":
        chat.receive(message.op, message.text);
        break;
      case "delivered":
        chat.delivered(message.op);
        break;
      default:
    }
  }

  onPeerFrame(frame: PeerFrame): void {
    const { conversation, directions, phone, chat } = this.#parts;
    switch (frame.type) {
      case "rung":
      case "warning":
        directions.onPeerFrame(frame);
        break;
      case "chat":
        chat.receive(frame.op, frame.text);
        conversation.send({ type: "delivered", op: frame.op });
        break;
      case "delivered":
        chat.delivered(frame.op);
        break;
      case "phone":
        phone.onPeer(frame.state);
        break;
      case "order":
        this.#parts.orders.onPeer(frame.order);
        break;
      case "status":
        this.#parts.onPeerStatus(frame.status);
        break;
      default:
    }
  }

  /** The way to the peer is open, or open again: it learns what it cannot know yet. */
  onOpen(): void {
    this.#parts.directions.introduce();
    this.#parts.orders.introduce();
    this.#parts.selfStatus.introduce();
    this.#parts.chat.resend();
  }
}
