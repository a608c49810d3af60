/** The form of one goal: specific, measurable, assignable, relevant, time-based, asked as a colleague would ask. */

import { html, nothing, type TemplateResult } from "lit";
import type { Goal, GoalStatus, Owner } from "../protocol.gen";
import type { State } from "../state";
import { goalDraft } from "./drafts";
import { goalWords } from "./words/panels";

export type GoalFields = Omit<Goal, "goal" | "position">;

export interface GoalForm {
  readonly goal: GoalFields;
  /** Not kept yet. */
  readonly fresh: boolean;
  readonly people: Pick<State, "you" | "peer">;
  readonly first: boolean;
  readonly last: boolean;
  save(fields: Partial<GoalFields>): void;
  remove(): void;
  cancel(): void;
  shift(by: -1 | 1): void;
}

const OWNERS: readonly Owner[] = ["mentee", "mentor", "both"];
const STATUSES: readonly GoalStatus[] = ["open", "started", "done", "dropped"];

export function goalForm(form: GoalForm): TemplateResult {
  const { goal, fresh, people } = form;
  return html`<form class="goal-form" data-draft @submit=${(event: SubmitEvent) => onSubmit(event, form)}>
    ${textField("specific", goalWords.specific, goal.specific, 200, goalWords.specificHint)}
    ${textField("measurable", goalWords.measurable, goal.measurable, 1000)}
    ${textField("relevant", goalWords.relevant, goal.relevant, 1000)}
    <div class="field-row">
      ${selectField("owner", goalWords.owner, goal.owner, OWNERS, (owner) => goalWords.ownerOf(owner, people))}
      <div class="field">
        <label for="goal-due">${goalWords.due}</label>
        <input id="goal-due" name="due" type="date" value=${goal.due} />
      </div>
      ${fresh ? nothing : selectField("status", goalWords.status, goal.status, STATUSES, (status) => goalWords.statuses[status])}
    </div>
    <div class="actions">
      <button class="button">${goalWords.save}</button>
      <button type="button" class="button quiet" @click=${form.cancel}>${goalWords.cancel}</button>
      ${fresh ? nothing : further(form)}
    </div>
  </form>`;
}

function further(form: GoalForm): TemplateResult {
  return html`<span class="goal-further">
    <button type="button" class="button quiet" ?disabled=${form.first} @click=${() => form.shift(-1)}>${goalWords.up}</button>
    <button type="button" class="button quiet" ?disabled=${form.last} @click=${() => form.shift(1)}>${goalWords.down}</button>
    <button type="button" class="button quiet" @click=${form.remove}>${goalWords.remove}</button>
  </span>`;
}

function textField(
  name: string,
  label: string,
  value: string,
  longest: number,
  hint?: string,
): TemplateResult {
  return html`<div class="field">
    <label for="goal-${name}">${label}</label>
    <textarea
      id="goal-${name}"
      name=${name}
      rows="2"
      maxlength=${longest}
      ?required=${hint !== undefined}
      aria-describedby=${hint ? `goal-${name}-hint` : nothing}
      .defaultValue=${value}
    ></textarea>
    ${hint ? html`<span class="hint" id="goal-${name}-hint">${hint}</span>` : nothing}
  </div>`;
}

function selectField<T extends string>(
  name: string,
  label: string,
  value: T,
  options: readonly T[],
  words: (option: T) => string,
): TemplateResult {
  return html`<div class="field">
    <label for="goal-${name}">${label}</label>
    <select id="goal-${name}" name=${name}>
      ${options.map((option) => html`<option value=${option} ?selected=${option === value}>${words(option)}</option>`)}
    </select>
  </div>`;
}

function onSubmit(event: SubmitEvent, { goal, fresh, save, cancel }: GoalForm): void {
  event.preventDefault();
  const data = new FormData(event.currentTarget as HTMLFormElement);
  const typed = Object.fromEntries([...data].map(([name, value]) => [name, String(value).trim()]));
  const draft = goalDraft(goal, fresh, typed);
  if (draft) save(draft);
  else cancel();
}
