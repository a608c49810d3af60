/** What the keys do. Not here: which key it is (`keys`). */

import { type Context, linesOf } from "./context";
import { type Command, commandOf, type Where } from "./keys";
import type { Tab } from "./tabs";

const RUN: Readonly<Record<Command, (context: Context) => unknown>> = {
  microphone: ({ state, actions }) => actions.setMicrophone(state.status.microphone !== "on"),
  camera: ({ state, actions }) => actions.setCamera(state.status.camera !== "on"),
  talk: ({ actions }) => actions.setMicrophone(true),
  agenda: (context) => openTab("agenda", context),
  notes: (context) => openTab("notes", context),
  goals: (context) => openTab("goals", context),
  plan: ({ show }) => show({ dialog: "plan" }),
  chat: ({ state, view, show }) => show({ chatOpen: !view.chatOpen, chatSeen: linesOf(state) }),
  lighter: ({ state, actions }) => actions.pin(state.pin === "voice" ? "none" : "voice"),
  share: ({ state, actions }) =>
    state.devices.canShareScreen ? actions.shareScreen(!state.status.screen) : undefined,
  help: ({ show }) => show({ dialog: "keys" }),
  toolbar: () => document.querySelector<HTMLElement>(".bar button")?.focus(),
};

function openTab(tab: Tab, { show }: Context): void {
  show({ tab });
  document.getElementById(`tab-${tab}`)?.focus();
}

/** Where the focus is, as far as keys care. */
export function whereOf(focused: Element | null, singleKeys: boolean): Where {
  return {
    typing:
      focused?.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])") ??
      false,
    pressable: focused?.matches("button, a[href], summary, input, select, [role=tab]") ?? false,
    dialog: document.querySelector("dialog[open]") !== null,
    singleKeys,
    mac: /Mac|iPhone|iPad/.test(navigator.userAgent),
  };
}

/**
 * Listens to keys while the room is shown; returns the function that stops.
 *
 * Space held down with the microphone off opens it until the key, or the window, is let go.
 */
export function listenToKeys(context: () => Context): () => void {
  let talking = false;
  const release = () => {
    if (talking) context().actions.setMicrophone(false);
    talking = false;
  };
  const onDown = (event: KeyboardEvent) => {
    const now = context();
    const command = commandOf(event, whereOf(document.activeElement, now.view.preferences.singleKeys));
    if (talking && event.key === " ") event.preventDefault();
    if (command === null) return;
    event.preventDefault();
    if (command === "talk") {
      if (now.state.status.microphone !== "muted") return;
      talking = true;
    }
    RUN[command](now);
  };
  const onUp = (event: KeyboardEvent) => {
    if (event.key === " ") release();
  };
  document.addEventListener("keydown", onDown);
  document.addEventListener("keyup", onUp);
  window.addEventListener("blur", release);
  return () => {
    release();
    document.removeEventListener("keydown", onDown);
    document.removeEventListener("keyup", onUp);
    window.removeEventListener("blur", release);
  };
}
