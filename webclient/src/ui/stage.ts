/**
 * The stage: the two names with the thread between them, and below it the scene.
 *
 * Not here: controls (`controls`) and the words of the call's notices, which stand as they come.
 */

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { askToNotify, mayAskToNotify } from "./arrival";
import type { Context } from "./context";
import { icon } from "./icons";
import "./level-line";
import { notices } from "./notices";
import { phoneCard } from "./phone-card";
import "./picture";
import { practiceBar } from "./practice";
import { holdsPicture, type Scene, sceneOf, silenceOf } from "./scene";
import { selfView } from "./self-view";
import "./thread";
import "./ticking";
import { called } from "../words";
import { threadShape } from "./thread-shape";
import { timeOfDay } from "./time";
import { roomWords } from "./words/room";

export function stage(context: Context): TemplateResult {
  const { state, show } = context;
  const { heldAt } = context.view;
  const scene = sceneOf(state);
  const words = SCENES[scene];
  const sharing = state.peer.status?.screen === true;
  return html`<section class="stage" data-scene=${scene} aria-labelledby="stage-heading">
    ${practiceBar(context)} ${stageHead(context)} ${notices(context)}
    <div class="scene ${scene}">
      <rb-picture
        class="peer-picture"
        ?hidden=${!PICTURED.includes(scene)}
        .stream=${state.peerStream}
        .live=${state.peerVideoLive}
        .hold=${holdsPicture(state)}
        .still=${state.peerStill}
        .stillLabel=${sharing ? roomWords.peerScreenStill(state.peer.name) : roomWords.peerStill(state.peer.name)}
        .whole=${sharing}
        .onHeld=${(at: number | null) => show({ heldAt: at })}
        .label=${sharing ? roomWords.peerScreen(state.peer.name) : roomWords.peerPicture(state.peer.name)}
      ></rb-picture>
      ${words(context)}
      ${scene === "voice" && heldAt !== null ? heldMark(heldAt, context) : nothing}
      ${peerChip(context, scene)} ${selfView(context)}
    </div>
  </section>`;
}

/** Scenes with the peer's picture, live or not. */
const PICTURED: readonly Scene[] = ["video", "still", "voice"];

function stageHead({ state }: Context): TemplateResult {
  const shape = threadShape(state);
  return html`<header class="stage-head">
    <span class="stage-name mine"
      ><span class="stage-own">${called(state.you.name)}</span> <span class="stage-you">${roomWords.you}</span></span
    >
    <span class="stage-thread">
      ${keyed(shape.kind, html`<rb-thread .kind=${shape.kind} .fray=${shape.fray}></rb-thread>`)}
      <span class="thread-words">${shape.words}</span>
    </span>
    <h1 class="stage-name theirs" id="stage-heading" tabindex="-1">${called(state.peer.name)}</h1>
  </header>`;
}

const SCENES: Readonly<Record<Scene, (context: Context) => TemplateResult | typeof nothing>> = {
  waiting,
  connecting: ({ state }) =>
    calm(roomWords.connecting(state.peer.name), html`<p>${roomWords.connectingLead}</p>`),
  phone: phoneCard,
  video: () => nothing,
  still,
  voice,
};

function calm(title: string, rest: TemplateResult | typeof nothing): TemplateResult {
  return html`<div class="calm">
    <h2>${title}</h2>
    ${rest}
  </div>`;
}

function waiting(context: Context): TemplateResult {
  const { state, show } = context;
  const { name, presence } = state.peer;
  const lobby = presence === "lobby";
  const title = lobby
    ? roomWords.waitingLobby(name)
    : state.session.met
      ? roomWords.waitingMet(name)
      : roomWords.waitingTitle(name);
  const lead = lobby
    ? roomWords.waitingLobbyLead(name)
    : state.session.met
      ? roomWords.waitingMetLead(name)
      : roomWords.waitingLead(name);
  return html`<div class="calm">
    <div class="lamp" aria-hidden="true"></div>
    <h2>${title}</h2>
    <p>${lead}</p>
    ${
      lobby || state.session.met
        ? nothing
        : html`<p><button type="button" class="link-button" @click=${() => show({ tab: "agenda", sheetFull: false })}>
            ${roomWords.waitingHint}
          </button></p>`
    }
    ${lobby || !mayAskToNotify() ? nothing : notifyButton(context)}
  </div>`;
}

/** Browsers ask only after a press, and so the person asks first. */
function notifyButton({ state, show, say }: Context): TemplateResult {
  const ask = async () => {
    const granted = await askToNotify();
    say(granted ? roomWords.notifySet(state.peer.name) : roomWords.notifyRefused);
    show({});
  };
  return html`<p><button type="button" class="link-button" @click=${() => void ask()}>
    ${roomWords.notify(state.peer.name)}
  </button></p>`;
}

function voice({ state, levels }: Context): TemplateResult {
  const { name } = state.peer;
  const silence = silenceOf(state);
  const why = {
    off: html`<p>${roomWords.peerCameraOff(name)}</p>`,
    line: html`<p class="why">${roomWords.voiceOnly}</p><p class="why stage-soft">${roomWords.voiceBack}</p>`,
    chosen: html`<p class="why">${roomWords.voiceChosen}</p>`,
    paused: html`<p class="why">${roomWords.voicePaused}</p>`,
    lost: html`<p>${roomWords.notesGoOn}</p>`,
  }[silence];
  return html`<div class="calm voice-calm">
    <p class="calm-name">${called(name)}</p>
    ${silence === "lost" ? nothing : html`<rb-level-line .level=${levels.peer}></rb-level-line>`}
    ${why}
  </div>`;
}

/** Never as if live: marked, with its age, which is counted on while no newer one comes. */
function still({ state: { peerStill }, levels }: Context): TemplateResult | typeof nothing {
  if (!peerStill) return nothing;
  const age = (now: number) => roomWords.stillFrom(Math.max(0, Math.round((now - peerStill.at) / 1000)));
  return html`<div class="held-mark still-mark">
    ${icon("pause", 16)} <rb-ticking .show=${age}></rb-ticking>
    <rb-level-line .level=${levels.peer}></rb-level-line>
  </div>`;
}

function heldMark(at: number, { zone }: Context): TemplateResult {
  return html`<p class="held-mark">${icon("pause", 16)} ${roomWords.heldAt(timeOfDay(at, zone))}</p>`;
}

function peerChip({ state }: Context, scene: Scene): TemplateResult | typeof nothing {
  const status = state.peer.status;
  if (!PICTURED.includes(scene) || !status || status.microphone === "on") return nothing;
  const words = status.microphone === "muted" ? roomWords.peerMuted : roomWords.peerSilent;
  return html`<p class="peer-chip">${icon("micOff", 18)} ${words(state.peer.name)}</p>`;
}
