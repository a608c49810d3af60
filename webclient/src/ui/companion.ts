/**
 * The companion beside the stage: the session's time, three tabs with their panels, and the chat docked below.
 *
 * On a telephone it is a sheet with a handle. Not here: what stands in a panel.
 */

import { html, nothing, type TemplateResult } from "lit";
import "./agenda";
import "./chat";
import { type Context, serverNow } from "./context";
import "./goals";
import "./notes";
import { SheetDrag } from "./sheet-drag";
import { TABS, type Tab } from "./tabs";
import "./ticking";
import { remaining, timeOfDay } from "./time";
import { companionWords } from "./words/panels";
import { roomWords } from "./words/room";

export function companion(context: Context): TemplateResult {
  const { state, view } = context;
  return html`<section class="companion" aria-label=${companionWords.label}>
    ${handle(context)}
    <div class="companion-head">
      ${tablist(context)}
      <p class="session-time figures"><rb-ticking .show=${() => sessionTime(context)}></rb-ticking></p>
    </div>
    ${state.server === "offline" ? html`<p class="server-away">${roomWords.serverAway}</p>` : nothing}
    ${panel(context, "agenda", html`<rb-agenda .context=${context}></rb-agenda>`)}
    ${panel(context, "notes", html`<rb-notes .context=${context}></rb-notes>`)}
    ${panel(context, "goals", html`<rb-goals .context=${context}></rb-goals>`)}
    ${view.chatOpen ? html`<rb-chat .context=${context}></rb-chat>` : nothing}
  </section>`;
}

function handle({ view, show }: Context): TemplateResult {
  const drag = new SheetDrag((sheetFull) => show({ sheetFull }));
  return html`<button
    type="button"
    class="sheet-handle"
    aria-label=${view.sheetFull ? companionWords.less : companionWords.more}
    aria-expanded=${view.sheetFull}
    @click=${() => show({ sheetFull: !view.sheetFull })}
    @pointerdown=${drag.start}
  ><span></span></button>`;
}

function tablist(context: Context): TemplateResult {
  return html`<div class="tabs" role="tablist" aria-label=${companionWords.tabs} @keydown=${(event: KeyboardEvent) => onTabKey(event, context)}>
    ${TABS.map((tab) => {
      const selected = tab === context.view.tab;
      return html`<button
        type="button"
        class="tab"
        role="tab"
        id="tab-${tab}"
        aria-controls="panel-${tab}"
        aria-selected=${selected}
        tabindex=${selected ? 0 : -1}
        @click=${() => context.show({ tab })}
      >${companionWords[tab]}</button>`;
    })}
  </div>`;
}

/** Arrow keys, Home and End move between tabs, as the ARIA practices for tabs ask. */
function onTabKey(event: KeyboardEvent, { view, show }: Context): void {
  const at = TABS.indexOf(view.tab);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  const tab = TABS[(next + TABS.length) % TABS.length];
  if (tab === undefined) return;
  show({ tab });
  document.getElementById(`tab-${tab}`)?.focus();
}

function panel({ view }: Context, tab: Tab, content: TemplateResult): TemplateResult {
  return html`<div
    class="panel"
    role="tabpanel"
    id="panel-${tab}"
    aria-labelledby="tab-${tab}"
    tabindex="0"
    ?hidden=${view.tab !== tab}
  >${content}</div>`;
}

function sessionTime({ state, zone }: Context): TemplateResult {
  const { starts, minutes } = state.session;
  const left = remaining(starts, minutes, serverNow(state));
  const words = companionWords[left.kind](left.minutes);
  return html`<span>${words}</span> <span class="soft">${companionWords.until(timeOfDay(starts + minutes * 60_000, zone))}</span>`;
}
