/** The thread between the two names: `threadShape` drawn to the width there is. */

import { html, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Light } from "./light";
import { threadPaths } from "./thread-path";
import type { Fray, ThreadKind } from "./thread-shape";

const HEIGHT = 28;

@customElement("rb-thread")
export class Thread extends Light {
  @property({ attribute: false }) kind: ThreadKind = "smooth";
  @property({ attribute: false }) fray: Fray = "none";
  @state() private width = 0;
  private readonly observer = new ResizeObserver(([entry]) => {
    this.width = Math.round(entry?.contentRect.width ?? 0);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  protected override render(): TemplateResult {
    const { line, strands } = threadPaths(this.kind, this.fray, Math.max(this.width, 24), HEIGHT);
    return html`<svg class="thread ${this.kind}" width=${Math.max(this.width, 24)} height=${HEIGHT} aria-hidden="true">
      <path class="thread-line" d=${line}></path>
      ${strands.map((strand) => svg`<path class="thread-strand" d=${strand}></path>`)}
    </svg>`;
  }
}
