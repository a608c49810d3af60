import { describe, expect, test } from "vitest";
import { readBoot } from "../src/boot";
import { Memory } from "../src/memory";
import { relayOf, transportPolicy } from "../src/relay";

const STUN = { urls: ["stun:turn.example.org:3478"] };
const TURN = { urls: ["turn:turn.example.org:3478"], username: "u", credential: "c" };
const TURNS = { urls: ["turns:turn.example.org:443?transport=tcp"], username: "u", credential: "c" };

describe("a relay", () => {
  test.each([
    [[], "none"],
    [[STUN], "none"],
    [[STUN, TURN], "offered"],
    [[TURNS], "offered"],
  ] as const)("with %j is %s", (servers, expected) => {
    expect(relayOf(servers, false)).toBe(expected);
  });

  test("is required when the operator says so, whatever is configured yet", () => {
    expect(relayOf([], true)).toBe("required");
    const { relayOnly } = readBoot('{"relayOnly": true}', new URL("http://localhost:8080/session/s1/mentee"));
    expect(relayOnly).toBe(true);
  });
});

describe("the call's way", () => {
  test.each([
    ["none", false, "all"],
    ["none", true, "all"],
    ["offered", false, "all"],
    ["offered", true, "relay"],
    ["required", false, "relay"],
    ["required", true, "relay"],
  ] as const)("with a relay %s and the wish %s is %s", (relay, wished, expected) => {
    expect(transportPolicy(relay, wished)).toBe(expected);
  });
});

function aBrowser() {
  const kept = new Map<string, string>();
  const browser = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as Storage;
  return { kept, browser };
}

describe("a wish", () => {
  test("to hide the address is remembered in this browser, and nothing else is taken for it", () => {
    const { kept, browser } = aBrowser();
    expect(new Memory(browser, null, "/a").addressHidden).toBe(false);
    new Memory(browser, null, "/a").addressHidden = true;
    expect(new Memory(browser, null, "/b").addressHidden).toBe(true);
    for (const nonsense of ["1", '{"addressHidden": "yes"}', "{"]) {
      kept.set("ringback.privacy", nonsense);
      expect(new Memory(browser, null, "/a").addressHidden).toBe(false);
    }
  });

  test("to be left alone about the microphone is remembered in this browser", () => {
    const { kept, browser } = aBrowser();
    expect(new Memory(browser, null, "/a").hints).toBe(true);
    new Memory(browser, null, "/a").hints = false;
    expect(new Memory(browser, null, "/b").hints).toBe(false);
    kept.set("ringback.hints", '{"microphone": "no"}');
    expect(new Memory(browser, null, "/b").hints).toBe(true);
  });
});
