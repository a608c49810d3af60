/** What a check has come to so far; the page shows it. Not here: how it comes about (`run.ts`). */

import type { Figures, Refusal, Verdict } from "./api";
import type { Ways } from "./ways";

export type Step = "ready" | "devices" | "connecting" | "echo" | "line" | "speed" | "done" | "failed";

export interface CheckState {
  readonly step: Step;
  /** 0 to 1000. */
  readonly progress: number;
  readonly microphone: "waiting" | "on" | "heard" | "none";
  /** `on` until a picture has been seen. */
  readonly camera: "waiting" | "on" | "works" | "none";
  /** For the preview, while it is open. */
  readonly picture: MediaStreamTrack | null;
  readonly echo: "waiting" | "playing" | "played" | "none";
  /** Whether the microphone hears it; `unknown` where that could not be tried. */
  readonly loudspeaker: "waiting" | "listening" | "heard" | "quiet" | "unknown";
  readonly verdict: Verdict | null;
  readonly figures: Figures | null;
  readonly ways: Ways | null;
  /** What is known of the ways before all are. */
  readonly tried: Partial<Ways>;
  /** Why there is none: the server's sentence, or nothing when nobody answered. */
  readonly refusal: Refusal | null;
  /** What was being done when it failed. */
  readonly failedAt: Step | null;
}

export const AT_REST: CheckState = {
  step: "ready",
  progress: 0,
  microphone: "waiting",
  camera: "waiting",
  picture: null,
  echo: "waiting",
  loudspeaker: "waiting",
  verdict: null,
  figures: null,
  ways: null,
  tried: {},
  refusal: null,
  failedAt: null,
};
