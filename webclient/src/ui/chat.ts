/** The chat, docked under the panels; it works when sound and picture do not. */

import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ChatLine } from "../state";
import { called } from "../words";
import { type Context, linesOf } from "./context";
import { icon } from "./icons";
import { Light } from "./light";
import { timeOfDay } from "./time";
import { chatWords } from "./words/panels";

const NEAR_PX = 8;

@customElement("rb-chat")
export class Chat extends Light {
  @property({ attribute: false }) context!: Context;
  @query(".chat-lines") private lines!: HTMLElement | null;
  @query("textarea") private area!: HTMLTextAreaElement | null;
  private shown = 0;
  private atEnd = true;
  private height = 0;
  /** A keyboard that rises or a sheet that is drawn leaves less room: the newest line stays in sight. */
  private readonly room = new ResizeObserver(() => {
    this.height = this.lines?.clientHeight ?? 0;
    if (this.atEnd) this.toEnd();
  });

  protected override render(): TemplateResult {
    const { state } = this.context;
    return html`<section class="chat" aria-labelledby="chat-heading" @keydown=${this.onEscape}>
      <header class="chat-head">
        <h2 id="chat-heading">${chatWords.title}</h2>
        <button type="button" class="icon-button" aria-label=${chatWords.close} @click=${this.close}>${icon("close", 20)}</button>
      </header>
      <div class="chat-lines" tabindex="0" @scroll=${this.onScroll}>
        ${state.chat.length === 0 ? html`<p class="soft">${chatWords.empty(state.peer.name)}</p>` : ""}
        ${repeat(
          state.chat,
          ({ op }) => op,
          (line) => this.line(line),
        )}
      </div>
      <form class="chat-write" @submit=${this.onSend}>
        <label class="heard" for="chat-text">${chatWords.label(state.peer.name)}</label>
        <textarea
          class="input"
          id="chat-text"
          rows="1"
          maxlength="2000"
          placeholder=${chatWords.label(state.peer.name)}
          @keydown=${this.onEnter}
        ></textarea>
        <button class="icon-button chat-send" aria-label=${chatWords.send}>${icon("send")}</button>
      </form>
    </section>`;
  }

  private line({ mine, text, at, delivered }: ChatLine): TemplateResult {
    const { state, zone } = this.context;
    const who = mine ? chatWords.mine : called(state.peer.name);
    const fate = mine ? `, ${delivered ? chatWords.delivered : chatWords.waiting}` : "";
    return html`<div class="chat-line ${mine ? "mine" : "theirs"}">
      <p class="chat-who small soft">${who}, <span class="figures">${timeOfDay(at, zone)}</span>${fate}</p>
      <p class="chat-text">${text}</p>
    </div>`;
  }

  protected override firstUpdated(): void {
    this.area?.focus();
    if (this.lines) this.room.observe(this.lines);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.room.disconnect();
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const { chat } = this.context.state;
    if (chat.length !== this.shown || this.atEnd) this.toEnd();
    this.shown = chat.length;
  }

  private toEnd(): void {
    this.atEnd = true;
    this.lines?.scrollTo({ top: this.lines.scrollHeight });
  }

  private readonly onScroll = (): void => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = this.lines ?? {};
    // An event of before the room changed would tell of the room after it.
    if (clientHeight === this.height) this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  };

  private readonly close = (): void => {
    this.context.show({ chatOpen: false, chatSeen: linesOf(this.context.state) });
    document.querySelector<HTMLElement>("[data-control='chat']")?.focus();
  };

  private readonly onEscape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.close();
  };

  private readonly onEnter = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  };

  private readonly onSend = (event: Event): void => {
    event.preventDefault();
    this.send();
  };

  private send(): void {
    const text = this.area?.value.trim() ?? "";
    if (text === "" || !this.area) return;
    this.context.actions.say(text);
    this.area.value = "";
    this.area.focus();
  }
}
