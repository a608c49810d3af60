/** Actions that change the canned state as the call would, as far as one page alone can. */

import type { AgendaItem, Goal } from "../src/protocol.gen";
import type { Actions, NotesBinding, State } from "../src/state";

const NOTES = `# What went well
- Ben ran his first workshop
- **Two** people asked for the slides

# Next
- Ask Priya about the autumn programme
`;

export function actionsOn(now: () => State, set: (change: Partial<State>) => void): Actions {
  const status = (change: Partial<State["status"]>) => set({ status: { ...now().status, ...change } });
  return {
    askForDevices: async () => {},
    join: async () => set({ phase: "waiting" }),
    leave: () => set({ phase: "ended" }),
    endForBoth: () => set({ session: { ...now().session, state: "ended" }, endedBy: now().you.role }),
    rejoin: async () => set({ phase: "call" }),
    takeSeatBack: () => set({ moved: false }),
    setMicrophone: (on) => status({ microphone: on ? "on" : "muted" }),
    setCamera: async (on) => status({ camera: on ? "on" : "off" }),
    chooseDevice: async (kind, id) => set({ devices: { ...now().devices, [kind]: id } }),
    flipCamera: async () => {},
    shareScreen: async (on) => status({ screen: on }),
    hear: async () => set({ soundBlocked: false }),
    hideAddress: (addressHidden) => set({ addressHidden }),
    setHints: (hints) => set({ hints }),
    pin: (pin) => set({ pin }),
    order: (order) => set({ order }),
    setPhone: (phone) => set({ phone }),
    chooseLine: () => undefined,
    dismiss: (id) => set({ notices: now().notices.filter((notice) => notice.id !== id) }),
    say: (text) =>
      set({
        chat: [...now().chat, { op: crypto.randomUUID(), mine: true, text, delivered: true, at: Date.now() }],
      }),
    editAgenda: (item, fields) => set({ agenda: edited(now().agenda, "item", item, fields) }),
    setCurrent: (item) => set({ current: { item, since: Date.now() } }),
    editGoal: (goal, fields) => set({ goals: edited(now().goals, "goal", goal, fields) }),
    setRings: (rings) => set({ plan: { ...now().plan, rings } }),
    setNumber: (number, granted) => set({ plan: { ...now().plan, mine: { number, granted } } }),
    setName: (name) => set({ you: { ...now().you, name } }),
    notes: async () => notesBinding(),
    newId: () => crypto.randomUUID(),
  };
}

function edited<K extends "item" | "goal", T extends AgendaItem | Goal>(
  rows: readonly T[],
  key: K,
  id: string,
  fields: object,
): readonly T[] {
  const old = rows.find((row) => (row as unknown as Record<K, string>)[key] === id);
  const row = { [key]: id, ...old, ...fields } as unknown as T;
  if ("removed" in fields) return rows.filter((other) => other !== old);
  return old ? rows.map((other) => (other === old ? row : other)) : [...rows, row];
}

/** Notes with a peer who writes a line on top when asked: `document.dispatchEvent(new Event("peer-writes"))`. */
function notesBinding(): NotesBinding {
  let value = NOTES;
  return {
    get value() {
      return value;
    },
    loaded: true,
    input: (next) => {
      value = next;
    },
    onChange: (listener) => {
      const write = () => {
        const line = "Ann was here\n";
        value = line + value;
        listener(value, (offset) => offset + line.length);
      };
      document.addEventListener("peer-writes", write);
      return () => document.removeEventListener("peer-writes", write);
    },
  };
}
