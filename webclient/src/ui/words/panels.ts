/** The words of the companion: agenda, notes, goals, chat. */

import type { GoalStatus, Owner } from "../../protocol.gen";
import type { State } from "../../state";
import { called } from "../../words";
import { nameOf } from "./names";

export const companionWords = {
  label: "Session companion",
  tabs: "Agenda, notes and goals",
  agenda: "Agenda",
  notes: "Notes",
  goals: "Goals",
  before: (minutes: number): string => (minutes > 120 ? "" : `Starts in ${minutes} min`),
  during: (minutes: number): string => `${minutes} min left`,
  over: (minutes: number): string => (minutes === 0 ? "Time is up" : `${minutes} min over`),
  until: (time: string): string => `until ${time}`,
  more: "Show more of the panel",
  less: "Show more of the call",
};

export const agendaWords = {
  now: "Now",
  of: (minutes: number): string => `of ${minutes} min`,
  over: (minutes: number): string => `${minutes} min over, and that's all right`,
  next: "Next item",
  finish: "Done with this",
  start: "Talk about this",
  starting: (text: string): string => `Talk about ${text} now`,
  minutes: (minutes: number): string => `${minutes} min`,
  noMinutes: "no time set",
  planned: (minutes: number): string => `${minutes} min planned`,
  done: (text: string): string => `Done: ${text}`,
  carriedBadge: "Carried over",
  moreFor: (text: string): string => `More for ${text}`,
  drag: "Drag to move",
  up: "Move up",
  down: "Move down",
  carry: "Carry over",
  carryStop: "Don't carry over",
  edit: "Edit",
  remove: "Remove",
  add: "Add",
  addLabel: "New item",
  addPlaceholder: "Something to talk about",
  minutesLabel: "Minutes",
  save: "Save",
  cancel: "Cancel",
  emptyTitle: "Nothing here yet",
  empty: "Two or three points are plenty. A good first one: what went well since you last spoke?",
  list: "Agenda items",
  moved: (text: string, place: number, count: number): string => `${text}: now ${place} of ${count}.`,
};

export const notesWords = {
  label: "Shared notes",
  hint: "Both of you write here.",
  format: "# heading, - list, **bold**",
  loading: "Fetching your notes",
  failed: "The notes didn't open. We try again when the line is back.",
  again: "Try again",
  saved: "Saved",
  saving: "Saving",
  kept: "Kept on this device until the line is back",
  fragile: "This browser can't keep what you write if the page closes before it is saved.",
  leftover: "The shared notes couldn't take these words. Copy what you want to keep:",
  placeholder: "What do you want to remember from today?",
};

export const goalWords = {
  emptyTitle: "No goals yet",
  empty: (mentee: string): string =>
    `A good first one is small: something ${called(mentee)} can finish before you next meet.`,
  add: "Add a goal",
  specific: "What is the goal?",
  specificHint: "In a sentence, as you'd say it to a friend",
  measurable: "How will you both see that it's done?",
  relevant: "Why does it matter now?",
  owner: "Whose goal is it?",
  due: "By when?",
  status: "How is it going?",
  statuses: {
    open: "Not started",
    started: "Under way",
    done: "Done",
    dropped: "Let go",
  } satisfies Record<GoalStatus, string>,
  ownerOf: (owner: Owner, state: Pick<State, "you" | "peer">): string =>
    owner === "both" ? "Both of you" : nameOf(owner, state),
  by: (day: string): string => `by ${day}`,
  edit: (specific: string): string => `Edit goal: ${specific}`,
  editShort: "Edit",
  save: "Save goal",
  finish: "Done editing",
  cancel: "Cancel",
  remove: "Remove goal",
  up: "Move up",
  down: "Move down",
  missing: "Please say in a few words what the goal is.",
  list: "Goals",
};

export const chatWords = {
  title: "Chat",
  label: (peer: string): string => `Write to ${called(peer)}`,
  send: "Send",
  empty: (peer: string): string =>
    `Only you and ${called(peer)} see what you write here. It isn't in the summary, and isn't kept after the session.`,
  delivered: "delivered",
  waiting: "on its way",
  mine: "You",
  close: "Close chat",
};
