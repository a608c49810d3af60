/**
 * Agenda, goals and plan as the person sees them: the server's state with the own edits on top that it has not saved.
 *
 * Not here: keeping edits beyond the page (`outqueue.ts`), notes (`notes.ts`).
 */

import type { Outqueue } from "./outqueue";
import type {
  AgendaItem,
  Current,
  Edit,
  EditAgenda,
  EditGoal,
  Goal,
  Plan,
  ServerMessage,
  Uuid,
  Welcome,
} from "./protocol.gen";

export interface View {
  readonly agenda: readonly AgendaItem[];
  readonly current: Current;
  readonly goals: readonly Goal[];
  readonly plan: Plan;
}

/** An edit and when it was made, epoch milliseconds on this machine. */
export interface Kept {
  readonly edit: Edit;
  readonly atMs: number;
}

/** Edits on their way at once: a long queue must not run into the server's limit of messages a second. */
const IN_FLIGHT = 8;

/** The server has no room for the edit at the moment: it is sent again. */
const BUSY = "store.busy";
const BUSY_MS = 2_000;
/** What nobody wrote: the call's record. It waits for the server as edits do, and is no change to be saved. */
const RECORD: readonly Edit["type"][] = ["set_rung", "add_minute"];
const PLAN: readonly Edit["type"][] = ["edit_plan", "set_number"];

export interface PanelsOptions {
  /** Where edits wait for the server in the order they were made, also across reloads. */
  readonly queue: Promise<Outqueue<Kept>>;
  readonly send: (edit: Edit) => boolean;
  /** Epoch milliseconds. */
  readonly epoch: () => number;
  /** Server clock minus this machine's, milliseconds. */
  readonly clockOffsetMs: () => number;
  readonly onChange: (view: View, pending: number) => void;
  readonly later: (ms: number, run: () => void) => void;
  /** The edit could not be kept beyond this page. */
  readonly onFragile: () => void;
}

export class Panels {
  readonly #options: PanelsOptions;
  #base: View = {
    agenda: [],
    current: { item: null, since: 0 },
    goals: [],
    plan: { rings: "mentor", mine: null, theirs: null },
  };
  #pending: readonly Kept[] = [];
  readonly #sent = new Set<Uuid>();
  #online = false;

  constructor(options: PanelsOptions) {
    this.#options = options;
  }

  /** Takes up what an earlier page of this session could not get saved. */
  async restore(): Promise<void> {
    const { entries } = await (await this.#options.queue).load();
    const ours = new Set(this.#pending.map(({ edit }) => edit.op));
    this.#pending = [...entries.filter(({ edit }) => !ours.has(edit.op)), ...this.#pending];
    this.#changed();
    this.#flush();
  }

  /** Shows an edit at once and sends it as soon as that can be. */
  edit(edit: Edit): void {
    const kept = { edit, atMs: this.#options.epoch() };
    this.#pending = [...this.#pending, kept];
    this.#keep(kept).catch(() => this.#options.onFragile());
    this.#changed();
    this.#flush();
  }

  welcome({ agenda, current, goals, plan }: Welcome): void {
    this.#base = { agenda, current, goals, plan };
    this.#online = true;
    this.#sent.clear();
    this.#changed();
    this.#flush();
  }

  offline(): void {
    this.#online = false;
  }

  /** Takes what concerns the panels; what does not is left alone. */
  onMessage(message: ServerMessage): void {
    switch (message.type) {
      case "agenda_edited":
        this.#rebase({ agenda: place(this.#base.agenda, message.item, "item", message.removed) });
        break;
      case "goal_edited":
        this.#rebase({ goals: place(this.#base.goals, message.goal, "goal", message.removed) });
        break;
      case "current_changed":
        this.#rebase({ current: message.current });
        break;
      case "plan_changed":
        this.#rebase({ plan: message.plan });
        break;
      case "saved":
        this.#settled(message.op, true);
        break;
      case "refused":
        if (message.op !== null) this.#refused(message.op, message.error);
        break;
      default:
    }
  }

  #rebase(patch: Partial<View>): void {
    this.#base = { ...this.#base, ...patch };
    this.#changed();
  }

  #settled(op: Uuid, saved: boolean): void {
    const kept = this.#pending.find(({ edit }) => edit.op === op);
    if (!kept) return;
    this.#pending = this.#pending.filter((each) => each !== kept);
    this.#sent.delete(op);
    void this.#forget(op);
    // The plan as the server now has it follows a moment later; agenda and goals came before.
    if (saved && PLAN.includes(kept.edit.type)) this.#base = withEdit(this.#base, kept.edit, 0);
    this.#changed();
    this.#flush();
  }

  #refused(op: Uuid, error: string): void {
    if (error !== BUSY) {
      this.#settled(op, false);
      return;
    }
    this.#sent.delete(op);
    this.#options.later(BUSY_MS, () => this.#flush());
  }

  async #keep(kept: Kept): Promise<void> {
    await (await this.#options.queue).put(kept.edit.op, kept);
  }

  async #forget(op: Uuid): Promise<void> {
    await (await this.#options.queue).settle([op]);
  }

  #flush(): void {
    for (const kept of this.#pending) {
      if (!this.#online || this.#sent.size >= IN_FLIGHT) return;
      if (this.#sent.has(kept.edit.op)) continue;
      if (!this.#options.send(aged(kept, this.#options.epoch()))) return;
      this.#sent.add(kept.edit.op);
    }
  }

  #changed(): void {
    const since = this.#options.epoch() + this.#options.clockOffsetMs();
    const view = this.#pending.reduce((seen, { edit }) => withEdit(seen, edit, since), this.#base);
    const written = this.#pending.filter(({ edit }) => !RECORD.includes(edit.type));
    this.#options.onChange(view, written.length);
  }
}

/** What belongs to the record is told with its age: it says when it was, not when the server was back. */
function aged({ edit, atMs }: Kept, now: number): Edit {
  if (edit.type !== "set_rung" && edit.type !== "add_minute") return edit;
  return { ...edit, ageMs: Math.max(0, now - atMs) };
}

function place<K extends string, T extends Readonly<Record<K, Uuid>>>(
  list: readonly T[],
  one: T,
  key: K,
  removed: boolean,
): readonly T[] {
  const others = list.filter((each) => each[key] !== one[key]);
  if (removed) return others;
  return list.length === others.length
    ? [...list, one]
    : list.map((each) => (each[key] === one[key] ? one : each));
}

/** The view as it is once the server has saved `edit`; `since` is when a current item becomes so. */
export function withEdit(view: View, edit: Edit, since: number): View {
  switch (edit.type) {
    case "edit_agenda":
      return {
        ...view,
        agenda: place(view.agenda, agendaItem(view.agenda, edit), "item", edit.removed === true),
      };
    case "edit_goal":
      return { ...view, goals: place(view.goals, goalOf(view.goals, edit), "goal", edit.removed === true) };
    case "set_current":
      return view.current.item === edit.item ? view : { ...view, current: { item: edit.item, since } };
    case "edit_plan":
      return { ...view, plan: { ...view.plan, rings: edit.rings } };
    case "set_number": {
      const mine = edit.number === "" ? null : { number: edit.number, granted: edit.granted };
      return { ...view, plan: { ...view.plan, mine } };
    }
    case "set_name":
    case "set_rung":
    case "add_minute":
      return view;
    default:
      return edit satisfies never;
  }
}

function agendaItem(agenda: readonly AgendaItem[], edit: EditAgenda): AgendaItem {
  const { type: _type, op: _op, removed: _removed, ...fields } = edit;
  const fresh = { item: edit.item, text: "", minutes: 0, done: false, carried: false, position: 0 };
  return { ...(agenda.find(({ item }) => item === edit.item) ?? fresh), ...fields };
}

function goalOf(goals: readonly Goal[], edit: EditGoal): Goal {
  const { type: _type, op: _op, removed: _removed, ...fields } = edit;
  const fresh: Goal = {
    goal: edit.goal,
    specific: "",
    measurable: "",
    owner: "mentee",
    relevant: "",
    due: "",
    status: "open",
    position: 0,
  };
  return { ...(goals.find(({ goal }) => goal === edit.goal) ?? fresh), ...fields };
}
