/**
 * A button that opens a small card beside it: closed by Escape, by a press outside, by choosing, and the focus returns.
 *
 * Not a menu in the ARIA sense: what it opens are ordinary buttons and choices.
 */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Light } from "./light";

/** Not `focusout`: what is removed while the focus moves takes it along, and it never arrives. */
const ELSEWHERE = ["pointerdown", "focusin"] as const;

@customElement("rb-menu")
export class Menu extends Light {
  /** The name of the button and of what it opens. */
  @property({ attribute: false }) label = "";
  @property({ attribute: false }) trigger: TemplateResult | string = "";
  @property({ attribute: false }) triggerClass = "icon-button";
  @property({ attribute: false }) content: (close: () => void) => TemplateResult = () => html``;
  @state() private open = false;
  @query(".menu-trigger") private button!: HTMLButtonElement | null;

  override connectedCallback(): void {
    super.connectedCallback();
    for (const kind of ELSEWHERE) document.addEventListener(kind, this.onElsewhere);
    this.addEventListener("keydown", this.onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const kind of ELSEWHERE) document.removeEventListener(kind, this.onElsewhere);
    this.removeEventListener("keydown", this.onKey);
  }

  protected override render(): TemplateResult {
    return html`
      <button
        type="button"
        class="menu-trigger ${this.triggerClass}"
        aria-label=${this.label}
        aria-expanded=${this.open}
        @click=${this.toggle}
      >${this.trigger}</button>
      ${this.open ? html`<div class="menu" role="group" aria-label=${this.label}>${this.content(this.closeMenu)}</div>` : nothing}
    `;
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.open || !changed.has("open")) return;
    const first =
      this.querySelector<HTMLElement>(".menu input:checked") ??
      this.querySelector(".menu :is(button, input)");
    if (first instanceof HTMLElement) first.focus();
  }

  private readonly toggle = (): void => {
    this.open = !this.open;
  };

  private readonly closeMenu = (): void => {
    this.open = false;
    this.button?.focus();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.open) return;
    event.stopPropagation();
    this.closeMenu();
  };

  private readonly onElsewhere = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.open = false;
  };
}
