/**
 * Which key does what: M mic, V camera, Space to talk, A N G panels, B plan, C chat, L lighter, Shift+S share, ? help, F2
 * toolbar, Ctrl or Cmd with D and E as in other calls.
 *
 * Not here: what a command does. Single keys can be switched off (WCAG 2.2, 2.1.4).
 */

export type Command =
  | "microphone"
  | "camera"
  | "talk"
  | "agenda"
  | "notes"
  | "goals"
  | "plan"
  | "chat"
  | "lighter"
  | "share"
  | "help"
  | "toolbar";

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

export interface Where {
  /** What has the focus takes typed text. */
  readonly typing: boolean;
  /** What has the focus is pressed with Space: a button, a link, a tick. */
  readonly pressable: boolean;
  readonly dialog: boolean;
  /** The person keeps single keys on. */
  readonly singleKeys: boolean;
  /** Cmd takes the place of Ctrl. */
  readonly mac: boolean;
}

const SINGLE: Readonly<Record<string, Command>> = {
  m: "microphone",
  v: "camera",
  " ": "talk",
  a: "agenda",
  n: "notes",
  g: "goals",
  b: "plan",
  c: "chat",
  l: "lighter",
  "?": "help",
};

/** The command of a key press, or null when the page should leave it alone. */
export function commandOf(press: Press, where: Where): Command | null {
  if (press.repeat || where.dialog || press.altKey) return null;
  const key = press.key.toLowerCase();
  if (press.ctrlKey || press.metaKey) return chord(press, key, where);
  if (key === "f2") return "toolbar";
  if (where.typing || !where.singleKeys) return null;
  if (key === " " && where.pressable) return null;
  if (press.shiftKey) return key === "s" ? "share" : key === "?" ? "help" : null;
  return SINGLE[key] ?? null;
}

function chord(press: Press, key: string, where: Where): Command | null {
  const held = where.mac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey;
  if (!held || press.shiftKey) return null;
  return key === "d" ? "microphone" : key === "e" ? "camera" : null;
}
