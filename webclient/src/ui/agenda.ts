/**
 * The agenda: what is talked about now with its timer, the items in order, and a line to add one.
 *
 * Not here: one item's line (`agenda-row`) and dragging (`row-drag`).
 */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { AgendaItem } from "../protocol.gen";
import { agendaRow } from "./agenda-row";
import { type Context, serverNow } from "./context";
import { itemDraft } from "./drafts";
import { icon } from "./icons";
import { Light } from "./light";
import { inOrder, last, moved } from "./order";
import { RowDrag } from "./row-drag";
import "./ticking";
import { stopwatch } from "./time";
import { agendaWords } from "./words/panels";

@customElement("rb-agenda")
export class Agenda extends Light {
  @property({ attribute: false }) context!: Context;
  /** The item whose further buttons are open, and the one being edited. */
  @state() private opened: string | null = null;
  @state() private editing: string | null = null;
  private readonly drag = new RowDrag(this, (from, to) => this.move(from, to));

  private get items(): readonly AgendaItem[] {
    return inOrder(this.context.state.agenda);
  }

  protected override render(): TemplateResult {
    const { items } = this;
    return html`
      ${this.now(items)}
      ${items.length === 0 ? empty() : this.list(items)}
      ${this.adding()}
    `;
  }

  private list(items: readonly AgendaItem[]): TemplateResult {
    const { state, actions } = this.context;
    return html`<ul class="agenda" aria-label=${agendaWords.list}>
      ${repeat(
        items,
        ({ item }) => item,
        (item, index) =>
          agendaRow({
            item,
            current: state.current.item === item.item,
            opened: this.opened === item.item,
            editing: this.editing === item.item,
            first: index === 0,
            last: index === items.length - 1,
            actions,
            grab: (event) => this.drag.start(event, index),
            open: (open) => {
              this.opened = open ? item.item : null;
            },
            edit: (edit) => {
              this.editing = edit ? item.item : null;
            },
            shift: (by) => this.move(index, index + by),
          }),
      )}
    </ul>`;
  }

  /** The current item with its timer, which informs and ends nothing. */
  private now(items: readonly AgendaItem[]): TemplateResult | typeof nothing {
    const { state, actions } = this.context;
    const current = items.find(({ item }) => item === state.current.item);
    if (!current) return nothing;
    const following = items.find((item) => !item.done && item.position > current.position);
    const finish = (then: string | null) => {
      actions.editAgenda(current.item, { done: true });
      actions.setCurrent(then);
    };
    return html`<section class="now" aria-labelledby="now-heading">
      <p class="now-label">${agendaWords.now}</p>
      <h2 id="now-heading">${current.text}</h2>
      <p class="now-time"><rb-ticking .show=${() => this.timer(current)}></rb-ticking></p>
      <div class="actions">
        ${
          following
            ? html`<button type="button" class="button" @click=${() => finish(following.item)}>${agendaWords.next}</button>`
            : nothing
        }
        <button type="button" class="button quiet" @click=${() => finish(null)}>${agendaWords.finish}</button>
      </div>
    </section>`;
  }

  private timer(current: AgendaItem): TemplateResult {
    const { state } = this.context;
    const seconds = (serverNow(state) - state.current.since) / 1000;
    const over = Math.floor(seconds / 60 - current.minutes);
    return html`<span class="now-clock figures">${stopwatch(seconds)}</span>
      ${current.minutes > 0 ? html`<span>${over >= 1 ? agendaWords.over(over) : agendaWords.of(current.minutes)}</span>` : nothing}`;
  }

  private adding(): TemplateResult {
    return html`<form class="agenda-add" data-draft @submit=${this.onAdd}>
      <div class="field">
        <label class="heard" for="agenda-text">${agendaWords.addLabel}</label>
        <input id="agenda-text" name="text" maxlength="200" autocomplete="off" placeholder=${agendaWords.addPlaceholder} />
      </div>
      <div class="field minutes-field">
        <label class="heard" for="agenda-minutes">${agendaWords.minutesLabel}</label>
        <input id="agenda-minutes" name="minutes" class="figures" type="number" inputmode="numeric" min="0" max="480" placeholder="min" />
      </div>
      <button class="button">${icon("plus", 20)} ${agendaWords.add}</button>
    </form>`;
  }

  private readonly onAdd = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const draft = itemDraft(new FormData(form));
    if (!draft) return;
    const { actions } = this.context;
    actions.editAgenda(actions.newId(), {
      ...draft,
      done: false,
      carried: false,
      position: last(this.items),
    });
    form.reset();
    form.querySelector("input")?.focus();
  };

  private move(from: number, to: number): void {
    const { items } = this;
    const position = moved(items, from, to);
    const item = items[from];
    if (position === null || !item) return;
    this.context.actions.editAgenda(item.item, { position });
    this.context.say(agendaWords.moved(item.text, to + 1, items.length));
  }
}

function empty(): TemplateResult {
  return html`<div class="empty">
    <h2>${agendaWords.emptyTitle}</h2>
    <p>${agendaWords.empty}</p>
  </div>`;
}
