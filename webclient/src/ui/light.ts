/** The base of our elements: Lit in light DOM, so that one style sheet and one focus order hold for the whole page. */

import { LitElement } from "lit";

export class Light extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
