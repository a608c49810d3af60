/**
 * The shared notes: a plain textarea bound to the text both write.
 *
 * The caret stays where it was when the peer writes; a composition of an input method is never disturbed.
 * Not here: the shared text itself (`NotesBinding`).
 */

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { NotesBinding, State } from "../state";
import { type Held, hold, release } from "./composing";
import type { Context } from "./context";
import { icon } from "./icons";
import { Light } from "./light";
import { notesWords } from "./words/panels";

/** The page has more urgent things to fetch first. */
const FETCH_AFTER_MS = 1500;

@customElement("rb-notes")
export class Notes extends Light {
  @property({ attribute: false }) context!: Context;
  @state() private binding: NotesBinding | null = null;
  @state() private failed = false;
  @query("textarea") private area!: HTMLTextAreaElement | null;
  private filled: HTMLTextAreaElement | null = null;
  private composing = false;
  private held: Held | null = null;
  private base = "";
  private unbind = (): void => {};
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    // Fetched before the tab is opened, so that the notes are there when the line is not.
    this.timer = window.setTimeout(() => this.fetchBinding(), FETCH_AFTER_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
    this.unbind();
    this.binding = null;
    this.filled = null;
  }

  protected override render(): TemplateResult {
    const { server } = this.context.state;
    const waiting =
      this.binding === null || (!this.binding.loaded && this.base === "" && server === "online");
    if (this.failed)
      return html`<div class="empty">
        <p>${notesWords.failed}</p>
        <button type="button" class="button" @click=${() => this.fetchBinding()}>${notesWords.again}</button>
      </div>`;
    return html`<div class="notes">
      <textarea
        id="notes"
        aria-label=${notesWords.label}
        aria-describedby="notes-saved"
        placeholder=${notesWords.placeholder}
        spellcheck="true"
        ?readonly=${this.binding === null}
        aria-busy=${waiting}
        @input=${this.onInput}
        @compositionstart=${this.onCompositionStart}
        @compositionend=${this.onCompositionEnd}
      ></textarea>
      ${waiting ? html`<p class="notes-shape"><span class="heard">${notesWords.loading}</span></p>` : nothing}
      ${leftover(this.context.state)}
      <div class="notes-foot">${savedWords(this.context.state)}<span class="soft notes-format">${notesWords.format}</span></div>
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const cameBack =
      changed.get("context")?.state.server === "offline" && this.context.state.server === "online";
    if (this.context.view.tab === "notes" && (!this.failed || cameBack)) this.fetchBinding();
    if (this.area === this.filled || this.binding === null) return;
    this.filled = this.area;
    if (this.area) this.area.value = this.base;
  }

  private fetching = false;

  private async fetchBinding(): Promise<void> {
    if (this.binding || this.fetching) return;
    this.fetching = true;
    try {
      const binding = await this.context.actions.notes();
      if (this.isConnected) this.bind(binding);
      this.failed = false;
    } catch {
      this.failed = true;
    } finally {
      this.fetching = false;
    }
  }

  private bind(binding: NotesBinding): void {
    this.binding = binding;
    this.base = binding.value;
    this.unbind = binding.onChange((value, map) => this.onRemote(value, map));
  }

  private onRemote(value: string, map: (offset: number) => number): void {
    if (this.composing) {
      this.held = hold(this.held, this.base, value, map);
      return;
    }
    this.put(value, map);
    this.requestUpdate();
  }

  /** Shows `value` and moves the selection with the words around it. */
  private put(value: string, map: (offset: number) => number): void {
    const { area } = this;
    this.base = value;
    if (!area || area.value === value) return;
    const { selectionStart, selectionEnd, selectionDirection, scrollTop } = area;
    area.value = value;
    area.setSelectionRange(map(selectionStart), map(selectionEnd), selectionDirection);
    area.scrollTop = scrollTop;
  }

  private readonly onInput = (): void => {
    // While the peer's changes wait for the composition to end, ours wait with them.
    if (this.held || !this.area || !this.binding) return;
    this.base = this.area.value;
    this.binding.input(this.base, this.area.selectionStart, this.area.selectionEnd);
  };

  private readonly onCompositionStart = (): void => {
    this.composing = true;
  };

  private readonly onCompositionEnd = (): void => {
    this.composing = false;
    const { held, area } = this;
    this.held = null;
    if (!held || !area) return;
    const { value, caret } = release(held, area.value);
    this.base = value;
    area.value = value;
    area.setSelectionRange(caret, caret);
    this.binding?.input(value, caret, caret);
  };
}

function leftover({ notesLeftover }: State): TemplateResult | typeof nothing {
  if (notesLeftover === "") return nothing;
  return html`<div class="callout needs leftover">
    <p>${notesWords.leftover}</p>
    <p class="leftover-text">${notesLeftover}</p>
  </div>`;
}

function savedWords({ saving, server }: State): TemplateResult {
  const kept = saving.pending > 0 && server === "offline";
  const words = kept ? notesWords.kept : saving.pending > 0 ? notesWords.saving : notesWords.saved;
  return html`<span id="notes-saved" class="saved ${kept ? "kept" : ""}">
    ${icon(saving.pending > 0 ? "pause" : "check", 16)} ${words}
    ${saving.fragile && saving.pending > 0 ? html`<span class="needs">${notesWords.fragile}</span>` : nothing}
  </span>`;
}
