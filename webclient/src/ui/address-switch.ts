/**
 * The switch that hides the own address from the peer; who wished it where there is no relay reads why it cannot be.
 *
 * It stands in the lobby only: a call that has begun has given the address away.
 */

import { html, nothing, type TemplateResult } from "lit";
import type { Context } from "./context";
import { addressWords } from "./words/address";

export function addressSwitch({ state, actions }: Context): TemplateResult | typeof nothing {
  const { relay, addressHidden, peer } = state;
  if (relay === "none" && !addressHidden) return nothing;
  const hidden = relay === "required" || (relay === "offered" && addressHidden);
  return html`<label class="check">
    <input
      type="checkbox"
      name="hide-address"
      .checked=${hidden}
      ?disabled=${relay !== "offered"}
      @change=${(event: Event) => actions.hideAddress((event.target as HTMLInputElement).checked)}
    />
    <span>${addressWords.hide(peer.name)}<span class="hint">${addressWords[relay]}</span></span>
  </label>`;
}
