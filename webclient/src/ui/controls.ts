/**
 * The bar under the stage: microphone, camera, share, chat, more, and Leave apart at the end.
 *
 * Not here: the cards that open from it (`more-card`, `device-menus`).
 */

import { html, nothing, type TemplateResult } from "lit";
import { type Context, linesOf } from "./context";
import { deviceList, type Kind } from "./device-menus";
import { type IconName, icon } from "./icons";
import "./menu";
import { moreCard } from "./more-card";
import { roomWords } from "./words/room";

export function controls(context: Context): TemplateResult {
  const { state, actions } = context;
  return html`<div class="bar" role="group" aria-label=${roomWords.bar}>
    ${microphone(context)} ${camera(context)}
    ${
      state.devices.canShareScreen
        ? control({
            shape: "screen",
            name: roomWords.share,
            pressed: state.status.screen,
            press: () => actions.shareScreen(!state.status.screen),
          })
        : nothing
    }
    ${chat(context)}
    <div class="control">
      <rb-menu
        .label=${roomWords.more}
        .triggerClass=${"round"}
        .trigger=${icon("more")}
        .content=${(close: () => void) => moreCard(context, close)}
      ></rb-menu>
      <span class="control-word" aria-hidden="true">${roomWords.more}</span>
    </div>
    <div class="control leave">
      <button type="button" class="round" aria-label=${roomWords.leave} @click=${() => actions.leave()}>${icon("leave")}</button>
      <span class="control-word" aria-hidden="true">${roomWords.leave}</span>
    </div>
  </div>`;
}

interface Control {
  readonly shape: IconName;
  readonly name: string;
  readonly pressed: boolean;
  readonly press: () => void;
  /** How it is now, behind the name, or `word` in the name's place. */
  readonly said?: string;
  readonly word?: string;
  readonly disabled?: boolean;
  readonly expands?: boolean;
  readonly beside?: TemplateResult;
}

/** A round button with its name, which never changes, and its state in a word under it. */
function control({
  shape,
  name,
  pressed,
  press,
  said,
  word = name,
  disabled,
  expands,
  beside,
}: Control): TemplateResult {
  return html`<div class="control">
    <div class="control-pair">
      <button
        type="button"
        class="round"
        data-control=${name.toLowerCase()}
        aria-label=${name}
        aria-pressed=${expands ? nothing : pressed}
        aria-expanded=${expands ? pressed : nothing}
        ?disabled=${disabled ?? false}
        @click=${press}
      >${icon(shape)}</button>
      ${beside ?? nothing}
    </div>
    <span class="control-word" aria-hidden="true">${word}${said ? html` <span class=${said}>${said}</span>` : nothing}</span>
  </div>`;
}

const SAID = { on: { said: roomWords.on }, muted: { said: roomWords.off }, off: { said: roomWords.off } };

function microphone(context: Context): TemplateResult {
  const { state, actions } = context;
  const { microphone: now } = state.status;
  return control({
    shape: now === "on" ? "mic" : "micOff",
    name: roomWords.mic,
    pressed: now === "on",
    ...(now === "none" ? { word: roomWords.noMic } : SAID[now]),
    press: () => (now === "none" ? actions.askForDevices() : actions.setMicrophone(now !== "on")),
    beside: deviceButton(context, "microphone", roomWords.microphones),
  });
}

function camera(context: Context): TemplateResult {
  const { state, actions } = context;
  const { camera: now } = state.status;
  return control({
    shape: now === "on" ? "camera" : "cameraOff",
    name: roomWords.camera,
    pressed: now === "on",
    ...(now === "none" ? { word: roomWords.noCamera } : SAID[now]),
    press: () => actions.setCamera(now !== "on"),
    beside: deviceButton(context, "camera", roomWords.cameras),
  });
}

function deviceButton(context: Context, kind: Kind, label: string): TemplateResult {
  const speaker = kind === "microphone" && context.state.devices.canChooseSpeaker;
  return html`<rb-menu
    class="device-menu"
    .label=${label}
    .triggerClass=${"beside"}
    .trigger=${icon("up", 18)}
    .content=${(close: () => void) =>
      html`${deviceList(context, kind, label, close)}
      ${speaker ? deviceList(context, "speaker", roomWords.speakers, close) : nothing}`}
  ></rb-menu>`;
}

function chat({ state, view, show }: Context): TemplateResult {
  const theirs = linesOf(state);
  const fresh = view.chatOpen ? 0 : Math.max(0, theirs - view.chatSeen);
  return control({
    shape: "chat",
    name: roomWords.chat,
    pressed: view.chatOpen,
    expands: true,
    ...(fresh > 0
      ? { said: roomWords.chatNew(fresh), beside: html`<span class="fresh" aria-hidden="true"></span>` }
      : {}),
    press: () => show({ chatOpen: !view.chatOpen, chatSeen: theirs }),
  });
}
