/** The head that the lobby and the pages after the call share with every other page. */

import { html, type TemplateResult } from "lit";

export function siteHead(): TemplateResult {
  return html`<header class="shell-head">
    <span class="brand">${logo()}<span>Ringback</span></span>
  </header>`;
}

function logo(): TemplateResult {
  return html`<svg
    viewBox="0 0 48 24"
    width="44"
    height="22"
    fill="none"
    stroke="currentColor"
    stroke-width="2.6"
    stroke-linecap="round"
    aria-hidden="true"
  ><path d="M2.5 19C17 19 33 20 33 10.4 33 5.6 28.8 2.5 24 2.5S15 5.6 15 10.4C15 20 31 19 45.5 19"></path></svg>`;
}
