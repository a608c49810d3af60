/**
 * A voice as a moving line: the thread of whoever speaks. Under reduced motion it only grows thicker and thinner.
 *
 * Not here: how loud; `Levels` says 0 to 1.
 */

import { html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { eachFrame, stillness } from "./frames";
import { Light } from "./light";

const WIDTH = 240;
const HEIGHT = 48;
const POINTS = 60;
const SPEAKING = 0.06;

@customElement("rb-level-line")
export class LevelLine extends Light {
  @property({ attribute: false }) level: () => number = () => 0;
  @query("path") private line!: SVGPathElement | null;
  private stop = (): void => {};
  private eased = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = eachFrame((at) => this.draw(at));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  protected override render(): TemplateResult {
    return html`<svg class="level-line" width=${WIDTH} height=${HEIGHT} viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
      <path d=${levelPath(0, 0)}></path>
    </svg>`;
  }

  private draw(at: number): void {
    const level = this.level();
    this.eased += (level - this.eased) * (level > this.eased ? 0.5 : 0.15);
    this.classList.toggle("speaking", this.eased > SPEAKING);
    if (!stillness()) this.line?.setAttribute("d", levelPath(this.eased, at / 160));
  }
}

/** A wave that is still at both ends; `level` 0 to 1, `phase` in radians. */
export function levelPath(level: number, phase: number): string {
  const swing = Math.min(1, Math.sqrt(level) * 1.2) * (HEIGHT / 2 - 4);
  const points = Array.from({ length: POINTS + 1 }, (_, index) => {
    const share = index / POINTS;
    const y = HEIGHT / 2 + swing * Math.sin(share * Math.PI) ** 1.5 * Math.sin(share * 6 * Math.PI - phase);
    return `${Math.round(share * WIDTH)} ${Math.round(y * 10) / 10}`;
  });
  return `M${points.join("L")}`;
}
