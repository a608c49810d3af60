// How the client's DOM-free modules are tested: in Node, one file after another's isolation, no browser.
// What needs a page is tested in real browsers, by tests/browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    restoreMocks: true,
    testTimeout: 10_000,
  },
});
