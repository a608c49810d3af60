/** What a check has come to so far; the page shows it. Not here: how it comes about (`run.ts`). */

import type { Refusal, Verdict } from "./api";
import type { Ways } from "./ways";

export type Step = "ready" | "devices" | "connecting" | "echo" | "line" | "speed" | "done" | "failed";

export interface CheckState {
  readonly step: Step;
  /** 0 to 1000. */
  readonly progress: number;
  readonly microphone: "waiting" | "on" | "heard" | "none";
  readonly echo: "waiting" | "playing" | "played" | "none";
  /** Whether the microphone hears it; `unknown` where that could not be tried. */
  readonly loudspeaker: "waiting" | "listening" | "heard" | "quiet" | "unknown";
  readonly verdict: Verdict | null;
  readonly ways: Ways | null;
  /** Why there is none: the server's sentence, or nothing when nobody answered. */
  readonly refusal: Refusal | null;
  /** What can be copied: figures without names, words or addresses. */
  readonly diagnostics: string;
}

export const AT_REST: CheckState = {
  step: "ready",
  progress: 0,
  microphone: "waiting",
  echo: "waiting",
  loudspeaker: "waiting",
  verdict: null,
  ways: null,
  refusal: null,
  diagnostics: "",
};
