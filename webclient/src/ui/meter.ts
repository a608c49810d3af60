/** The microphone's meter: a row of beads along the thread that light up with the voice. */

import { html, svg, type TemplateResult } from "lit";
import { customElement, property, queryAll } from "lit/decorators.js";
import { eachFrame } from "./frames";
import { Light } from "./light";

const BEADS = 16;
/** A voice at arm's length reaches this; breath and fans do not. */
const HEARD = 0.08;

@customElement("rb-meter")
export class Meter extends Light {
  @property({ attribute: false }) level: () => number = () => 0;
  /** Called once, when the microphone has heard something. */
  @property({ attribute: false }) onHeard: () => void = () => {};
  @queryAll("circle") private beads!: NodeListOf<SVGCircleElement>;
  private stop = (): void => {};
  private lit = -1;
  private told = false;
  private eased = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = eachFrame(() => this.draw());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override render(): TemplateResult {
    return html`<svg class="meter" viewBox="0 0 ${BEADS * 12} 12" width=${BEADS * 12} height="12" aria-hidden="true">
      ${Array.from({ length: BEADS }, (_, index) => svg`<circle cx=${index * 12 + 6} cy="6" r="4"></circle>`)}
    </svg>`;
  }

  private draw(): void {
    const level = this.level();
    this.eased = Math.max(level, this.eased * 0.8);
    if (level > HEARD && !this.told) {
      this.told = true;
      this.onHeard();
    }
    const lit = Math.round(Math.min(1, Math.sqrt(this.eased) * 1.15) * BEADS);
    if (lit === this.lit) return;
    this.lit = lit;
    this.beads.forEach((bead, index) => {
      bead.classList.toggle("lit", index < lit);
    });
  }
}
