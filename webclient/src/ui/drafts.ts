/**
 * What stands in a form and was not saved: it goes out with everything else when the room closes, for then nobody can
 * press its button any more.
 *
 * Not here: what each form makes of its fields.
 */

import type { GoalFields } from "./goal-form";

/** A goal's form with nothing in it yet. */
export const BLANK_GOAL: GoalFields = {
  specific: "",
  measurable: "",
  relevant: "",
  owner: "mentee",
  due: "",
  status: "open",
};

/** Hands every form marked `data-draft` to its own handler; one with nothing in it does nothing. */
export function sendDrafts(page: ParentNode): void {
  for (const form of page.querySelectorAll("form[data-draft]"))
    form.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
}

/** What of a goal's form is to be saved, only what was changed, so that the peer's edit of another field stays. */
export function goalDraft(
  goal: GoalFields,
  fresh: boolean,
  typed: Readonly<Record<string, string>>,
): Partial<GoalFields> | null {
  const worded = ["specific", "measurable", "relevant"].some((name) => typed[name]);
  if (fresh && !worded) return null;
  const changed = Object.entries(typed).filter(
    ([name, value]) => goal[name as keyof GoalFields] !== value && (name !== "specific" || value !== ""),
  );
  return changed.length > 0 ? (Object.fromEntries(changed) as Partial<GoalFields>) : null;
}

/** A new agenda item or one being edited; null without words. */
export function itemDraft(data: FormData): { readonly text: string; readonly minutes: number } | null {
  const text = String(data.get("text") ?? "").trim();
  const minutes = Math.min(480, Math.max(0, Math.round(Number(data.get("minutes")) || 0)));
  return text === "" ? null : { text, minutes };
}
