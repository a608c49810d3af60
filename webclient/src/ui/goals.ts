/** The goals of the partnership as cards, with one open for editing at a time. Not here: the form (`goal-form`). */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Goal } from "../protocol.gen";
import type { Context } from "./context";
import { BLANK_GOAL } from "./drafts";
import { goalForm } from "./goal-form";
import { icon } from "./icons";
import { Light } from "./light";
import { inOrder, last, moved } from "./order";
import { dueDay } from "./time";
import { nameOf } from "./words/names";
import { goalWords } from "./words/panels";

/** The form of a goal that does not exist yet. */
const NEW = "new";

@customElement("rb-goals")
export class Goals extends Light {
  @property({ attribute: false }) context!: Context;
  @state() private editing: string | null = null;

  protected override render(): TemplateResult {
    const goals = inOrder(this.context.state.goals);
    return html`
      ${goals.length === 0 && this.editing === null ? this.empty() : nothing}
      <ul class="goals" aria-label=${goalWords.list} ?hidden=${goals.length === 0}>
        ${repeat(
          goals,
          ({ goal }) => goal,
          (goal, index) =>
            html`<li>${this.editing === goal.goal ? this.form(goal, goals, index) : this.card(goal)}</li>`,
        )}
      </ul>
      ${this.editing === NEW ? this.form(null, goals, goals.length) : nothing}
      ${
        this.editing === null && goals.length > 0
          ? html`<button type="button" class="button" @click=${() => this.edit(NEW)}>${icon("plus", 20)} ${goalWords.add}</button>`
          : nothing
      }
    `;
  }

  private empty(): TemplateResult {
    return html`<div class="empty">
      <h2>${goalWords.emptyTitle}</h2>
      <p>${goalWords.empty(nameOf("mentee", this.context.state))}</p>
      <button type="button" class="button" @click=${() => this.edit(NEW)}>${icon("plus", 20)} ${goalWords.add}</button>
    </div>`;
  }

  private card(goal: Goal): TemplateResult {
    const { state, zone } = this.context;
    const kind = goal.status === "done" ? "good" : goal.status === "started" ? "lit" : "";
    return html`<article class="goal ${goal.status}">
      <div class="goal-head">
        <h2>${goal.specific}</h2>
        <button
          type="button"
          class="icon-button"
          data-goal=${goal.goal}
          aria-label=${goalWords.edit(goal.specific)}
          @click=${() => this.edit(goal.goal)}
        >${icon("pencil", 20)}</button>
      </div>
      ${goal.measurable ? html`<p class="goal-measure">${goal.measurable}</p>` : nothing}
      <p class="goal-facts">
        <span class="badge ${kind}">${goalWords.statuses[goal.status]}</span>
        <span>${goalWords.ownerOf(goal.owner, state)}</span>
        ${goal.due ? html`<span class="figures">${goalWords.by(dueDay(goal.due, zone))}</span>` : nothing}
      </p>
    </article>`;
  }

  private form(goal: Goal | null, goals: readonly Goal[], index: number): TemplateResult {
    const { state, actions } = this.context;
    const shift = (by: -1 | 1) => {
      const position = moved(goals, index, index + by);
      if (goal && position !== null) actions.editGoal(goal.goal, { position });
    };
    return goalForm({
      goal: goal ?? BLANK_GOAL,
      fresh: goal === null,
      people: state,
      first: index === 0,
      last: index === goals.length - 1,
      save: (fields) => {
        if (goal) actions.editGoal(goal.goal, fields);
        else actions.editGoal(actions.newId(), { ...BLANK_GOAL, ...fields, position: last(goals) });
        this.close();
      },
      remove: () => {
        if (goal) actions.editGoal(goal.goal, { removed: true });
        this.close();
      },
      cancel: () => this.close(),
      shift,
    });
  }

  private async edit(goal: string): Promise<void> {
    this.editing = goal;
    await this.updateComplete;
    this.querySelector<HTMLElement>(".goal-form textarea, .goal-form input")?.focus();
  }

  /** The focus goes back to the button that opened the form. */
  private async close(): Promise<void> {
    const was = this.editing;
    this.editing = null;
    await this.updateComplete;
    const opener =
      this.querySelector<HTMLElement>(`[data-goal="${was}"]`) ?? this.querySelector("button.button");
    if (opener instanceof HTMLElement) opener.focus();
  }
}
