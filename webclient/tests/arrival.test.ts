import { afterEach, expect, test, vi } from "vitest";
import { askToNotify, mayAskToNotify } from "../src/ui/arrival";

/** A browser that has been asked before, or not, and what it answers. */
function aBrowser(permission: NotificationPermission, answer: NotificationPermission): void {
  const browser = { permission, requestPermission: () => Promise.resolve(answer) };
  vi.stubGlobal("window", { Notification: browser });
  vi.stubGlobal("Notification", browser);
}

afterEach(() => vi.unstubAllGlobals());

test("a person may ask for a notification where the browser was never asked", () => {
  aBrowser("default", "granted");
  expect(mayAskToNotify()).toBe(true);
  aBrowser("denied", "denied");
  expect(mayAskToNotify()).toBe(false);
  aBrowser("granted", "granted");
  expect(mayAskToNotify()).toBe(false);
  vi.stubGlobal("window", {});
  expect(mayAskToNotify()).toBe(false);
});

test("what the browser answers is what the person reads", async () => {
  aBrowser("default", "granted");
  expect(await askToNotify()).toBe(true);
  aBrowser("default", "denied");
  expect(await askToNotify()).toBe(false);
});
