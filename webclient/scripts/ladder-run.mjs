// Runs steps through the browser's ladder, for the test that compares it with Python's (tests/test_ladder.py).
//
// Standard input: a JSON array of traces, each { start, steps: [{ atMs, sample, settle?, pin?, order? }] } in camelCase.
// Standard output: for each trace an array of [decision or null, atLastRung, speechLost], one for each step.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/ladder.ts", import.meta.url))],
  bundle: true,
  format: "esm",
  write: false,
});
const code = Buffer.from(outputFiles[0].contents).toString("base64");
const { Ladder } = await import(`data:text/javascript;base64,${code}`);

function run({ start, steps }) {
  const ladder = new Ladder(undefined, start ?? undefined);
  return steps.map(({ atMs, sample, settle, pin, order }) => {
    if (settle) ladder.settle(atMs);
    if (pin) ladder.pin(pin);
    if (order) ladder.order(order);
    return [ladder.step(atMs, sample), ladder.atLastRung, ladder.speechLost];
  });
}

const traces = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(traces.map(run)));
