/** What the timer says aloud: five minutes and one minute before the end of an item and of the session. */

import type { State } from "../state";
import type { Said } from "./announce";
import { markPassed } from "./time";
import { spoken } from "./words/spoken";

const MARKS = [5, 1];
const MINUTE_MS = 60_000;

type Seen = Pick<State, "agenda" | "current" | "session" | "clockOffsetMs">;

/** `before` and `now` are two looks at this machine's clock, epoch milliseconds. */
export function timerWords(state: Seen, before: number, now: number): Said {
  const passed = (ends: number) =>
    markPassed(ends, before + state.clockOffsetMs, now + state.clockOffsetMs, MARKS);
  const session = passed(state.session.starts + state.session.minutes * MINUTE_MS);
  const item = state.agenda.find(({ item: id }) => id === state.current.item);
  const left = item && item.minutes > 0 ? passed(state.current.since + item.minutes * MINUTE_MS) : null;
  return {
    assertive: [],
    polite: [
      ...(left !== null && item ? [spoken.minutesLeft(left, item.text)] : []),
      ...(session !== null ? [spoken.minutesLeft(session, spoken.theSession)] : []),
    ],
  };
}
