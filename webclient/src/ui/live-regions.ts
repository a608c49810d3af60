/** The two live regions of the page: one polite, one assertive. Not here: what is said (`announce`). */

import type { Said } from "./announce";

export class LiveRegions {
  private readonly polite: HTMLElement;
  private readonly assertive: HTMLElement;

  constructor(page: Document) {
    this.polite = region(page, "polite");
    this.assertive = region(page, "assertive");
  }

  say({ polite, assertive }: Said): void {
    put(this.polite, polite);
    put(this.assertive, assertive);
  }
}

function region(page: Document, urgency: "polite" | "assertive"): HTMLElement {
  const element = page.createElement("div");
  element.className = "heard";
  element.setAttribute("aria-live", urgency);
  element.setAttribute("aria-atomic", "true");
  page.body.append(element);
  return element;
}

/** The same words twice must change the text, or they are not read again. */
function put(element: HTMLElement, sentences: readonly string[]): void {
  if (sentences.length === 0) return;
  const words = sentences.join(" ");
  element.textContent = element.textContent === words ? `${words}\u00a0` : words;
}
