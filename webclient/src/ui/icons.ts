/** The icons, drawn as one stroke on a 24 by 24 grid. Words stand beside each of them, or in the button's name. */

import { html, type TemplateResult } from "lit";

const SLASH = "M4 4l16 16";
const MIC =
  "M12 14.5a3.2 3.2 0 0 0 3.2-3.2V6.2a3.2 3.2 0 0 0-6.4 0v5.1a3.2 3.2 0 0 0 3.2 3.2zM5.8 11.3a6.2 6.2 0 0 0 12.4 0M12 17.5V21";
const CAMERA =
  "M5 7h8.5a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 5 7zM15 11l5.5-3v8L15 13";
const EYE = "M3 12s3.4-6 9-6 9 6 9 6-3.4 6-9 6-9-6-9-6zM12 14.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z";

const PATHS = {
  mic: MIC,
  micOff: MIC + SLASH,
  camera: CAMERA,
  cameraOff: CAMERA + SLASH,
  screen: "M4 5h16v11H4zM9 20h6M12 16v4M12 13V8.2M9.8 10.3 12 8.1l2.2 2.2",
  chat: "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 19 16h-7l-4.5 3.5V16H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 5z",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  leave:
    "M3.7 13.3c4.6-4.3 12-4.3 16.6 0 .6.6.6 1.5.1 2.1l-1.3 1.5c-.5.5-1.3.6-1.9.2l-1.9-1.3a1.5 1.5 0 0 1-.7-1.2v-1.2a9.8 9.8 0 0 0-5.2 0v1.2c0 .5-.3 1-.7 1.2l-1.9 1.3c-.6.4-1.4.3-1.9-.2l-1.3-1.5a1.5 1.5 0 0 1 .1-2.1z",
  phone:
    "M6.8 3.9 9 3.6l1.7 4-2 1.6a12 12 0 0 0 6.1 6.1l1.6-2 4 1.7-.3 2.2a3 3 0 0 1-3 2.6C10.2 19.8 4.2 13.8 4.2 6.9a3 3 0 0 1 2.6-3z",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  check: "M5 12.8l4.4 4.4L19 7.6",
  plus: "M12 5v14M5 12h14",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  eye: EYE,
  eyeOff: EYE + SLASH,
  flip: "M4 12a8 8 0 0 1 13.7-5.6L20 8.6M20 4v4.6h-4.6M20 12a8 8 0 0 1-13.7 5.6L4 15.4M4 20v-4.6h4.6",
  carry: "M4 12h12M11.5 7.5 16 12l-4.5 4.5M20 5v14",
  trash: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7",
  pencil: "M4.5 19.5l.9-4L16 4.9l3.1 3.1L8.5 18.6z",
  play: "M8.5 6v12l9.5-6z",
  pause: "M9 6.5v11M15 6.5v11",
  keyboard: "M3.5 7h17v10.5h-17zM8 14.3h8M7 10.5h.01M10.3 10.5h.01M13.7 10.5h.01M17 10.5h.01",
  speaker: "M4.5 9.5H8L12.5 6v12L8 14.5H4.5zM16 9a4.2 4.2 0 0 1 0 6M18.6 6.6a7.6 7.6 0 0 1 0 10.8",
  person: "M12 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6zM4.8 19.8a7.2 7.2 0 0 1 14.4 0",
  line: "M3 12c3-5 6-5 9 0s6 5 9 0",
  sliders: "M4 7.5h9M18 7.5h2M4 16.5h2M11 16.5h9M15.5 5.2v4.6M8.5 14.2v4.6",
  send: "M4.5 12h13M12.5 6.5 18 12l-5.5 5.5",
} as const;

export type IconName = keyof typeof PATHS;

const THICK: ReadonlySet<IconName> = new Set(["more", "grip"]);

export function icon(name: IconName, size = 24): TemplateResult {
  return html`<svg
    class=${THICK.has(name) ? "icon thick" : "icon"}
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    aria-hidden="true"
  ><path d=${PATHS[name]}></path></svg>`;
}
