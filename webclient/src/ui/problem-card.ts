/** The card that stands in the lobby when a camera or microphone cannot be had: what it is, the steps, a way on. */

import { html, nothing, type TemplateResult } from "lit";
import { called } from "../words";
import { browserOf, systemOf } from "./browser";
import type { Context } from "./context";
import { type Found, problemsOf } from "./problems";
import { helpFor, problemWords } from "./words/problems";

export function problemCards({ state, actions }: Context): TemplateResult | typeof nothing {
  const found = problemsOf(state.devices);
  if (found.length === 0 || state.devices.asking) return nothing;
  const mute = found.some(({ what }) => what !== "camera");
  const peer = called(state.peer.name);
  return html`<section class="callout needs problem">
    ${found.map(problemCard)}
    <p class="soft">${mute ? problemWords.also(peer) : problemWords.voiceStays(peer)}</p>
    <div class="actions">
      <button type="button" class="button" @click=${() => actions.askForDevices()}>${problemWords.again}</button>
      <button type="button" class="button quiet" @click=${() => actions.join(mute ? "nothing" : "voice")}>
        ${problemWords.goOn}
      </button>
    </div>
  </section>`;
}

export function problemCard({ problem, what }: Found): TemplateResult {
  const agent = navigator.userAgent;
  const { title, steps } = helpFor(problem, what, browserOf(agent), systemOf(agent));
  return html`<h2>${title}</h2>
    <ol>
      ${steps.map((step) => html`<li>${step}</li>`)}
    </ol>`;
}
