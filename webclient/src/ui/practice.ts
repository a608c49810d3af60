/**
 * What a rehearsal shows besides an ordinary room: that the partner is played by the computer, and the line to practise on.
 *
 * Not here: what the line does (`stage` and its notices, as in any call).
 */

import { html, nothing, type TemplateResult } from "lit";
import type { Rehearsal } from "../rehearsal";
import type { Context } from "./context";
import { practiceWords } from "./words/practice";

/** Above the stage: the partner's line, one of a few. */
export function practiceBar({ state, actions }: Context): TemplateResult | typeof nothing {
  const { rehearsal } = state;
  if (!rehearsal) return nothing;
  const choice = (line: string) => html`<label class="practice-line">
    <input
      type="radio"
      name="line"
      value=${line}
      .checked=${rehearsal.line === line}
      @change=${() => actions.chooseLine(line)}
    />
    <span>${practiceWords.lines[line] ?? line}</span>
  </label>`;
  return html`<div class="practice" data-line=${rehearsal.line}>
    <p class="practice-says">${says(state, rehearsal)}</p>
    <fieldset class="practice-lines">
      <legend>${practiceWords.line(state.peer.name)}</legend>
      ${rehearsal.lines.map(choice)}
    </fieldset>
  </div>`;
}

function says({ peer, phone, session }: Context["state"], rehearsal: Rehearsal): TemplateResult | string {
  if (rehearsal.trouble) return html`${rehearsal.trouble} ${begin(rehearsal)}`;
  // By the server's word, which no line makes worse.
  if (session.met && peer.presence === "away")
    return html`${practiceWords.stopped(peer.name)} ${begin(rehearsal)}`;
  if (phone !== "hidden") return practiceWords.madeUp;
  return practiceWords.computer(peer.name);
}

/** Instead of what is said of a summary and of a coordinator. */
export function practiceOver(rehearsal: Rehearsal): TemplateResult {
  return html`<p>${practiceWords.nothingKept}</p>
    <p class="actions">
      <a class="button" href=${rehearsal.again} data-action="practise">${practiceWords.again}</a>
      ${rehearsal.back ? html`<a class="button quiet" href=${rehearsal.back}>${practiceWords.back}</a>` : nothing}
    </p>`;
}

function begin(rehearsal: Rehearsal): TemplateResult {
  return html`<a href=${rehearsal.again}>${practiceWords.again}</a>`;
}
