import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { openOutqueue } from "../src/outqueue";
import { type Kept, Panels, type View } from "../src/panels";
import type { Edit } from "../src/protocol.gen";
import { counting, FakeClock } from "./fakes";
import { ANN, agendaItem, BEN, goal, OTHER_TAB, welcome } from "./rooms";

let channel = 0;
beforeEach(() => {
  channel += 1;
});

/** A page of one session; the next page of the same test finds what this one kept. */
function open({ storage = true } = {}) {
  const clock = new FakeClock();
  const sent: Edit[] = [];
  const seen: { view: View; pending: number }[] = [];
  const fragile: boolean[] = [];
  let online = true;
  const panels = new Panels({
    queue: openOutqueue<Kept>(
      `edits ${channel}`,
      () => (storage ? indexedDB : undefined),
      () => 1_000,
    ),
    send: (edit) => {
      if (online) sent.push(edit);
      return online;
    },
    epoch: () => 5_000 + clock.now(),
    clockOffsetMs: () => 100,
    later: (ms, run) => clock.after(ms, run),
    onChange: (view, pending) => seen.push({ view, pending }),
    onFragile: () => fragile.push(true),
  });
  const view = (): View => seen.at(-1)?.view as View;
  const pending = (): number => seen.at(-1)?.pending ?? 0;
  const setOnline = (now: boolean): void => {
    online = now;
    if (!now) panels.offline();
  };
  return { clock, panels, sent, view, pending, setOnline, fragile };
}

const newOp = counting();

async function untilKept(count: number): Promise<void> {
  const queue = await openOutqueue<Kept>(
    `edits ${channel}`,
    () => indexedDB,
    () => 1_000,
  );
  await vi.waitFor(async () => expect((await queue.load()).entries).toHaveLength(count));
}

function edit(fields: Partial<Omit<Edit & { type: "edit_agenda" }, "type">> = {}): Edit {
  return { type: "edit_agenda", op: newOp(), item: ANN, ...fields };
}

describe("an edit", () => {
  test("is on the screen at once, and stays there when the server has saved it", () => {
    const { panels, sent, view, pending } = open();
    panels.welcome(welcome());
    const made = edit({ text: "Interview", minutes: 10 });
    panels.edit(made);
    expect(view().agenda).toMatchObject([{ item: ANN, text: "Interview", minutes: 10, done: false }]);
    expect(pending()).toBe(1);
    expect(sent).toEqual([made]);
    panels.onMessage({ type: "agenda_edited", item: agendaItem({ text: "Interview" }), removed: false });
    panels.onMessage({ type: "saved", op: made.op });
    expect(view().agenda).toEqual([agendaItem({ text: "Interview" })]);
    expect(pending()).toBe(0);
  });

  test("stays above what the other one changes meanwhile", () => {
    const { panels, view } = open();
    panels.welcome(welcome({ agenda: [agendaItem()] }));
    panels.edit(edit({ text: "Mine" }));
    panels.onMessage({
      type: "agenda_edited",
      item: agendaItem({ text: "Theirs", minutes: 20 }),
      removed: false,
    });
    expect(view().agenda).toEqual([agendaItem({ text: "Mine", minutes: 20 })]);
  });

  test("that is refused is taken back", () => {
    const { panels, view, pending } = open();
    panels.welcome(welcome({ agenda: [agendaItem()] }));
    const made = edit({ text: "No" });
    panels.edit(made);
    panels.onMessage({ type: "refused", error: "agenda.gone", sentence: "", op: made.op });
    expect(view().agenda).toEqual([agendaItem()]);
    expect(pending()).toBe(0);
  });

  test("for which the server is too busy is kept and sent again", () => {
    const { clock, panels, sent, pending } = open();
    panels.welcome(welcome());
    const made = edit({ text: "Later" });
    panels.edit(made);
    panels.onMessage({ type: "refused", error: "store.busy", sentence: "", op: made.op });
    expect(pending()).toBe(1);
    clock.pass(2_000);
    expect(sent).toEqual([made, made]);
  });

  test("that removes an item leaves the others", () => {
    const { panels, view } = open();
    panels.welcome(welcome({ agenda: [agendaItem(), agendaItem({ item: BEN })] }));
    panels.edit(edit({ removed: true }));
    expect(view().agenda.map(({ item }) => item)).toEqual([BEN]);
  });

  test("of the plan does not flicker between its saving and the plan that follows", () => {
    const { panels, view } = open();
    panels.welcome(welcome());
    const op = newOp();
    panels.edit({ type: "set_number", op, number: "+44 7700 900123", granted: true });
    panels.onMessage({ type: "saved", op });
    expect(view().plan.mine).toEqual({ number: "+44 7700 900123", granted: true });
  });

  test("that makes an item current counts from now, by the server's clock", () => {
    const { panels, view } = open();
    panels.welcome(welcome({ agenda: [agendaItem()] }));
    panels.edit({ type: "set_current", op: newOp(), item: ANN });
    expect(view().current).toEqual({ item: ANN, since: 5_100 });
  });

  test("of a goal creates it with what a goal begins with", () => {
    const { panels, view } = open();
    panels.welcome(welcome());
    panels.edit({ type: "edit_goal", op: newOp(), goal: BEN, specific: "Write the letter", position: 1 });
    expect(view().goals).toEqual([goal()]);
  });
});

describe("while the server is away", () => {
  test("edits wait and are sent in their order, once each, after the welcome", () => {
    const { panels, sent, setOnline } = open();
    panels.welcome(welcome());
    setOnline(false);
    const made = [edit({ text: "One" }), edit({ text: "Two" }), edit({ item: OTHER_TAB, text: "Three" })];
    for (const each of made) panels.edit(each);
    expect(sent).toEqual([]);
    setOnline(true);
    panels.welcome(welcome());
    expect(sent).toEqual(made);
  });

  test("what was sent and not acknowledged goes again with the same op", () => {
    const { panels, sent, setOnline } = open();
    panels.welcome(welcome());
    const made = edit({ text: "One" });
    panels.edit(made);
    setOnline(false);
    setOnline(true);
    panels.welcome(welcome());
    expect(sent).toEqual([made, made]);
  });

  test("a long queue goes out a few at a time, as the server saves", () => {
    const { panels, sent, setOnline } = open();
    setOnline(false);
    const made = Array.from({ length: 20 }, (_, n) => edit({ text: `${n}` }));
    for (const each of made) panels.edit(each);
    setOnline(true);
    panels.welcome(welcome());
    expect(sent).toHaveLength(8);
    for (const each of made) panels.onMessage({ type: "saved", op: each.op });
    expect(sent).toEqual(made);
  });

  test("a change of the rung tells how long ago it was", () => {
    const { clock, panels, sent, setOnline } = open();
    setOnline(false);
    const rung = { type: "set_rung", rung: "voice", previous: "low", reason: "loss", whose: "mine" } as const;
    panels.edit({ ...rung, op: newOp() });
    clock.pass(20_000);
    setOnline(true);
    panels.welcome(welcome());
    expect(sent).toMatchObject([{ ...rung, ageMs: 20_000 }]);
  });

  test("the call's record is kept and told with its age, and is nobody's unsaved change", async () => {
    const { clock, panels, sent, pending, setOnline } = open();
    setOnline(false);
    const means = { concealedPm: 0, lossPm: null, rttMs: 40 } as const;
    const minute = { type: "add_minute", seconds: { sd: 60 }, lostS: 0, breaks: 0, ...means } as const;
    panels.edit({ ...minute, op: newOp() });
    panels.edit(edit({ text: "Mine" }));
    expect(pending()).toBe(1);
    await untilKept(2);
    clock.pass(90_000);
    setOnline(true);
    panels.welcome(welcome());
    expect(sent[0]).toMatchObject({ ...minute, ageMs: 90_000 });
  });
});

describe("beyond the page", () => {
  test("a page that was closed with unsaved edits leaves them to the next", async () => {
    const first = open();
    first.setOnline(false);
    const made = [edit({ text: "One" }), edit({ text: "Two" })];
    for (const each of made) first.panels.edit(each);
    await untilKept(2);
    const second = open();
    second.panels.welcome(welcome());
    await second.panels.restore();
    expect(second.sent).toEqual(made);
    expect(second.view().agenda).toMatchObject([{ text: "Two" }]);
  });

  test("what was saved is not kept", async () => {
    const first = open();
    first.panels.welcome(welcome());
    const made = edit({ text: "One" });
    first.panels.edit(made);
    await untilKept(1);
    first.panels.onMessage({ type: "saved", op: made.op });
    await untilKept(0);
    const second = open();
    await second.panels.restore();
    expect(second.pending()).toBe(0);
  });

  test("a browser that keeps nothing says so, and the edit still goes out", async () => {
    const { panels, sent, fragile } = open({ storage: false });
    panels.welcome(welcome());
    panels.edit(edit({ text: "One" }));
    await vi.waitFor(() => expect(fragile).toEqual([true]));
    expect(sent).toHaveLength(1);
  });
});
