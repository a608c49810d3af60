/**
 * Lines of words across the stage: the line is lost, sound needs a tap, a screen is shared, and the call's own notices.
 *
 * Not here: saying them aloud (`announce`).
 */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Notice } from "../state";
import { callWords } from "../words";
import { type Context, linesOf, picturesFirst } from "./context";
import { icon } from "./icons";
import "./ticking";
import { roomWords } from "./words/room";

/** More than this at once is a wall of words; the newest are shown. */
const SHOWN = 2;

type Remedy = NonNullable<Notice["action"]>["do"];

const REMEDIES: Readonly<Record<Remedy, (context: Context) => unknown>> = {
  video_back: ({ actions }) => actions.pin("video"),
  pin_voice: ({ actions }) => actions.pin("voice"),
  unpin: ({ actions }) => actions.pin("none"),
  telephone: ({ actions }) => actions.setPhone("offered"),
  write: (context) => openChat(context),
  hear: ({ actions }) => actions.hear(),
  unmute: ({ actions }) => actions.setMicrophone(true),
  take_back: ({ actions }) => actions.takeSeatBack(),
};

export function notices(context: Context): TemplateResult {
  const { state, actions } = context;
  return html`<div class="notices">
    ${interrupted(context)}
    ${
      state.soundBlocked
        ? html`<div class="notice lit">
            <button type="button" class="button primary" @click=${() => actions.hear()}>
              ${icon("speaker", 20)} ${roomWords.tapToHear(state.peer.name)}
            </button>
          </div>`
        : nothing
    }
    ${
      state.status.screen
        ? html`<div class="notice">
            <p>${icon("screen", 20)} ${roomWords.screenBanner}</p>
            <button type="button" class="button" @click=${() => actions.shareScreen(false)}>${roomWords.sharing}</button>
          </div>`
        : nothing
    }
    ${repeat(
      state.notices.slice(-SHOWN),
      ({ id }) => id,
      (notice) => noticeLine(notice, context),
    )}
  </div>`;
}

/** The chat takes the focus when it opens. */
function openChat({ state, show }: Context): void {
  show({ chatOpen: true, chatSeen: linesOf(state) });
}

function interrupted(context: Context): TemplateResult | typeof nothing {
  const { state, actions } = context;
  const broken = state.link === "interrupted" || state.link === "lost";
  if (state.phase !== "call" || state.phone !== "hidden" || !broken) return nothing;
  const since = state.interruptedSince;
  const counting = state.link === "lost" ? roomWords.lost : roomWords.reconnecting;
  const words = (now: number) =>
    since === null ? roomWords.reconnectingShort : counting(Math.max(0, Math.floor((now - since) / 1000)));
  return html`<div class="notice needs">
    <p class="figures"><rb-ticking .show=${words}></rb-ticking></p>
    ${
      picturesFirst(state)
        ? html`<button type="button" class="button" @click=${() => openChat(context)}>
            ${icon("chat", 20)} ${callWords.write}
          </button>`
        : html`<button type="button" class="button" @click=${() => actions.setPhone("offered")}>
            ${icon("phone", 20)} ${roomWords.telephoneInstead}
          </button>`
    }
  </div>`;
}

function noticeLine({ id, words, urgency, dismissible, action }: Notice, context: Context): TemplateResult {
  const { actions } = context;
  const act = (remedy: Remedy) => {
    REMEDIES[remedy](context);
    actions.dismiss(id);
  };
  return html`<div class="notice ${urgency === "assertive" ? "needs" : ""}">
    <p>${words}</p>
    ${action ? html`<button type="button" class="button" @click=${() => act(action.do)}>${action.words}</button>` : nothing}
    ${
      dismissible
        ? html`<button type="button" class="icon-button" aria-label=${roomWords.dismiss} @click=${() => actions.dismiss(id)}>
            ${icon("close", 20)}
          </button>`
        : nothing
    }
  </div>`;
}
