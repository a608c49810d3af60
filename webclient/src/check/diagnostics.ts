/**
 * What can be copied of a check for whoever helps, finished or not: no addresses, no names, nothing that was said.
 *
 * Not here: where it is shown (`ui/check.ts`).
 */

import type { DeviceProblem } from "../state";
import type { CheckState } from "./state";
import { reachesByUdp } from "./ways";

/** Whether the tone was heard, as far as its hearer has said. */
export type Tone = "asked" | "heard" | "nothing";

export interface Problems {
  readonly microphoneProblem: DeviceProblem | null;
  readonly cameraProblem: DeviceProblem | null;
}

export function diagnostics(state: CheckState, tone: Tone, problems: Problems): string {
  const { microphone, camera, loudspeaker, verdict, figures, ways, tried, failedAt, refusal } = state;
  const { microphoneProblem, cameraProblem } = problems;
  const failed = failedAt ? { failed: { at: failedAt, error: refusal?.id ?? "" } } : {};
  const measured = figures && {
    rttMs: figures.rttMs,
    packets: { everyMs: figures.everyMs, up: figures.up.length, down: figures.down.length },
  };
  const whole = {
    ...failed,
    ...verdict,
    microphone: figures?.microphone ?? microphone,
    camera,
    tone,
    loudspeaker,
    microphoneProblem,
    cameraProblem,
    ...measured,
    ...tried,
    ...(ways && { ...ways, httpMs: ways.httpMs && Math.round(ways.httpMs), udp: reachesByUdp(ways) }),
  };
  return JSON.stringify(whole, null, 1);
}
