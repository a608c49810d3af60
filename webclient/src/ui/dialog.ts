/** A native modal dialog that is open for as long as it is rendered; the browser keeps the focus in and gives it back. */

import { html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { icon } from "./icons";
import { Light } from "./light";
import { roomWords } from "./words/room";

@customElement("rb-dialog")
export class Dialog extends Light {
  @property({ attribute: false }) heading = "";
  @property({ attribute: false }) content: TemplateResult | string = "";
  @property({ attribute: false }) onClose: () => void = () => {};
  @query("dialog") private dialog!: HTMLDialogElement | null;
  private opener: Element | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.opener = document.activeElement;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.opener instanceof HTMLElement && this.opener.isConnected) this.opener.focus();
  }

  protected override render(): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="dialog-heading" @close=${this.onClose} @click=${this.onBackdrop}>
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id="dialog-heading">${this.heading}</h2>
          <button type="button" class="icon-button" aria-label=${roomWords.close} @click=${() => this.dialog?.close()}>
            ${icon("close")}
          </button>
        </header>
        ${this.content}
      </div>
    </dialog>`;
  }

  protected override firstUpdated(): void {
    this.dialog?.showModal();
  }

  private readonly onBackdrop = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.dialog?.close();
  };
}
