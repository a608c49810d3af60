/** The lines of a running check: speaker, microphone, camera, echo, loudspeaker, line. Not here: the verdict (`check-verdict`). */

import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { Tone } from "../check/diagnostics";
import type { CheckState } from "../check/state";
import type { DeviceChoice } from "../state";
import { type IconName, icon } from "./icons";
import { checkWords as words } from "./words/check";

type Ready = "good" | "waiting" | "without";

interface Line {
  readonly what: "speaker" | "microphone" | "camera" | "echo" | "loudspeaker" | "line";
  readonly ready: Ready;
  readonly icon: IconName;
  readonly words: string;
}

export interface Speaker {
  readonly tone: Tone;
  readonly again: () => void;
  readonly say: (tone: Tone) => void;
  /** To choose from, and the one that plays; none where the browser chooses. */
  readonly speakers: readonly DeviceChoice[];
  readonly speaker: string;
  readonly choose: (id: string) => void;
}

export function checkLines(
  state: CheckState,
  speaker: Speaker,
  level: () => number,
  onPicture: () => void,
): TemplateResult {
  const over = state.step === "done" || state.step === "failed";
  const meter =
    (state.microphone === "on" || state.microphone === "heard") && !over
      ? html`<rb-meter .level=${level}></rb-meter>`
      : nothing;
  return html`<ul class="readiness" aria-label=${words.steps}>
    ${line(heard(speaker), asked(speaker))} ${line(microphone(state, over), meter)}
    ${line(camera(state, over), preview(state, onPicture))} ${line(echo(state), nothing)}
    ${state.loudspeaker === "unknown" ? nothing : line(loudspeaker(state), nothing)}
    ${line(network(state), nothing)}
  </ul>`;
}

function line({ what, ready, icon: shape, words: said }: Line, beside: TemplateResult | typeof nothing) {
  return html`<li class="ready ${ready}" data-what=${what}>
    <span class="ready-sign">${icon(ready === "good" ? "check" : shape, 20)}</span>
    <div>${said} ${beside}</div>
  </li>`;
}

function heard({ tone }: Speaker): Line {
  const said = { asked: words.speakerAsk, heard: words.speakerGood, nothing: words.speakerNothing }[tone];
  const ready = tone === "heard" ? "good" : tone === "nothing" ? "without" : "waiting";
  return { what: "speaker", ready, icon: "speaker", words: said };
}

/** What to press, and what helps whoever hears nothing. */
function asked({ tone, again, say, speakers, speaker, choose }: Speaker): TemplateResult | typeof nothing {
  if (tone === "heard") return nothing;
  const isNothing = tone === "nothing";
  const menu = html`<label class="field">
    <span>${words.speakerChoose}</span>
    <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${speakers.map(({ id, label }) => html`<option value=${id} .selected=${id === speaker}>${label}</option>`)}
    </select>
  </label>`;
  return html`${isNothing ? html`<ul class="check-steps">${words.speakerSteps.map((step) => html`<li>${step}</li>`)}</ul>` : nothing}
    ${isNothing && speakers.length > 1 ? menu : nothing}
    <span class="check-tone">
      <button type="button" class="button" @click=${() => say("heard")}>${words.heardTone}</button>
      ${isNothing ? nothing : html`<button type="button" class="button" @click=${() => say("nothing")}>${words.heardNothing}</button>`}
      <button type="button" class="button quiet" @click=${again}>${words.tone}</button>
    </span>`;
}

function camera({ camera: seen }: CheckState, over: boolean): Line {
  const of = (ready: Ready, said: string): Line => ({
    what: "camera",
    ready,
    icon: ready === "without" ? "cameraOff" : "camera",
    words: said,
  });
  if (seen === "none") return of("without", words.camNone);
  if (seen === "works") return of("good", words.camWorks);
  if (seen === "waiting") return of("waiting", words.camWaiting);
  return over ? of("without", words.camBlack) : of("waiting", words.camOn);
}

/** As in a mirror, which is how people know themselves. Guarded, or each rendering would begin the picture anew. */
function preview({ picture }: CheckState, onPicture: () => void): TemplateResult | typeof nothing {
  if (!picture) return nothing;
  return html`<video
    class="check-preview"
    aria-label=${words.preview}
    autoplay
    playsinline
    disablepictureinpicture
    .muted=${true}
    .srcObject=${guard([picture], () => new MediaStream([picture]))}
    @loadeddata=${onPicture}
  ></video>`;
}

function microphone({ microphone: heard }: CheckState, over: boolean): Line {
  const of = (ready: Ready, said: string): Line => ({
    what: "microphone",
    ready,
    icon: ready === "without" ? "micOff" : "mic",
    words: said,
  });
  if (heard === "none") return of("without", words.micNone);
  if (heard === "heard") return of("good", words.micHeard);
  if (heard === "waiting") return of("waiting", words.micWaiting);
  return over ? of("without", words.micSilent) : of("waiting", words.micOn);
}

function echo({ echo: now }: CheckState): Line {
  const said = {
    waiting: words.echoWaiting,
    playing: words.echoPlaying,
    played: words.echoPlayed,
    none: words.echoNone,
  };
  const ready = now === "played" ? "good" : now === "none" ? "without" : "waiting";
  return { what: "echo", ready, icon: "person", words: said[now] };
}

/** Nothing that stands in anybody's way: a good line, or something worth knowing. */
function loudspeaker({ loudspeaker: now }: CheckState): Line {
  const said = {
    waiting: words.loudspeakerWaiting,
    listening: words.loudspeakerListening,
    heard: words.loudspeakerHeard,
    quiet: words.loudspeakerQuiet,
    unknown: "",
  };
  const ready = now === "quiet" ? "good" : now === "heard" ? "without" : "waiting";
  return { what: "loudspeaker", ready, icon: "speaker", words: said[now] };
}

function network({ step }: CheckState): Line {
  const said = {
    ready: words.lineWaiting,
    devices: words.lineWaiting,
    connecting: words.lineConnecting,
    echo: words.lineWaiting,
    line: words.lineMeasuring,
    speed: words.speedMeasuring,
    done: words.lineDone,
    failed: words.failed,
  };
  const ready = step === "done" ? "good" : step === "failed" ? "without" : "waiting";
  return { what: "line", ready, icon: "line", words: said[step] };
}
