/**
 * The lobby: the preview at the left, how things are at the right, one primary button, and the backup plan below.
 *
 * Not here: asking for devices, which the page does as soon as the lobby is there to explain it (`app`).
 */

import { html, nothing, type TemplateResult } from "lit";
import { addressSwitch } from "./address-switch";
import { type Context, serverNow } from "./context";
import { deviceSelects, hasDevices } from "./device-menus";
import { siteHead } from "./frame";
import { type IconName, icon } from "./icons";
import "./meter";
import { orderChoice } from "./order-choice";
import "./picture";
import type { PlanForm } from "./plan-form";
import "./plan-form";
import { problemCards } from "./problem-card";
import { problemsOf } from "./problems";
import { type ReadinessLine, readiness } from "./readiness";
import { lobbyWords, planWords } from "./words/lobby";
import { practiceWords } from "./words/practice";

export function lobby(context: Context): TemplateResult {
  const { state, zone } = context;
  const now = serverNow(state);
  return html`
    ${siteHead()}
    <main class="lobby">
      <div class="lobby-head">
        <h1 tabindex="-1">${lobbyWords.title(state.peer.name)}</h1>
        <p class="lead">
          <span class="figures">${lobbyWords.when(state.session, now, zone)}</span>
          <span class="soft small">${lobbyWords.whose(zone)}</span>
        </p>
        ${practiceNote(context)}
      </div>
      <div class="lobby-preview">${preview(context)} ${problemCards(context)}</div>
      <section class="lobby-ready" aria-labelledby="ready-heading">
        <h2 id="ready-heading" class="heard">${lobbyWords.readiness}</h2>
        <ul class="readiness">
          ${readiness(state, context.view.heard).map(readinessLine)}
        </ul>
        ${nameField(context)} ${orderChoice(context)} ${addressSwitch(context)} ${joining(context, now)}
        ${beforehand(context)}
      </section>
      ${hasDevices(state.devices) ? devicesSection(context) : nothing}
      <section class="lobby-plan" aria-labelledby="plan-heading">
        <h2 id="plan-heading">${planWords.title}</h2>
        <p class="soft">${planWords.lead}</p>
        <rb-plan-form .context=${context}></rb-plan-form>
      </section>
      ${state.rehearsal ? nothing : html`<p class="lobby-help soft small">${lobbyWords.help}</p>`}
    </main>
  `;
}

/** The check has a page of its own, so that its script is no part of the call's. */
function checkPath({ state }: Context): string {
  return `/session/${state.session.id}/${state.you.role}/check`;
}

function practiceNote({ state: { rehearsal, peer } }: Context): TemplateResult | typeof nothing {
  return rehearsal ? html`<p class="callout" data-practice>${practiceWords.lobby(peer.name)}</p>` : nothing;
}

/** What can be done before: have the line checked, practise alone. */
function beforehand(context: Context): TemplateResult | typeof nothing {
  const { practise, rehearsal } = context.state;
  if (rehearsal) return nothing;
  return html`<p class="lobby-before">
    <a href=${checkPath(context)} data-action="check">${lobbyWords.check}</a>
    ${practise ? html`<a href=${practise} data-action="practise">${practiceWords.practise}</a>` : nothing}
  </p>`;
}

function devicesSection(context: Context): TemplateResult {
  return html`<section class="lobby-devices" aria-labelledby="devices-heading">
    <h2 id="devices-heading">${lobbyWords.devices}</h2>
    ${deviceSelects(context)}
  </section>`;
}

function preview(context: Context): TemplateResult {
  const { state, levels, show } = context;
  return html`<div class="preview">
    <rb-picture
      .stream=${state.selfStream}
      .live=${state.selfStream !== null}
      .mirrored=${state.selfMirrored}
      .label=${lobbyWords.preview}
    ></rb-picture>
    ${state.selfStream ? nothing : html`<div class="preview-empty">${previewWords(context)}</div>`}
    <div class="preview-foot">
      ${microphoneToggle(context)} ${cameraToggle(context)}
      ${
        state.status.microphone === "on"
          ? html`<rb-meter .level=${levels.microphone} .onHeard=${() => show({ heard: true })}></rb-meter>`
          : nothing
      }
    </div>
  </div>`;
}

function previewWords({ state, actions }: Context): TemplateResult {
  const { devices } = state;
  if (devices.asking) return html`<p>${lobbyWords.asking}</p>`;
  if (!hasDevices(devices) && problemsOf(devices).length === 0)
    return html`<button type="button" class="button" @click=${() => actions.askForDevices()}>${lobbyWords.turnOn}</button>`;
  return html`${icon("cameraOff", 32)}
    <p>${devices.cameraProblem ? lobbyWords.noPicture : lobbyWords.cameraOff}</p>`;
}

function microphoneToggle({ state, actions }: Context): TemplateResult {
  const { microphone } = state.status;
  const press = () =>
    microphone === "none" ? actions.askForDevices() : actions.setMicrophone(microphone !== "on");
  return previewToggle(
    lobbyWords.microphone,
    microphone === "on",
    microphone === "on" ? "mic" : "micOff",
    press,
  );
}

function cameraToggle({ state, actions }: Context): TemplateResult {
  const on = state.status.camera === "on";
  return previewToggle(lobbyWords.camera, on, on ? "camera" : "cameraOff", () => actions.setCamera(!on));
}

function previewToggle(name: string, on: boolean, shape: IconName, press: () => unknown): TemplateResult {
  return html`<button type="button" class="round small" aria-label=${name} aria-pressed=${on} @click=${press}>
    ${icon(shape)}
  </button>`;
}

function readinessLine({ what, ready, icon: shape, words }: ReadinessLine): TemplateResult {
  return html`<li class="ready ${ready}" data-what=${what}>
    <span class="ready-sign">${icon(ready === "good" ? "check" : shape, 20)}</span>
    <span>${words}</span>
  </li>`;
}

function nameField({ state, actions }: Context): TemplateResult {
  const keep = (event: Event) => {
    const field = event.target as HTMLInputElement;
    const name = field.value.trim();
    if (name === "") field.value = state.you.name;
    else if (name !== state.you.name) actions.setName(name);
  };
  return html`<div class="field">
    <label for="own-name">${lobbyWords.name}</label>
    <input
      id="own-name"
      autocomplete="name"
      maxlength="80"
      required
      aria-describedby="own-name-hint"
      .value=${state.you.name}
      @change=${keep}
    />
    <span class="hint" id="own-name-hint">${lobbyWords.nameHint(state.peer.name)}</span>
  </div>`;
}

function joining(context: Context, now: number): TemplateResult {
  const { state, view, zone } = context;
  const early = state.session.state === "early";
  const join = (how: "all" | "voice" | "nothing") => async () => {
    if (document.querySelector<PlanForm>("rb-plan-form")?.settle() === false) return false;
    context.show({ joining: true });
    try {
      await context.actions.join(how);
    } finally {
      context.show({ joining: false });
    }
    return true;
  };
  const telephone = async () => {
    if (await join("nothing")()) context.actions.setPhone("offered");
  };
  return html`<div class="joining">
    ${
      early
        ? html`<p class="callout">
            <strong>${lobbyWords.early(state.session, now, zone)}</strong> ${lobbyWords.earlyHint}
          </p>`
        : nothing
    }
    ${state.elsewhere ? html`<p class="callout" data-elsewhere>${lobbyWords.elsewhere}</p>` : nothing}
    <button
      type="button"
      class="button primary large wide"
      data-action="join"
      ?disabled=${early}
      aria-busy=${view.joining}
      @click=${join("all")}
    >${lobbyWords.join}</button>
    ${
      early
        ? nothing
        : html`<div class="join-others">
            <button type="button" class="button quiet" @click=${join("voice")}>${lobbyWords.joinVoice}</button>
            <button type="button" class="button quiet" @click=${join("nothing")}>${lobbyWords.joinNothing}</button>
            <button type="button" class="button quiet" @click=${telephone}>${lobbyWords.telephone}</button>
          </div>`
    }
    <p class="soft small joining-note">${lobbyWords.private}</p>
  </div>`;
}
