/**
 * What to say when a camera or microphone cannot be had, and the steps that help in this browser.
 *
 * Not here: finding out why; the state names the problem.
 */

import type { DeviceProblem } from "../../state";
import type { BrowserName, SystemName } from "../browser";

export type What = "microphone" | "camera" | "both";

export interface Help {
  readonly title: string;
  readonly steps: readonly string[];
}

const NAMES: Readonly<Record<What, string>> = {
  microphone: "microphone",
  camera: "camera",
  both: "camera and microphone",
};

const ALLOW: Readonly<Record<BrowserName, readonly string[]>> = {
  chrome: [
    "Press the sign at the left of the address bar.",
    "Switch on what you want to use.",
    "Press Try again.",
  ],
  edge: [
    "Press the padlock at the left of the address bar.",
    "Open Permissions for this site and choose Allow.",
    "Press Try again.",
  ],
  firefox: [
    "Press the crossed-out sign at the left of the address bar.",
    "Remove the block with the small cross beside it.",
    "Press Try again and choose Allow.",
  ],
  safari: [
    "Open the Safari menu, then Settings for this website.",
    "Set Camera and Microphone to Allow.",
    "Press Try again.",
  ],
  ios: [
    "Press the sign at the left of the address bar.",
    "Open Website Settings and choose Allow.",
    "Press Try again.",
  ],
  android: [
    "Press the sign at the left of the address bar.",
    "Open Permissions and switch on what you want to use.",
    "Press Try again.",
  ],
  other: ["Open your browser's settings for this site.", "Allow what you want to use.", "Press Try again."],
};

const ALLOW_IN_SYSTEM: Readonly<Record<SystemName, readonly string[]>> = {
  windows: [
    "Open Settings, then Privacy & security.",
    "Under Camera and under Microphone, allow apps and your browser to use them.",
    "Press Try again.",
  ],
  mac: [
    "Open System Settings, then Privacy & Security.",
    "Under Camera and under Microphone, switch your browser on.",
    "Start the browser again and open your link.",
  ],
  ios: [
    "Open Settings and find your browser.",
    "Switch on Camera and Microphone.",
    "Come back and press Try again.",
  ],
  android: [
    "Open Settings, then Apps, and find your browser.",
    "Under Permissions, allow Camera and Microphone.",
    "Come back and press Try again.",
  ],
  linux: ["Open your system's privacy settings.", "Allow your browser to use them.", "Press Try again."],
};

export function problemTitle(problem: DeviceProblem, what: What): string {
  const name = NAMES[what];
  switch (problem) {
    case "denied":
      return `Your browser keeps the ${name} from this page`;
    case "denied_by_system":
      return `Your system keeps the ${name} from the browser`;
    case "not_found":
      return `We can't find a ${what === "both" ? "camera or microphone" : name}`;
    case "in_use":
      return `Another programme is using your ${name}`;
    case "insecure":
      return `Browsers open the ${name} on secure pages only`;
    case "unknown":
      return `Your ${name} didn't start`;
    default:
      return problem satisfies never;
  }
}

const STEPS: Readonly<
  Record<DeviceProblem, (browser: BrowserName, system: SystemName) => readonly string[]>
> = {
  denied: (browser) => ALLOW[browser],
  denied_by_system: (_browser, system) => ALLOW_IN_SYSTEM[system],
  not_found: () => ["If you have one, plug it in or switch it on.", "Press Try again."],
  in_use: () => ["Close other calls and other tabs that use it.", "Press Try again."],
  insecure: () => [
    "Open your link again and look for https at the beginning of the address.",
    "If it says http, ask your coordinator for a secure link.",
  ],
  unknown: () => ["Unplug it and plug it in again, or start the browser again.", "Press Try again."],
};

export function helpFor(problem: DeviceProblem, what: What, browser: BrowserName, system: SystemName): Help {
  return { title: problemTitle(problem, what), steps: STEPS[problem](browser, system) };
}

export const problemWords = {
  again: "Try again",
  goOn: "Continue without",
  also: (peer: string): string => `Or go on without: you will still hear ${peer}, and you can write.`,
  voiceStays: (peer: string): string => `Or go on without: ${peer} will still hear you.`,
};
