/** The pages after and outside the call: left, ended, moved to another tab, shut out, and the one while opening. */

import { html, nothing, type TemplateResult } from "lit";
import type { Context } from "./context";
import { siteHead } from "./frame";
import { practiceOver } from "./practice";
import "./thread";
import type { ThreadKind } from "./thread-shape";
import { lobbyWords } from "./words/lobby";
import { practiceWords } from "./words/practice";
import { endWords } from "./words/room";

export function opening(): TemplateResult {
  return html`${siteHead()}
    <main class="shell">
      <h1 tabindex="-1">${lobbyWords.opening}</h1>
      <p class="soft">${lobbyWords.openingHint}</p>
    </main>`;
}

function quiet(thread: ThreadKind, title: string, rest: TemplateResult, practising = false): TemplateResult {
  return html`${siteHead()}
    <main class="shell quiet-page">
      <rb-thread .kind=${thread}></rb-thread>
      <h1 tabindex="-1">${title}</h1>
      ${rest} ${practising ? nothing : help()}
    </main>`;
}

export function leftPage({ state, actions }: Context): TemplateResult {
  const still = state.peer.presence === "call";
  const { met } = state.session;
  const alone = met ? endWords.leftAlone : endWords.leftBefore;
  return quiet(
    "loose",
    endWords.leftTitle,
    html`<p>${still ? endWords.leftStill(state.peer.name) : alone}</p>
      <div class="actions">
        <button type="button" class="button primary large" @click=${() => actions.rejoin()}>${endWords.rejoin}</button>
      </div>
      ${state.rehearsal ? practiceOver(state.rehearsal) : html`${met ? html`<p class="soft">${endWords.leftSummary(state.summaryDelayS)}</p>` : nothing} ${unsaved(state.saving.pending)}`}`,
    state.rehearsal !== null,
  );
}

export function endedPage({ state }: Context): TemplateResult {
  const { met } = state.session;
  return quiet(
    "knot",
    endWords.endedTitle,
    html`<p>${endWords.endedBy(state.endedBy, state.you.role, state.peer.name)}</p>
      ${state.callStory ? html`<p data-story>${state.callStory}</p>` : nothing}
      ${
        state.rehearsal
          ? practiceOver(state.rehearsal)
          : html`<p>${met ? endWords.summary : endWords.neverMet}</p>
              ${unsaved(state.saving.pending)}`
      }`,
    state.rehearsal !== null,
  );
}

export function movedPage({ actions }: Context): TemplateResult {
  return quiet(
    "loose",
    endWords.movedTitle,
    html`<p>${endWords.movedLead}</p>
      <div class="actions">
        <button type="button" class="button primary large" @click=${() => actions.takeSeatBack()}>${endWords.takeBack}</button>
      </div>`,
  );
}

export function shutOutPage({ state }: Context): TemplateResult {
  if (state.rehearsal) return quiet("knot", practiceWords.over, practiceOver(state.rehearsal), true);
  return quiet("loose", endWords.shutTitle, html`<p>${state.shutOut || endWords.shutNext}</p>`);
}

function unsaved(pending: number): TemplateResult {
  return pending > 0
    ? html`<p class="callout needs">${endWords.toSave(pending)}</p>`
    : html`<p class="soft small">${endWords.allSaved}</p>`;
}

function help(): TemplateResult {
  return html`<p class="soft small quiet-help">${lobbyWords.help}</p>`;
}
