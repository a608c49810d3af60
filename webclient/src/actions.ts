/**
 * What a person can do, as the screens call it: each action handed to the module that owns it.
 *
 * Not here: any logic of those modules.
 */

import type { Chat } from "./chat";
import type { Connection } from "./connection";
import type { Conversation } from "./conversation";
import type { Devices } from "./devices";
import type { Notices } from "./notices";
import type { Orders } from "./orders";
import type { OwnMedia } from "./ownmedia";
import type { Panels } from "./panels";
import type { Phone } from "./phone";
import type { Session } from "./session";
import type { Speaker } from "./speaker";
import type { Actions, NotesBinding, Pin } from "./state";

export interface Parts {
  readonly newId: () => string;
  readonly chat: Chat;
  readonly connection: Connection;
  readonly conversation: Conversation;
  readonly devices: Devices;
  readonly media: OwnMedia;
  readonly notices: Notices;
  readonly orders: Orders;
  readonly panels: Panels;
  readonly phone: Phone;
  readonly session: Session;
  readonly speaker: Speaker;
  readonly notes: () => Promise<NotesBinding>;
  readonly onPin: (pin: Pin) => void;
  readonly onAddressHidden: (hidden: boolean) => void;
  readonly onHints: (on: boolean) => void;
  readonly onLine: (line: string) => void;
  readonly onName: (name: string) => void;
}

export function actionsOf(parts: Parts): Actions {
  const { newId, connection, devices, media, panels, session } = parts;
  const enter = async (how: "all" | "voice" | "nothing"): Promise<void> => {
    await media.prepare(how);
    session.join();
  };
  return {
    askForDevices: () => media.ask(),
    join: enter,
    leave: () => {
      parts.conversation.send({ type: "left" });
      session.leave();
    },
    endForBoth: () => session.endForBoth(),
    rejoin: () => enter(media.rejoinWith),
    takeSeatBack: () => {
      session.takeBack();
      if (session.inCall) void media.open();
      connection.start();
    },
    setMicrophone: (on) => void media.setMicrophone(on),
    setCamera: (on) => media.setCamera(on),
    chooseDevice: async (kind, id) => {
      await devices.choose(kind, id);
      if (kind === "speaker") await parts.speaker.choose(id);
    },
    flipCamera: () => devices.flipCamera(),
    shareScreen: async (on) => {
      if (on) await devices.shareScreen();
      else devices.stopSharing();
    },
    hear: () => parts.speaker.hear(),
    pin: (pin) => parts.onPin(pin),
    hideAddress: (hidden) => parts.onAddressHidden(hidden),
    setHints: (on) => parts.onHints(on),
    order: (order) => parts.orders.choose(order),
    setPhone: (state) => parts.phone.choose(state),
    dismiss: (id) => parts.notices.dismiss(id),
    chooseLine: (line) => parts.onLine(line),
    say: (text) => parts.chat.say(text),
    editAgenda: (item, fields) => panels.edit({ type: "edit_agenda", op: newId(), item, ...fields }),
    setCurrent: (item) => panels.edit({ type: "set_current", op: newId(), item }),
    editGoal: (goal, fields) => panels.edit({ type: "edit_goal", op: newId(), goal, ...fields }),
    setRings: (rings) => panels.edit({ type: "edit_plan", op: newId(), rings }),
    setNumber: (number, granted) => panels.edit({ type: "set_number", op: newId(), number, granted }),
    setName: (name) => {
      panels.edit({ type: "set_name", op: newId(), name });
      parts.onName(name);
    },
    notes: parts.notes,
    newId,
  };
}
