/**
 * The telephone: who rings whom, the number, and what to do when a number is missing. Works with every network down.
 *
 * Not here: agreeing on the plan beforehand (`plan-form`).
 */

import { html, nothing, svg, type TemplateResult } from "lit";
import type { PeerNumber } from "../protocol.gen";
import type { State } from "../state";
import type { Context } from "./context";
import { icon } from "./icons";
import "./plan-form";
import { qrPath, qrSide } from "./qr";
import { ending, smsLink, telLink } from "./telephone";
import { phoneWords } from "./words/room";

export function phoneCard(context: Context): TemplateResult {
  const { state } = context;
  const active = state.phone === "active";
  return html`<div class="phone-card ${active ? "active" : ""}">
    ${state.wayBack ? wayBack(context) : nothing} ${active ? activeWords(context) : offeredWords(context)}
  </div>`;
}

function offeredWords(context: Context): TemplateResult {
  const { state, actions } = context;
  const ringFirst = ringsFromHere(state) && !state.wayBack;
  return html`
    <p class="phone-lead">${phoneWords.offeredTitle}</p>
    ${whoRings(context, ringFirst)}
    <div class="actions phone-actions">
      <button type="button" class="button ${state.wayBack || ringFirst ? "" : "primary"}" @click=${() => actions.setPhone("active")}>
        ${icon("check", 20)} ${phoneWords.onPhone}
      </button>
      ${
        state.wayBack
          ? nothing
          : html`<button type="button" class="button quiet" @click=${() => actions.setPhone("hidden")}>${phoneWords.notNow}</button>`
      }
    </div>
    <p class="soft small">${phoneWords.private}</p>
  `;
}

/** On a telephone the number is rung by a press, and that is the next step; at a desk it is copied or scanned. */
function ringsFromHere({ plan, you }: State): boolean {
  return plan.rings === you.role && plan.theirs !== null && matchMedia("(pointer: coarse)").matches;
}

function whoRings(context: Context, ringFirst: boolean): TemplateResult {
  const { state } = context;
  const { rings, theirs, mine } = state.plan;
  const peer = state.peer.name;
  if (rings === state.you.role)
    return html`<h2>${phoneWords.iRing(peer)}</h2>
      ${theirs ? number(theirs, ringFirst) : missing(context, phoneWords.noTheirs(peer), phoneWords.noTheirsStep(peer))}`;
  return html`<h2>${phoneWords.theyRing(peer)}</h2>
    ${
      mine?.granted && mine.number
        ? html`<p class="phone-ending">${phoneWords.onYourNumber(ending(mine.number))}</p>`
        : missing(context, phoneWords.noMine(peer), phoneWords.noMineStep)
    }
    ${
      theirs
        ? html`<details class="phone-self">
            <summary>${phoneWords.ringYourself(peer)}</summary>
            ${number(theirs, false)}
          </details>`
        : nothing
    }`;
}

function number(theirs: PeerNumber, first: boolean): TemplateResult {
  return html`<div class="phone-number">
    <div>
      <p class="phone-digits figures">${theirs.number}</p>
      <a class="button large ${first ? "primary" : ""}" href=${telLink(theirs.tel)}>${icon("phone", 22)} ${phoneWords.ring}</a>
      <p class="small"><a href=${smsLink(theirs.tel)}>${phoneWords.message}</a></p>
    </div>
    ${theirs.qr.length > 0 ? qrCode(theirs) : nothing}
  </div>`;
}

function qrCode({ qr, number: digits }: PeerNumber): TemplateResult {
  const side = qrSide(qr);
  return html`<figure class="phone-qr">
    <svg viewBox="0 0 ${side} ${side}" role="img" aria-label=${phoneWords.qr(digits)} shape-rendering="crispEdges">
      ${svg`<path d=${qrPath(qr)}></path>`}
    </svg>
    <figcaption class="small soft">${phoneWords.scan}</figcaption>
  </figure>`;
}

function missing(context: Context, what: string, step: string): TemplateResult {
  const shared = context.state.plan.mine?.granted && context.state.plan.mine.number;
  return html`<div class="callout needs">
      <p><strong>${what}</strong></p>
      <p>${step}</p>
    </div>
    ${shared ? nothing : html`<rb-plan-form .context=${context} .numberOnly=${true}></rb-plan-form>`}`;
}

function activeWords({ state, actions }: Context): TemplateResult {
  return html`
    <h2>${phoneWords.activeTitle}</h2>
    <p>${phoneWords.activeLead}</p>
    ${state.plan.theirs ? html`<p class="phone-digits figures">${state.plan.theirs.number}</p>` : nothing}
    ${
      state.wayBack
        ? nothing
        : html`<p class="soft">${phoneWords.backHint}</p>
          <div class="actions phone-actions">
            <button type="button" class="button" @click=${() => actions.setPhone("hidden")}>${phoneWords.backAnyway}</button>
          </div>`
    }
  `;
}

function wayBack({ actions }: Context): TemplateResult {
  return html`<div class="callout good way-back">
    <p><strong>${phoneWords.wayBack}</strong> ${phoneWords.wayBackLead}</p>
    <button type="button" class="button primary" @click=${() => actions.setPhone("hidden")}>${phoneWords.back}</button>
  </div>`;
}
