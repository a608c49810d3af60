/** One line of the agenda: tick, words, minutes, and its further buttons when they are asked for. */

import { html, nothing, type TemplateResult } from "lit";
import type { AgendaItem } from "../protocol.gen";
import type { Actions } from "../state";
import { itemDraft } from "./drafts";
import { type IconName, icon } from "./icons";
import { agendaWords } from "./words/panels";

export interface Row {
  readonly item: AgendaItem;
  readonly current: boolean;
  readonly opened: boolean;
  readonly editing: boolean;
  readonly first: boolean;
  readonly last: boolean;
  readonly actions: Actions;
  grab(event: PointerEvent): void;
  open(open: boolean): void;
  edit(edit: boolean): void;
  shift(by: -1 | 1): void;
}

export function agendaRow(row: Row): TemplateResult {
  const { item, current, actions } = row;
  const classes = `agenda-item ${item.done ? "done" : ""} ${current ? "current" : ""}`;
  return html`<li class=${classes} aria-current=${current ? "step" : nothing}>
    ${
      row.editing
        ? editing(row)
        : html`<div class="agenda-line">
          <span class="grip" title=${agendaWords.drag} aria-hidden="true" @pointerdown=${row.grab}>${icon("grip", 20)}</span>
          <input
            type="checkbox"
            aria-label=${agendaWords.done(item.text)}
            .checked=${item.done}
            @change=${(event: Event) => actions.editAgenda(item.item, { done: (event.target as HTMLInputElement).checked })}
          />
          <div class="agenda-words">
            <span class="agenda-text">${item.text}</span>
            <span class="agenda-facts">
              ${item.minutes > 0 ? html`<span class="figures">${agendaWords.minutes(item.minutes)}</span>` : nothing}
              ${item.carried ? html`<span class="badge lit">${agendaWords.carriedBadge}</span>` : nothing}
            </span>
          </div>
          ${
            current || item.done
              ? nothing
              : html`<button
                type="button"
                class="icon-button"
                aria-label=${agendaWords.starting(item.text)}
                title=${agendaWords.start}
                @click=${() => actions.setCurrent(item.item)}
              >${icon("play", 20)}</button>`
          }
          <button
            type="button"
            class="icon-button"
            aria-label=${agendaWords.moreFor(item.text)}
            aria-expanded=${row.opened}
            @click=${() => row.open(!row.opened)}
          >${icon("more", 20)}</button>
        </div>`
    }
    ${row.opened && !row.editing ? further(row) : nothing}
  </li>`;
}

function further(row: Row): TemplateResult {
  const { item, actions } = row;
  const small = (shape: IconName, words: string, press: () => void, disabled = false) =>
    html`<button type="button" class="button quiet" ?disabled=${disabled} @click=${press}>${icon(shape, 18)} ${words}</button>`;
  return html`<div class="agenda-further">
    ${small("up", agendaWords.up, () => row.shift(-1), row.first)}
    ${small("down", agendaWords.down, () => row.shift(1), row.last)}
    ${small("carry", item.carried ? agendaWords.carryStop : agendaWords.carry, () =>
      actions.editAgenda(item.item, { carried: !item.carried }),
    )}
    ${small("pencil", agendaWords.edit, () => row.edit(true))}
    ${small("trash", agendaWords.remove, () => actions.editAgenda(item.item, { removed: true }))}
  </div>`;
}

function editing(row: Row): TemplateResult {
  const { item, actions } = row;
  const keep = (event: SubmitEvent) => {
    event.preventDefault();
    const draft = itemDraft(new FormData(event.currentTarget as HTMLFormElement));
    if (draft) actions.editAgenda(item.item, draft);
    row.edit(false);
  };
  return html`<form class="agenda-edit" data-draft @submit=${keep}>
    <div class="field">
      <label class="heard" for="edit-text">${agendaWords.edit}</label>
      <input id="edit-text" name="text" maxlength="200" autocomplete="off" value=${item.text} autofocus />
    </div>
    <div class="field minutes-field">
      <label class="heard" for="edit-minutes">${agendaWords.minutesLabel}</label>
      <input
        id="edit-minutes"
        name="minutes"
        class="figures"
        type="number"
        inputmode="numeric"
        min="0"
        max="480"
        value=${item.minutes || ""}
      />
    </div>
    <div class="actions">
      <button class="button">${agendaWords.save}</button>
      <button type="button" class="button quiet" @click=${() => row.edit(false)}>${agendaWords.cancel}</button>
    </div>
  </form>`;
}
