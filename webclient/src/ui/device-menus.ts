/** Choosing a microphone, a camera and a speaker: as selects in the lobby and dialogs, as a list beside a control. */

import { html, nothing, type TemplateResult } from "lit";
import type { Actions, DeviceChoice, Devices } from "../state";
import type { Context } from "./context";
import { icon } from "./icons";
import { lobbyWords } from "./words/lobby";

export type Kind = "microphone" | "camera" | "speaker";

export function choicesOf(devices: Devices, kind: Kind): readonly DeviceChoice[] {
  return { microphone: devices.microphones, camera: devices.cameras, speaker: devices.speakers }[kind];
}

/** The one in use: what was chosen, else the one behind the system's own choice, which has no entry of its own. */
function usedOf(devices: Devices, kind: Kind): DeviceChoice | undefined {
  const choices = choicesOf(devices, kind);
  return choices.find(({ id }) => id === devices[kind]) ?? choices.find(({ usual }) => usual);
}

/** A hand-held device with a camera on each side. */
export function canTurnCamera({ cameras }: Devices): boolean {
  return cameras.length > 1 && matchMedia("(pointer: coarse)").matches;
}

/** The browser names devices only once it lets the page use one. */
export function hasDevices({ microphones, cameras, speakers }: Devices): boolean {
  return microphones.length + cameras.length + speakers.length > 0;
}

export function deviceSelects({ state, actions }: Context): TemplateResult {
  const kinds: readonly Kind[] = state.devices.canChooseSpeaker
    ? ["microphone", "camera", "speaker"]
    : ["microphone", "camera"];
  return html`<div class="device-selects">
    ${kinds.map((kind) => deviceSelect(state.devices, actions, kind))}
    ${
      canTurnCamera(state.devices)
        ? html`<button type="button" class="button quiet" @click=${() => actions.flipCamera()}>
            ${icon("flip", 20)} ${lobbyWords.flip}
          </button>`
        : nothing
    }
  </div>`;
}

function deviceSelect(devices: Devices, actions: Actions, kind: Kind): TemplateResult {
  const choices = choicesOf(devices, kind);
  const used = usedOf(devices, kind);
  return html`<div class="field">
    <label for="choose-${kind}">${lobbyWords[kind]}</label>
    <select
      id="choose-${kind}"
      ?disabled=${choices.length === 0}
      @change=${(event: Event) => actions.chooseDevice(kind, (event.target as HTMLSelectElement).value)}
    >
      ${choices.length === 0 ? html`<option>${lobbyWords.noneFound}</option>` : nothing}
      ${choices.map(
        ({ id, label }) => html`<option value=${id} .selected=${id === used?.id}>${label}</option>`,
      )}
    </select>
  </div>`;
}

/**
 * One kind as radio buttons, for the card that opens beside a control. A press chooses and closes; arrow keys choose
 * and leave it open, because they pass the devices in between.
 */
export function deviceList(context: Context, kind: Kind, heading: string, close: () => void): TemplateResult {
  const { state, actions } = context;
  const choices = choicesOf(state.devices, kind);
  const used = usedOf(state.devices, kind);
  const onClick = (event: MouseEvent, id: string) => {
    if (event.detail === 0) return;
    event.preventDefault();
    actions.chooseDevice(kind, id);
    close();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    // Else it presses the button that gets the focus.
    event.preventDefault();
    close();
  };
  return html`<fieldset class="choices" @keydown=${onKey}>
    <legend>${heading}</legend>
    ${choices.length === 0 ? html`<p class="soft small">${lobbyWords.noneFound}</p>` : nothing}
    ${choices.map(
      ({ id, label }) => html`<label class="check" @click=${(event: MouseEvent) => onClick(event, id)}>
        <input
          type="radio"
          name="list-${kind}"
          .checked=${id === used?.id}
          @change=${() => actions.chooseDevice(kind, id)}
        />
        <span>${label}</span>
      </label>`,
    )}
  </fieldset>`;
}
