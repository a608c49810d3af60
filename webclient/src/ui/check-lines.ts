/** The lines of a running check: speaker, microphone, echo, loudspeaker, line. Not here: the verdict (`check-verdict`). */

import { html, nothing, type TemplateResult } from "lit";
import type { CheckState } from "../check/state";
import { type IconName, icon } from "./icons";
import { checkWords as words } from "./words/check";

type Ready = "good" | "waiting" | "without";

interface Line {
  readonly what: "speaker" | "microphone" | "echo" | "loudspeaker" | "line";
  readonly ready: Ready;
  readonly icon: IconName;
  readonly words: string;
}

export interface Tone {
  readonly heard: boolean;
  readonly again: () => void;
  readonly yes: () => void;
}

export function checkLines(state: CheckState, tone: Tone, level: () => number): TemplateResult {
  const over = state.step === "done" || state.step === "failed";
  const meter =
    (state.microphone === "on" || state.microphone === "heard") && !over
      ? html`<rb-meter .level=${level}></rb-meter>`
      : nothing;
  const asked = tone.heard
    ? nothing
    : html`<span class="check-tone">
        <button type="button" class="button" @click=${tone.yes}>${words.heardTone}</button>
        <button type="button" class="button" @click=${tone.again}>${words.tone}</button>
      </span>`;
  return html`<ul class="readiness" aria-label=${words.steps}>
    ${line(speaker(tone.heard), asked)} ${line(microphone(state, over), meter)} ${line(echo(state), nothing)}
    ${state.loudspeaker === "unknown" ? nothing : line(loudspeaker(state), nothing)}
    ${line(network(state), nothing)}
  </ul>`;
}

function line({ what, ready, icon: shape, words: said }: Line, beside: TemplateResult | typeof nothing) {
  return html`<li class="ready ${ready}" data-what=${what}>
    <span class="ready-sign">${icon(ready === "good" ? "check" : shape, 20)}</span>
    <span>${said} ${beside}</span>
  </li>`;
}

function speaker(heard: boolean): Line {
  const said = heard ? words.speakerGood : words.speakerAsk;
  return { what: "speaker", ready: heard ? "good" : "waiting", icon: "speaker", words: said };
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
