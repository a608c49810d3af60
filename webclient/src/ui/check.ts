/**
 * The connection check on its page: one button, lines that fill in, a word and what to do about it.
 *
 * Not here: measuring (`check/run.ts`).
 */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { diagnostics, type Tone } from "../check/diagnostics";
import { Output } from "../check/output";
import { CheckRun } from "../check/run";
import { AT_REST, type CheckState } from "../check/state";
import { playTone } from "../check/tone";
import { type Clock, pageClock } from "../clock";
import type { Devices } from "../devices";
import { TrackLevel } from "../levels";
import { checkLines } from "./check-lines";
import { checkProblems } from "./check-problems";
import { verdictCard } from "./check-verdict";
import { Light } from "./light";
import "./meter";
import { checkWords as words } from "./words/check";
import { problemTitle } from "./words/problems";

@customElement("rb-check")
export class Check extends Light {
  /** The address the check begins at. */
  @property() begin = "/check";
  /** The room's address, or nothing for the open link. */
  @property() back = "";
  @property({ attribute: false }) devices!: Devices;
  @property({ attribute: false }) clock: Clock = pageClock;
  @state() private seen: CheckState = AT_REST;
  @state() private toneSaid: Tone = "asked";
  @state() private copied = "";
  private check: CheckRun | null = null;
  private output: Output | null = null;
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

  /** What can be copied of the check that is over. */
  get diagnostics(): string {
    return diagnostics(this.seen, this.toneSaid, this.devices.state);
  }

  protected override render(): TemplateResult {
    const { step, progress, verdict, ways } = this.seen;
    this.dataset["camera"] = this.seen.camera;
    this.dataset["step"] = step;
    this.dataset["echo"] = this.seen.echo;
    this.dataset["loudspeaker"] = this.seen.loudspeaker;
    this.dataset["readiness"] = verdict?.readiness ?? "not_checked";
    const running = !["ready", "done", "failed"].includes(step);
    return html`<div class="stack">
      <div role="status">${verdict ? verdictCard(verdict, ways, this.beside()) : nothing}${step === "failed" ? this.refused() : nothing}</div>
      ${step === "ready" ? html`<p class="soft">${words.hint}</p>` : this.lines()}
      ${running ? html`<progress class="check-progress" aria-label=${words.progress} max="1000" value=${progress}></progress>` : this.actions(step)}
    </div>`;
  }

  private lines(): TemplateResult {
    const { canChooseSpeaker, speakers, speaker } = this.devices.state;
    const asked = {
      tone: this.toneSaid,
      again: () => void this.tone(),
      say: (tone: Tone) => {
        this.toneSaid = tone;
      },
      speakers: canChooseSpeaker ? speakers : [],
      speaker,
      choose: (id: string) => void this.choose(id),
    };
    const lines = checkLines(
      this.seen,
      asked,
      () => this.level.level(),
      () => this.check?.seePicture(),
    );
    return html`${lines} ${checkProblems(this.devices.state, () => this.start())}`;
  }

  /** What a good line does not mend. */
  private beside(): readonly string[] {
    const { cameraProblem } = this.devices.state;
    const spoken = this.seen.microphone !== "none";
    return [
      ...(this.toneSaid === "nothing" ? [words.speakerBeside] : []),
      ...(cameraProblem ? [words.camBeside(problemTitle(cameraProblem, "camera"), spoken)] : []),
      ...(this.seen.camera === "on" ? [words.camBlackBeside] : []),
    ];
  }

  private actions(step: string): TemplateResult {
    const first = step === "ready";
    return html`<p class="actions">
        <button type="button" class="button ${this.back && !first ? "" : "primary"}" data-action="check" @click=${() => this.start()}>
          ${first ? words.start : words.again}
        </button>
        ${this.back ? html`<a class="button ${first ? "quiet" : "primary"}" href=${this.back}>${words.back}</a>` : nothing}
        ${first ? nothing : html`<button type="button" class="button quiet" @click=${() => this.copy()}>${words.copy}</button>`}
      </p>
      <p class="soft small" role="status">${this.copied}</p>
      ${first ? nothing : this.text()}`;
  }

  private refused(): TemplateResult {
    const refusal = this.seen.refusal;
    return html`<div class="callout needs">
      <h2>${words.failed}</h2>
      <p>${refusal?.message || words.unreachable}</p>
    </div>`;
  }

  /** To be selected where the browser does not copy. */
  private text(): TemplateResult {
    return html`<details class="check-figures" ?open=${this.copied === words.notCopied}>
      <summary>${words.copyText}</summary>
      <textarea class="check-text" aria-label=${words.copyText} rows="10" readonly .value=${this.diagnostics}></textarea>
    </details>`;
  }

  private tone(): Output {
    this.output ??= new Output(this.devices.state.speaker);
    playTone(this.output);
    return this.output;
  }

  private async choose(speaker: string): Promise<void> {
    await this.devices.choose("speaker", speaker);
    await this.output?.choose(speaker);
    this.tone();
  }

  private start(): void {
    this.check?.stop();
    const output = this.tone();
    this.copied = "";
    this.toneSaid = "asked";
    const check = new CheckRun({
      begin: this.begin,
      devices: this.devices,
      output,
      clock: this.clock,
      level: this.level,
      onChange: (seen) => {
        if (this.check === check) this.seen = seen;
      },
    });
    this.check = check;
    void check.run();
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.diagnostics);
      this.copied = words.copied;
    } catch {
      this.copied = words.notCopied;
    }
  }
}
