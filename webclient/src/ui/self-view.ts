/** The small picture of oneself in the corner of the stage, which can be put away. */

import { html, nothing, type TemplateResult } from "lit";
import type { Context } from "./context";
import { icon } from "./icons";
import "./picture";
import { roomWords } from "./words/room";

export function selfView({ state, view, show }: Context): TemplateResult | typeof nothing {
  if (!state.selfStream) return nothing;
  const hidden = view.preferences.selfHidden;
  const toggle = () => show({ preferences: { ...view.preferences, selfHidden: !hidden } });
  if (hidden)
    return html`<button type="button" class="self-show" @click=${toggle}>${icon("eye", 20)} ${roomWords.showSelf}</button>`;
  return html`<div class="self-view ${state.status.screen ? "screen" : ""}">
    <rb-picture
      .stream=${state.selfStream}
      .live=${true}
      .mirrored=${state.selfMirrored}
      .whole=${state.status.screen}
      .label=${roomWords.selfView}
    ></rb-picture>
    <button type="button" class="self-hide" aria-label=${roomWords.hideSelf} @click=${toggle}>
      ${icon("eyeOff", 20)}
    </button>
  </div>`;
}
