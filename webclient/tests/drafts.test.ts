import { describe, expect, it } from "vitest";
import { BLANK_GOAL, goalDraft, itemDraft } from "../src/ui/drafts";
import type { GoalFields } from "../src/ui/goal-form";

const TALK: GoalFields = { ...BLANK_GOAL, specific: "Give a talk", measurable: "Ten slides" };

describe("a goal that was not saved yet", () => {
  it("is kept when there are words in it, whichever", () => {
    expect(goalDraft(BLANK_GOAL, true, { ...BLANK_GOAL, specific: "Give a talk" })).toEqual({
      specific: "Give a talk",
    });
    expect(goalDraft(BLANK_GOAL, true, { ...BLANK_GOAL, measurable: "Ten slides", owner: "both" })).toEqual({
      measurable: "Ten slides",
      owner: "both",
    });
  });

  it("is none without words", () => {
    expect(goalDraft(BLANK_GOAL, true, { ...BLANK_GOAL, owner: "both", due: "2027-03-01" })).toBeNull();
  });

  it("keeps only what was changed, and its name when the field is empty", () => {
    expect(goalDraft(TALK, false, { ...TALK })).toBeNull();
    expect(goalDraft(TALK, false, { ...TALK, measurable: "", due: "2027-03-01" })).toEqual({
      measurable: "",
      due: "2027-03-01",
    });
    expect(goalDraft(TALK, false, { ...TALK, specific: "" })).toBeNull();
  });
});

describe("an agenda item that was not added yet", () => {
  const typed = (text: string, minutes: string) => {
    const data = new FormData();
    data.set("text", text);
    data.set("minutes", minutes);
    return itemDraft(data);
  };

  it("is its words, and minutes within a day's work", () => {
    expect(typed("  The budget ", "10")).toEqual({ text: "The budget", minutes: 10 });
    expect(typed("The budget", "")).toEqual({ text: "The budget", minutes: 0 });
    expect(typed("The budget", "9999")).toEqual({ text: "The budget", minutes: 480 });
  });

  it("is none without words", () => {
    expect(typed("  ", "10")).toBeNull();
  });
});
