/**
 * The backup plan as both agree on it: who rings whom, the own number and consent to show it.
 *
 * Not here: the telephone card in the call (`phone-card`). A number is kept only when it is asked to be.
 */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Role } from "../protocol.gen";
import type { Context } from "./context";
import { icon } from "./icons";
import { Light } from "./light";
import { looksDiallable } from "./telephone";
import { planWords } from "./words/lobby";

@customElement("rb-plan-form")
export class PlanForm extends Light {
  @property({ attribute: false }) context!: Context;
  /** Without the question who rings, where only the number is missing. */
  @property({ attribute: false }) numberOnly = false;
  /** What is being typed; null while it is what the server keeps. */
  @state() private draft: string | null = null;
  /** What is wrong with it, in words. */
  @state() private odd = "";
  @query("#own-number") private field!: HTMLInputElement | null;

  protected override render(): TemplateResult {
    const { state } = this.context;
    return html`<div class="plan-form">
      ${this.numberOnly ? nothing : this.whoRings()} ${this.ownNumber()}
      ${
        this.numberOnly
          ? nothing
          : html`<p class="plan-theirs ${state.plan.theirs ? "there" : ""}">
              ${icon(state.plan.theirs ? "check" : "phone", 20)}
              <span>${state.plan.theirs ? planWords.theirsThere(state.peer.name) : planWords.theirsMissing(state.peer.name)}</span>
            </p>`
      }
    </div>`;
  }

  private whoRings(): TemplateResult {
    const { state, actions } = this.context;
    const choice = (rings: Role, words: string) => html`<label class="choice">
      <input
        type="radio"
        name="rings"
        value=${rings}
        .checked=${state.plan.rings === rings}
        @change=${() => actions.setRings(rings)}
      />
      <span>${words}</span>
    </label>`;
    return html`<fieldset class="choice-row">
      <legend>${planWords.who}</legend>
      ${choice(state.you.role, planWords.iRing(state.peer.name))}
      ${choice(state.peer.role, planWords.theyRing(state.peer.name))}
    </fieldset>`;
  }

  private ownNumber(): TemplateResult {
    const { state } = this.context;
    const mine = state.plan.mine;
    const number = this.draft ?? mine?.number ?? "";
    return html`
      <form class="field" @submit=${this.onSubmit} novalidate>
        <label for="own-number">${planWords.number}</label>
        <div class="input-row">
          <input
            class="input figures"
            id="own-number"
            type="tel"
            autocomplete="tel"
            maxlength="32"
            aria-describedby="own-number-hint"
            aria-invalid=${this.odd !== ""}
            .value=${number}
            @input=${this.onInput}
            @blur=${this.keep}
          />
          ${this.draft !== null ? html`<button class="button">${planWords.save}</button>` : nothing}
        </div>
        <span class=${this.odd ? "error" : "hint"} id="own-number-hint">
          ${this.odd || planWords.numberHint}
        </span>
      </form>
      <label class="check">
        <input
          type="checkbox"
          .checked=${mine?.granted ?? false}
          aria-describedby="consent-hint"
          @change=${this.onConsent}
        />
        <span>
          ${planWords.consent(state.peer.name)}
          <span class="hint" id="consent-hint">${planWords.consentHint}</span>
        </span>
      </label>
    `;
  }

  private readonly onInput = (event: Event): void => {
    this.draft = (event.target as HTMLInputElement).value;
    this.odd = "";
  };

  private readonly onSubmit = (event: Event): void => {
    event.preventDefault();
    this.keep();
  };

  private readonly onConsent = (event: Event): void => {
    const tick = event.target as HTMLInputElement;
    const number = (this.draft ?? this.context.state.plan.mine?.number ?? "").trim();
    if (number !== "" || !tick.checked) {
      this.send(number, tick.checked);
      return;
    }
    tick.checked = false;
    this.odd = planWords.numberFirst;
    this.field?.focus();
  };

  /** Keeps what is typed before somebody goes on; false, with the field in focus, when that is no number. */
  settle(): boolean {
    this.keep();
    if (this.draft !== null) this.field?.focus();
    return this.draft === null;
  }

  private readonly keep = (): void => {
    if (this.draft === null) return;
    this.send(this.draft.trim(), this.context.state.plan.mine?.granted ?? false);
  };

  private send(number: string, granted: boolean): void {
    this.odd = number === "" || looksDiallable(number) ? "" : planWords.numberOdd;
    if (this.odd !== "") return;
    this.draft = null;
    this.context.actions.setNumber(number, granted && number !== "");
  }
}
