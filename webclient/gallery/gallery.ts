/**
 * Shows one canned state of the call page, named in the address: `?state=voice`. For development and the screens' tests.
 *
 * Not shipped, and no call: the actions only change the state on this page.
 */

import type { State } from "../src/state";
import { mountApp, type Store } from "../src/ui/app";
import { actionsOn } from "./actions";
import { portrait } from "./portrait";
import { STATES, THEN } from "./states";

const name = new URLSearchParams(location.search).get("state") ?? "call";
const make = STATES[name];
if (!make) throw new Error(`No state called ${name}: ${Object.keys(STATES).join(", ")}`);

let state = make({ self: portrait("#5b7f8f", "#e3b98f"), peer: portrait("#8d6a4f", "#c98f6b") });
const listeners = new Set<() => void>();
const store: Store = {
  state: () => state,
  subscribe: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
const set = (change: Partial<State>) => {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
};
const actions = actionsOn(() => state, set);
const sway = (offset: number) => () => Math.max(0, Math.sin(performance.now() / 400 + offset)) ** 2 * 0.5;
const root = document.getElementById("app");
if (root) mountApp(root, store, actions, { microphone: sway(0), peer: sway(1) });
// What the screens' tests use: the names of all states, and a change as if the call had made it.
Object.assign(window, { gallery: { states: Object.keys(STATES), change: set, now: () => state } });
// The body's `data-rests` says that nothing changes by itself any more.
const change = THEN[name];
const rest = () => document.body.toggleAttribute("data-rests", true);
if (change)
  setTimeout(() => {
    set(change);
    rest();
  }, 600);
else rest();
