/** Which devices are missing, and why; both for the same reason count as one. Not here: what to say of it. */

import type { DeviceProblem, Devices } from "../state";
import type { What } from "./words/problems";

export interface Found {
  readonly problem: DeviceProblem;
  readonly what: What;
}

export function problemsOf({
  microphoneProblem,
  cameraProblem,
}: Pick<Devices, "microphoneProblem" | "cameraProblem">): readonly Found[] {
  if (microphoneProblem && microphoneProblem === cameraProblem)
    return [{ problem: microphoneProblem, what: "both" }];
  return [
    ...(microphoneProblem ? [{ problem: microphoneProblem, what: "microphone" } as const] : []),
    ...(cameraProblem ? [{ problem: cameraProblem, what: "camera" } as const] : []),
  ];
}
