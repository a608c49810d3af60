/**
 * Why a camera or microphone could not be had, told apart.
 *
 * Not here: opening them (`devices.ts`) or the words for it (`words.ts`).
 */

import type { DeviceProblem } from "./state";

/** By the exceptions of Media Capture and Streams section 10.3, and Chromium's message for the system's refusal. */
export function problemOf(error: unknown): DeviceProblem {
  const { name, message } = error instanceof Error || error instanceof DOMException ? error : new Error();
  switch (name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
      return /system/i.test(message) ? "denied_by_system" : "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "not_found";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    case "SecurityError":
      return "insecure";
    default:
      return "unknown";
  }
}

/** Asking again with fewer wishes may help. */
export function isOverconstrained(error: unknown): boolean {
  return error instanceof Error && error.name === "OverconstrainedError";
}
