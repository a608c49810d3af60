import { describe, expect, it } from "vitest";
import { commandOf, type Press, type Where } from "../src/ui/keys";

const PRESS: Omit<Press, "key"> = {
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
};
const ROOM: Where = { typing: false, pressable: false, dialog: false, singleKeys: true, mac: false };

function pressed(key: string, how: Partial<Press> = {}, where: Partial<Where> = {}) {
  return commandOf({ ...PRESS, key, ...how }, { ...ROOM, ...where });
}

describe("single keys", () => {
  it.each([
    ["m", "microphone"],
    ["V", "camera"],
    [" ", "talk"],
    ["a", "agenda"],
    ["n", "notes"],
    ["g", "goals"],
    ["b", "plan"],
    ["c", "chat"],
    ["l", "lighter"],
    ["?", "help"],
    ["F2", "toolbar"],
  ])("%s means %s", (key, command) => {
    expect(pressed(key)).toBe(command);
  });

  it("share only with Shift, and help where ? needs Shift", () => {
    expect(pressed("s")).toBeNull();
    expect(pressed("S", { shiftKey: true })).toBe("share");
    expect(pressed("?", { shiftKey: true })).toBe("help");
    expect(pressed("M", { shiftKey: true })).toBeNull();
  });

  it("are left alone while typing, in dialogs, when held, and when switched off", () => {
    expect(pressed("m", {}, { typing: true })).toBeNull();
    expect(pressed("m", {}, { dialog: true })).toBeNull();
    expect(pressed("m", { repeat: true })).toBeNull();
    expect(pressed("m", {}, { singleKeys: false })).toBeNull();
    expect(pressed("m", { altKey: true })).toBeNull();
    expect(pressed("m", { ctrlKey: true })).toBeNull();
  });

  it("leave Space to a focused button", () => {
    expect(pressed(" ", {}, { pressable: true })).toBeNull();
  });

  it("can be off while F2 still finds the controls", () => {
    expect(pressed("F2", {}, { singleKeys: false })).toBe("toolbar");
  });
});

describe("Ctrl and Cmd", () => {
  it("work as in other calls, while typing too", () => {
    expect(pressed("d", { ctrlKey: true }, { typing: true })).toBe("microphone");
    expect(pressed("e", { ctrlKey: true }, { singleKeys: false })).toBe("camera");
  });

  it("follow the system: Ctrl edits text on a Mac", () => {
    expect(pressed("d", { ctrlKey: true }, { mac: true })).toBeNull();
    expect(pressed("d", { metaKey: true }, { mac: true })).toBe("microphone");
    expect(pressed("d", { metaKey: true })).toBeNull();
  });
});
