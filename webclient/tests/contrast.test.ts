/** The colours of styles/tokens.css, read as a browser would, against WCAG 2.2 AA in both colour schemes. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Scheme = ReadonlyMap<string, string>;

const css = readFileSync(new URL("../styles/tokens.css", import.meta.url), "utf8").replace(
  /\/\*[\s\S]*?\*\//g,
  "",
);
const [plain = "", ...rest] = css.split("@media");
const darkRules = rest.find((block) => block.includes("prefers-color-scheme: dark")) ?? "";

function colours(rules: string): Scheme {
  return new Map(
    [...rules.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\s*;/gi)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}

const light = colours(plain);
const dark = new Map([...light, ...colours(darkRules)]);

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(scheme: Scheme, one: string, other: string): number {
  const [a, b] = [scheme.get(one), scheme.get(other)];
  if (!a || !b) throw new Error(`tokens.css has no colour --${a ? other : one}`);
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const PAPERS = ["paper", "raised", "sunken", "lamp-soft", "moss-soft", "clay-soft"];
const INKS = ["ink", "ink-raised", "ink-lit", "ink-clay-soft"];

/** Words and what they stand on: 4.5 to 1 (1.4.3). */
const WORDS: readonly (readonly [string, readonly string[]])[] = [
  ["text", PAPERS],
  ["soft", PAPERS],
  ["lamp-text", ["paper", "raised", "sunken", "lamp-soft"]],
  ["moss-text", ["paper", "raised", "sunken", "moss-soft"]],
  ["clay-text", ["paper", "raised", "sunken", "clay-soft"]],
  ["on-lamp", ["lamp", "lamp-lit"]],
  ["on-leave", ["leave"]],
  ["ink-text", INKS],
  ["ink-soft", ["ink", "ink-raised", "ink-lit"]],
];

/** Borders of fields, rings of focus, icons, the thread: 3 to 1 (1.4.11). */
const SHAPES: readonly (readonly [string, readonly string[]])[] = [
  ["edge", ["paper", "raised", "sunken"]],
  ["focus", PAPERS],
  ["moss", ["paper", "raised"]],
  ["clay", ["paper", "raised"]],
  ["lamp", ["ink", "ink-raised"]],
  ["ink-focus", INKS],
  ["ink-edge", ["ink", "ink-raised"]],
  ["ink-clay", ["ink", "ink-raised"]],
  ["leave", ["ink"]],
];

describe.each([
  ["light", light],
  ["dark", dark],
])("in the %s scheme", (_name, scheme) => {
  const pairs = (list: typeof WORDS) =>
    list.flatMap(([one, others]) => others.map((other) => [one, other] as const));

  it.each(pairs(WORDS))("words in %s can be read on %s", (one, other) => {
    expect(contrast(scheme, one, other)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs(SHAPES))("%s can be told from %s", (one, other) => {
    expect(contrast(scheme, one, other)).toBeGreaterThanOrEqual(3);
  });
});

it("reads both schemes from the file", () => {
  expect(light.get("paper")).toBe("#fbf7f0");
  expect(dark.get("paper")).toBe("#1a2730");
  expect(dark.get("lamp")).toBe(light.get("lamp"));
});
