/** The verdict of a check: one word, what a call would hold, what to do, what stands beside it, and the figures for whoever wants them. */

import { html, nothing, type TemplateResult } from "lit";
import type { Direction, Verdict } from "../check/api";
import { reachesByUdp, type Ways } from "../check/ways";
import type { Readiness } from "../protocol.gen";
import { checkWords as words } from "./words/check";

const COLOURS: Readonly<Record<Readiness, string>> = {
  good: "good",
  weak: "",
  not_ready: "needs",
  not_checked: "",
};

export function verdictCard(
  { readiness, rung, remedy, up, down }: Verdict,
  ways: Ways | null,
  beside: readonly string[],
): TemplateResult {
  return html`<div class="callout ${COLOURS[readiness]}" data-remedy=${remedy}>
      <h2>${words.readiness[readiness]}</h2>
      <p>${words.holds(rung)} ${words.remedy[remedy]}</p>
      ${beside.map((said) => html`<p data-beside>${said}</p>`)}
    </div>
    <details class="check-figures">
      <summary>${words.figures}</summary>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">${words.way}</th>
            <th scope="col" class="figures">${words.speed}</th>
            <th scope="col" class="figures">${words.loss}</th>
            <th scope="col" class="figures">${words.jitter}</th>
          </tr>
        </thead>
        <tbody>
          ${row(words.toUs, up)} ${row(words.toYou, down)}
        </tbody>
      </table>
      ${ways ? waysTable(ways) : nothing}
    </details>`;
}

/** Each way that was tried, and what came of it. */
function waysTable(ways: Ways): TemplateResult {
  const { httpMs, socket, relays } = ways;
  const http = httpMs === null ? words.late : words.answered(Math.round(httpMs));
  const rooms = socket.ms === null && !socket.refused ? words.late : words.answered(socket.ms);
  return html`<table class="table">
    <thead>
      <tr>
        <th scope="col">${words.wayThere}</th>
        <th scope="col" class="figures">${words.wayWorks}</th>
      </tr>
    </thead>
    <tbody>
      ${wayRow(words.udp, reachesByUdp(ways) ? words.works : words.fails)}
      ${relays.map(({ transport, ms }) => wayRow(words.relay[transport], words.answered(ms)))}
      ${wayRow(words.http, http)} ${wayRow(words.socket, rooms)}
    </tbody>
  </table>`;
}

function wayRow(name: string, said: string): TemplateResult {
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="figures">${said}</td>
  </tr>`;
}

function row(name: string, { kbps, lossPm, jitterMs }: Direction): TemplateResult {
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="figures">${words.kbps(kbps)}</td>
    <td class="figures">${words.percent(lossPm)}</td>
    <td class="figures">${words.ms(jitterMs)}</td>
  </tr>`;
}
