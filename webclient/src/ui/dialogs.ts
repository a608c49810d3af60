/** The dialogs of the room: the end for both, the backup plan, devices, keys. One at a time. */

import { html, nothing, type TemplateResult } from "lit";
import type { Context } from "./context";
import { deviceSelects } from "./device-menus";
import "./dialog";
import { sendDrafts } from "./drafts";
import { icon } from "./icons";
import "./plan-form";
import { lobbyWords, planWords } from "./words/lobby";
import { practiceWords } from "./words/practice";
import { roomWords } from "./words/room";

export function dialogs(context: Context): TemplateResult | typeof nothing {
  const close = () => context.show({ dialog: null });
  const open = (heading: string, content: TemplateResult) =>
    html`<rb-dialog .heading=${heading} .content=${content} .onClose=${close}></rb-dialog>`;
  switch (context.view.dialog) {
    case "end":
      return open(roomWords.endTitle, endForBoth(context, close));
    case "plan":
      return open(planWords.title, backupPlan(context, close));
    case "devices":
      return open(roomWords.devices, devices(context));
    case "keys":
      return open(roomWords.keys, keys(context));
    case null:
      return nothing;
    default:
      return context.view.dialog satisfies never;
  }
}

function endForBoth({ state, actions }: Context, close: () => void): TemplateResult {
  const end = () => {
    close();
    sendDrafts(document);
    actions.endForBoth();
  };
  return html`<p>${state.rehearsal ? practiceWords.endLead : roomWords.endLead(state.peer.name)}</p>
    <div class="actions dialog-actions">
      <button type="button" class="button" @click=${close}>${roomWords.endNo}</button>
      <button type="button" class="button danger" @click=${end}>${roomWords.endYes}</button>
    </div>`;
}

function backupPlan(context: Context, close: () => void): TemplateResult {
  const go = () => {
    close();
    context.actions.setPhone("offered");
  };
  return html`<p class="soft">${planWords.lead}</p>
    <rb-plan-form .context=${context}></rb-plan-form>
    ${
      context.state.phone === "hidden"
        ? html`<div class="actions dialog-actions">
            <button type="button" class="button" @click=${go}>${icon("phone", 20)} ${roomWords.planNow}</button>
          </div>
          <p class="soft small">${roomWords.planNowHint}</p>`
        : nothing
    }`;
}

function devices(context: Context): TemplateResult {
  const { state, actions } = context;
  const toggle = (event: Event) => actions.setHints((event.target as HTMLInputElement).checked);
  return html`${deviceSelects(context)}
    <label class="check">
      <input type="checkbox" .checked=${state.hints} @change=${toggle} />
      <span>${roomWords.hints}<span class="hint">${roomWords.hintsHint}</span></span>
    </label>`;
}

function keys({ view, show }: Context): TemplateResult {
  const { preferences } = view;
  const toggle = (event: Event) =>
    show({ preferences: { ...preferences, singleKeys: (event.target as HTMLInputElement).checked } });
  return html`<p>${lobbyWords.help}</p>
    <h3>${roomWords.keysTitle}</h3>
    <p class="soft">${roomWords.keysLead}</p>
    <label class="check">
      <input type="checkbox" .checked=${preferences.singleKeys} @change=${toggle} />
      <span>${roomWords.singleKeys}<span class="hint">${roomWords.singleKeysHint}</span></span>
    </label>
    <dl class="keys">
      ${roomWords.keyRows.map(
        ([key, words]) => html`<div>
          <dt>${key.split(" ").map((part) => (part === "or" ? " or " : html`<kbd>${part}</kbd> `))}</dt>
          <dd>${words}</dd>
        </div>`,
      )}
    </dl>`;
}
