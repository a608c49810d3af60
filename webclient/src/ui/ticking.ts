/** Parts of the page that change with the clock: they render again each second while they are shown. */

import type { TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Light } from "./light";

@customElement("rb-ticking")
export class Ticking extends Light {
  /** Called with this machine's time, epoch milliseconds. */
  @property({ attribute: false }) show: (now: number) => TemplateResult | string = () => "";
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.timer);
  }

  protected override render(): TemplateResult | string {
    return this.show(Date.now());
  }
}
