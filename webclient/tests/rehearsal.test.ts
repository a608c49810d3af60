import { describe, expect, test } from "vitest";
import { Lines, type Rehearsal } from "../src/rehearsal";

const BOOT = { lines: ["good", "thin", "dark"], line: "good", again: "/practise", back: "/" };

function lines(answers: readonly (boolean | Error)[]) {
  const shown: Rehearsal[] = [];
  const asked: string[] = [];
  const made = new Lines({
    boot: BOOT,
    address: "/rehearsal/session/s1/mentor/line",
    post: async (address, form) => {
      const answer = answers[asked.length] ?? true;
      asked.push(`${address} ${form}`);
      if (answer instanceof Error) throw answer;
      return { ok: answer };
    },
    onChange: (now) => shown.push(now),
  });
  return { made, shown, asked };
}

describe("the line that is practised", () => {
  test("is good at first, and the one that was chosen at once", async () => {
    const { made, shown, asked } = lines([]);
    expect(made.rehearsal).toEqual({ ...BOOT, trouble: "" });
    await made.choose("dark");
    expect(asked).toEqual(["/rehearsal/session/s1/mentor/line line=dark"]);
    expect(shown.map(({ line }) => line)).toEqual(["dark"]);
  });

  test.each([false, new TypeError("no network")])(
    "stays as it was when the server does not take it",
    async (no) => {
      const { made, shown } = lines([no]);
      await made.choose("dark");
      expect(shown.map(({ line }) => line)).toEqual(["dark", "good"]);
      expect(made.rehearsal.trouble).toContain("Try once more");
      await made.choose("thin");
      expect(made.rehearsal).toMatchObject({ line: "thin", trouble: "" });
    },
  );

  test("is the last one chosen, however late an earlier answer comes", async () => {
    const { made } = lines([false, true]);
    await Promise.all([made.choose("thin"), made.choose("dark")]);
    expect(made.rehearsal).toMatchObject({ line: "dark", trouble: "" });
  });

  test("is none that the page was not served with", async () => {
    const { made, asked } = lines([]);
    await made.choose("worse");
    expect(asked).toEqual([]);
  });
});
