/** The card of a check that stands below its lines when a camera or microphone cannot be had, in the lobby's words. */

import { html, nothing, type TemplateResult } from "lit";
import type { Devices } from "../state";
import { problemCard } from "./problem-card";
import { problemsOf } from "./problems";
import { checkWords as words } from "./words/check";
import { problemWords, type What } from "./words/problems";

const ON: Readonly<Record<What, string>> = {
  both: words.withoutBoth,
  microphone: words.withoutMicrophone,
  camera: words.withoutCamera,
};

export function checkProblems(devices: Devices, again: () => void): TemplateResult | typeof nothing {
  const found = problemsOf(devices);
  if (found.length === 0 || devices.asking) return nothing;
  const [only] = found;
  return html`<section class="callout needs problem">
    ${found.map(problemCard)}
    <p class="soft">${found.length === 1 && only ? ON[only.what] : words.withoutBoth}</p>
    <p class="actions"><button type="button" class="button" @click=${again}>${problemWords.again}</button></p>
  </section>`;
}
