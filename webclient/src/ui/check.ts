/**
 * The connection check on its page: one button, four lines that fill in, a word and what to do about it.
 *
 * Not here: measuring (`check/run.ts`).
 */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { CheckRun } from "../check/run";
import { AT_REST, type CheckState } from "../check/state";
import { playTone } from "../check/tone";
import { TrackLevel } from "../levels";
import { checkLines } from "./check-lines";
import { verdictCard } from "./check-verdict";
import { Light } from "./light";
import "./meter";
import { checkWords as words } from "./words/check";

@customElement("rb-check")
export class Check extends Light {
  /** The address the check begins at. */
  @property() begin = "/check";
  /** The room's address, or nothing for the open link. */
  @property() back = "";
  @property() microphoneId = "";
  @state() private seen: CheckState = AT_REST;
  @state() private toneHeard = false;
  @state() private copied = "";
  private check: CheckRun | null = null;
  private sound: AudioContext | null = null;
  private readonly player = new Audio();
  private readonly level = new TrackLevel();
  private readonly leave = (): void => this.check?.stop();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("pagehide", this.leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("pagehide", this.leave);
    this.leave();
  }

  protected override render(): TemplateResult {
    const { step, progress, verdict, ways } = this.seen;
    this.dataset["step"] = step;
    this.dataset["echo"] = this.seen.echo;
    this.dataset["loudspeaker"] = this.seen.loudspeaker;
    this.dataset["readiness"] = verdict?.readiness ?? "not_checked";
    const running = !["ready", "done", "failed"].includes(step);
    return html`<div class="stack">
      <div role="status">${verdict ? verdictCard(verdict, ways) : nothing}${step === "failed" ? this.refused() : nothing}</div>
      ${step === "ready" ? html`<p class="soft">${words.hint}</p>` : this.lines()}
      ${running ? html`<progress class="check-progress" aria-label=${words.progress} max="1000" value=${progress}></progress>` : this.actions(step)}
    </div>`;
  }

  private lines(): TemplateResult {
    const tone = {
      heard: this.toneHeard,
      again: () => void this.tone(),
      yes: () => {
        this.toneHeard = true;
      },
    };
    return checkLines(this.seen, tone, () => this.level.level());
  }

  private actions(step: string): TemplateResult {
    const first = step === "ready";
    return html`<p class="actions">
        <button type="button" class="button ${this.back && !first ? "" : "primary"}" data-action="check" @click=${() => this.start()}>
          ${first ? words.start : words.again}
        </button>
        ${this.back ? html`<a class="button ${first ? "quiet" : "primary"}" href=${this.back}>${words.back}</a>` : nothing}
        ${this.seen.verdict ? html`<button type="button" class="button quiet" @click=${() => this.copy()}>${words.copy}</button>` : nothing}
      </p>
      <p class="soft small" role="status">${this.copied}</p>`;
  }

  private refused(): TemplateResult {
    const refusal = this.seen.refusal;
    return html`<div class="callout needs">
      <h2>${words.failed}</h2>
      <p>${refusal?.message || words.unreachable}</p>
    </div>`;
  }

  private tone(): AudioContext {
    this.sound ??= new AudioContext();
    playTone(this.sound);
    return this.sound;
  }

  private start(): void {
    const sound = this.tone();
    this.copied = "";
    this.check = new CheckRun({
      begin: this.begin,
      microphoneId: this.microphoneId,
      sound,
      level: this.level,
      onChange: (seen) => {
        this.seen = seen;
      },
      play: (echo) => {
        this.player.srcObject = echo;
        if (echo) this.player.play().catch(() => undefined);
      },
    });
    void this.check.run();
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.seen.diagnostics);
      this.copied = words.copied;
    } catch {
      this.copied = words.notCopied;
    }
  }
}
