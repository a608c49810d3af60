/** The card behind More: the lighter call, the backup plan, devices, keys, and the end for both. */

import { html, nothing, type TemplateResult } from "lit";
import type { Pin } from "../state";
import type { Context, DialogName } from "./context";
import { canTurnCamera } from "./device-menus";
import { type IconName, icon } from "./icons";
import { orderChoice } from "./order-choice";
import { roomWords } from "./words/room";

export function moreCard(context: Context, close: () => void): TemplateResult {
  const { state, actions } = context;
  const open = (dialog: DialogName) => {
    close();
    context.show({ dialog });
  };
  return html`
    <fieldset class="choices">
      <legend>${roomWords.lighter}</legend>
      ${pin(context, "none", roomWords.automatic, roomWords.automaticHint)}
      ${pin(context, "voice", roomWords.pinVoice, roomWords.pinVoiceHint)}
      ${pin(context, "video", roomWords.pinVideo, roomWords.pinVideoHint)}
      ${orderChoice(context)}
    </fieldset>
    <div class="menu-list">
      ${entry("phone", roomWords.plan, () => open("plan"))} ${entry("sliders", roomWords.devices, () => open("devices"))}
      ${
        canTurnCamera(state.devices)
          ? entry("flip", roomWords.flip, () => {
              close();
              actions.flipCamera();
            })
          : nothing
      }
      ${entry("keyboard", roomWords.keys, () => open("keys"))} ${entry("leave", roomWords.end, () => open("end"), "needs")}
    </div>
  `;
}

function pin({ state, actions }: Context, value: Pin, words: string, hint: string): TemplateResult {
  return html`<label class="check">
    <input type="radio" name="pin" .checked=${state.pin === value} @change=${() => actions.pin(value)} />
    <span>${words}<span class="hint">${hint}</span></span>
  </label>`;
}

function entry(shape: IconName, words: string, press: () => void, kind = ""): TemplateResult {
  return html`<button type="button" class="menu-entry ${kind}" @click=${press}>${icon(shape, 20)} ${words}</button>`;
}
