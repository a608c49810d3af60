/** "Protect my picture", for people who sign or lip-read: one box, in the lobby and behind More. */

import { html, nothing, type TemplateResult } from "lit";
import type { Context } from "./context";
import { orderWords } from "./words/order";

export function orderChoice({ state, actions, say }: Context): TemplateResult {
  const { name } = state.peer;
  const choose = (event: Event) => {
    const kept = (event.target as HTMLInputElement).checked;
    actions.order(kept ? "picture" : "speech");
    say(kept ? orderWords.chosen : orderWords.given);
  };
  return html`<label class="check" data-choice="order">
    <input type="checkbox" .checked=${state.order === "picture"} @change=${choose} />
    <span>
      ${orderWords.protect}
      <span class="hint">${orderWords.hint(name)}</span>
      ${state.peerOrder === "picture" ? html`<span class="hint">${orderWords.theirs(name)}</span>` : nothing}
    </span>
  </label>`;
}
