/** Agenda, goals, plan, chat and devices of the canned states. Every name and number is invented. */

import type { AgendaItem, Goal, PeerNumber, Plan, SessionInfo } from "../src/protocol.gen";
import type { ChatLine, Devices } from "../src/state";

const MINUTE = 60_000;

/** A session of 30 minutes that starts in `minutes` from now. */
export function session(minutes: number): SessionInfo {
  const starts = Math.floor(Date.now() / MINUTE) * MINUTE + minutes * MINUTE;
  return { id: "gallery", starts, minutes: 30, opens: starts - 30 * MINUTE, state: "open", met: true };
}

function item(n: number, text: string, minutes: number, more: Partial<AgendaItem> = {}): AgendaItem {
  return {
    item: `00000000-0000-4000-8000-00000000000${n}`,
    text,
    minutes,
    done: false,
    carried: false,
    position: n,
    ...more,
  };
}

export const AGENDA: readonly AgendaItem[] = [
  item(1, "How have the last two weeks been?", 5, { done: true }),
  item(2, "Ben's first workshop: what worked, what didn't", 10),
  item(3, "Saying no to a manager who means well", 10, { carried: true }),
  item(4, "One thing to try before we next meet", 5),
];

export const GOALS: readonly Goal[] = [
  {
    goal: "10000000-0000-4000-8000-000000000001",
    specific: "Run a workshop for the new volunteers",
    measurable: "Six people come, and three of them stay in touch afterwards.",
    owner: "mentee",
    relevant: "It is the part of the job Ben would like more of.",
    due: "2026-12-15",
    status: "started",
    position: 1,
  },
  {
    goal: "10000000-0000-4000-8000-000000000002",
    specific: "Ask for feedback once a week",
    measurable: "",
    owner: "both",
    relevant: "",
    due: "",
    status: "open",
    position: 2,
  },
  {
    goal: "10000000-0000-4000-8000-000000000003",
    specific: "Write the first page of the portfolio",
    measurable: "",
    owner: "mentee",
    relevant: "",
    due: "2026-10-01",
    status: "done",
    position: 3,
  },
];

/** Rows in the shape of a QR code; it rings nobody. */
export function theirNumber(): PeerNumber {
  const side = 25;
  const finder = (x: number, y: number) => {
    const [a, b] = [Math.min(x, side - 1 - x), Math.min(y, side - 1 - y)];
    if (a > 6 || b > 6 || (x > 6 && y > 6 && x > side - 8 && y > side - 8)) return null;
    const ring = Math.max(Math.abs(a - 3), Math.abs(b - 3));
    return ring === 3 || ring <= 1;
  };
  const dark = (x: number, y: number) => finder(x, y) ?? (x * 7 + y * 13 + ((x * y) % 5)) % 3 === 0;
  const qr = Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (_, x) => (dark(x, y) ? "1" : "0")).join(""),
  );
  return { number: "+44 7700 900001", tel: "tel:+447700900001", qr };
}

export const PLAN: Plan = { rings: "mentee", mine: { number: "", granted: false }, theirs: theirNumber() };

export const CHAT: readonly ChatLine[] = [
  { op: "1", mine: false, text: "Can you hear me?", delivered: true, at: Date.now() - 90_000 },
  {
    op: "2",
    mine: true,
    text: "Now I can. Your voice came back a moment ago.",
    delivered: true,
    at: Date.now() - 60_000,
  },
  {
    op: "3",
    mine: false,
    text: "Good. The article I meant is at https://example.org/feedback",
    delivered: true,
    at: Date.now() - 30_000,
  },
];

export const DEVICES: Devices = {
  microphones: [
    { id: "default", label: "Default: headset microphone" },
    { id: "built-in", label: "Built-in microphone" },
  ],
  cameras: [{ id: "front", label: "Integrated camera (04f2:b6d9)" }],
  speakers: [{ id: "default", label: "Default: headset" }],
  microphone: "default",
  camera: "front",
  speaker: "default",
  microphoneProblem: null,
  cameraProblem: null,
  canShareScreen: true,
  canChooseSpeaker: true,
  asking: false,
};
