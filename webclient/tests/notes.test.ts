/** The shared notes: both have the same text, and nothing anybody typed is lost or comes twice. */
import { describe, expect, test } from "vitest";
import { MAX_LENGTH } from "../src/notecopy";
import { NotesGate } from "../src/notesgate";
import { Watermark } from "../src/watermark";
import { aRoom, Browser, Room } from "./noteroom";

/** What the server takes for one update. */
const MAX_UPDATE_BYTES = 48 * 1024;

describe("writing together", () => {
  test("what one types the other sees", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("# Next steps\n");
    await room.pass();
    ben.type("- call Ann");
    await room.pass();
    expect([ann.shown, ben.shown, room.text]).toEqual(Array(3).fill("# Next steps\n- call Ann"));
    expect([ann.notes.seq, ben.notes.seq], "both have everything").toEqual([2, 2]);
  });

  test("a change is sent at once, and the following ones together", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("H");
    await room.pass(0);
    expect(ben.shown).toBe("H");
    for (const letter of "ello") ann.type(letter);
    await room.pass(100);
    expect(ben.shown).toBe("Hello");
    expect(room.received).toHaveLength(2);
  });

  test("the caret stays with its words when the other writes", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("one three");
    await room.pass();
    ann.caret = 9;
    ben.caret = 2;
    ben.type("two ", 4);
    await room.pass();
    expect(ann.caret).toBe(13);
    ann.type("zero ", 0);
    ben.caret = 8;
    await room.pass();
    expect(ben.caret).toBe(13);
  });

  test("two who write at the same place at once keep their own words whole", async () => {
    const { room, ann, ben } = await aRoom();
    ann.disconnect();
    ben.disconnect();
    for (const letter of "alpha ") ann.type(letter);
    for (const letter of "beta ") ben.type(letter);
    ann.connect();
    ben.connect();
    await room.pass(3_000);
    expect(ann.shown).toBe(ben.shown);
    expect(["alpha beta ", "beta alpha "]).toContain(ann.shown);
  });

  test("emoji that share halves are never torn apart", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("\u{1F600}");
    await room.pass();
    ann.type("\u{1F601}", 2, 2);
    await room.pass();
    expect([ben.shown, room.text]).toEqual(["\u{1F601}", "\u{1F601}"]);
  });

  test("what the notes cannot hold is taken out in the field as well", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("a\0b\r\nc");
    await room.pass();
    expect([ann.shown, ann.caret, ben.shown]).toEqual(["ab\nc", 4, "ab\nc"]);
  });

  test("a long paste goes in frames the server takes", async () => {
    const { room, ann, ben } = await aRoom();
    const pasted = "漢字\u{1F600}".repeat(50_000);
    ann.type(pasted);
    await room.pass(5_000);
    expect(Math.max(...room.received.map(({ length }) => length - 16))).toBeLessThan(MAX_UPDATE_BYTES);
    expect(ben.shown === pasted).toBe(true);
    ann.type("", pasted.length, pasted.length);
    await room.pass(5_000);
    expect(ben.shown).toBe("");
  });

  test("deleting what two wrote letter by letter goes in frames the server takes", async () => {
    const { room, ann, ben } = await aRoom();
    for (let n = 0; n < 200; n++) {
      ann.type("a");
      ben.type("b", 0);
      await room.pass(100);
    }
    ann.type("", ann.shown.length, ann.shown.length);
    await room.pass();
    expect([ben.shown, room.text]).toEqual(["", ""]);
  });

  test("text beyond the longest is cut in the field", async () => {
    const { room, ann } = await aRoom();
    ann.type("x".repeat(MAX_LENGTH + 10));
    expect(ann.shown.length).toBe(MAX_LENGTH);
    await room.pass(5_000);
    expect(room.text.length).toBe(MAX_LENGTH);
  });
});

describe("without a server", () => {
  test("what is typed is kept, and arrives once when the server is back", async () => {
    const { room, ann, ben } = await aRoom();
    ann.disconnect();
    ann.type("typed away");
    await room.pass();
    expect([ann.pending, ben.shown]).toEqual([1, ""]);
    ann.connect();
    await room.pass();
    expect([ann.pending, ben.shown, room.text]).toEqual([0, "typed away", "typed away"]);
  });

  test("hours of typing are a few frames", async () => {
    const { room, ann, ben } = await aRoom();
    ann.disconnect();
    const words = Array.from({ length: 100 }, (_, n) => `${n} `).join("");
    for (const letter of words) ann.type(letter);
    ann.connect();
    await room.pass();
    expect(ben.shown).toBe(words);
    expect(room.received.length).toBeLessThan(4);
  });

  test("a reload shows everything and goes on", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("saved, ");
    await room.pass();
    ann.disconnect();
    ann.type("kept, ");
    await room.pass(0);
    await ann.reload();
    expect([ann.shown, ann.pending]).toEqual(["saved, kept, ", 1]);
    ann.type("typed later");
    await ann.reload();
    expect(ann.shown).toBe("saved, kept, typed later");
    ann.connect();
    await room.pass();
    expect([ben.shown, room.text, ann.pending]).toEqual(["saved, kept, typed later", ann.shown, 0]);
  });

  test("a page killed right after an acknowledgement shows what was acknowledged", async () => {
    const { room, ann } = await aRoom();
    ann.type("just saved");
    await room.pass(0);
    expect(ann.pending).toBe(0);
    await ann.reload();
    expect(ann.shown).toBe("just saved");
    ann.connect();
    await room.pass();
    expect(room.rows).toHaveLength(1);
  });

  test("what is settled is not kept as an entry for ever", async () => {
    const { room, ann } = await aRoom();
    ann.type("saved");
    await room.pass();
    room.received.length = 0;
    await ann.reload();
    expect([ann.shown, ann.pending]).toEqual(["saved", 0]);
    ann.connect();
    await room.pass();
    expect(room.received).toHaveLength(0);
  });

  test("a browser without storage says so and goes on", async () => {
    const room = new Room();
    const ann = await new Browser(room, "notes/1/mentor").withoutStorage().load();
    ann.type("fragile");
    await room.pass(0);
    expect(ann.fragile).toBe(true);
    ann.connect();
    await room.pass();
    expect([room.text, ann.pending]).toEqual(["fragile", 0]);
  });

  test("what another tab of the person left behind is taken up", async () => {
    const { room, ann } = await aRoom();
    ann.disconnect();
    const old = ann.notes;
    await ann.load();
    old.input("typed in the old tab", 20, 20);
    await room.pass(0);
    ann.connect();
    await room.pass();
    expect([ann.shown, room.text, ann.pending]).toEqual(Array(2).fill("typed in the old tab").concat(0));
  });
});

describe("acknowledgements", () => {
  test("an update whose acknowledgement was lost is sent again under its id, and stored once", async () => {
    const { room, ann, ben } = await aRoom();
    room.losesSaved = true;
    ann.type("once");
    await room.pass();
    ann.disconnect();
    room.losesSaved = false;
    ann.connect();
    await room.pass();
    expect(room.received).toHaveLength(2);
    expect([room.rows.length, ben.shown, ann.pending]).toEqual([1, "once", 0]);
  });

  test("what has been sent is not merged with what comes after it", async () => {
    const { room, ann } = await aRoom();
    room.losesSaved = true;
    ann.type("sent");
    await room.pass(0);
    ann.disconnect();
    ann.type(", typed after");
    room.losesSaved = false;
    ann.connect();
    await room.pass();
    expect([room.rows.length, room.text]).toEqual([2, "sent, typed after"]);
  });

  test("no more than a few updates are on their way at once", async () => {
    const { room, ann } = await aRoom();
    room.losesSaved = true;
    for (let n = 0; n < 40; n++) {
      ann.type(`${n} `);
      await room.pass(100);
    }
    expect(room.received).toHaveLength(4);
    expect(ann.pending).toBe(5);
  });

  test("an update the server could not store is sent again after a pause, in order", async () => {
    const { room, ann, ben } = await aRoom();
    room.refuses = "note.unsaved";
    ann.type("one ");
    await room.pass(100);
    ann.type("two");
    await room.pass(800);
    expect([room.received.length, ann.pending]).toEqual([1, 2]);
    room.refuses = null;
    await room.pass(2_000);
    expect([ben.shown, ann.pending]).toEqual(["one two", 0]);
  });

  test("after the end of the session nothing more is sent, and the text stays", async () => {
    const { room, ann } = await aRoom();
    room.refuses = "session.ended";
    ann.type("late");
    await room.pass(5_000);
    ann.type(" words");
    await room.pass(5_000);
    expect([room.received.length, ann.shown]).toEqual([1, "late words"]);
  });
});

describe("when the server takes an update back", () => {
  test("the text is added again, once, where it stood", async () => {
    const { room, ann, ben } = await aRoom();
    ben.type("first\nlast");
    await room.pass();
    ben.disconnect();
    ann.type("middle\n", 6);
    await room.pass();
    const bad = room.rows.at(-1);
    if (!bad) throw new Error("nothing arrived");
    room.takeBack(bad, "note.malformed");
    expect(ann.shown).toBe("first\nmiddle\nlast");
    ben.connect();
    await room.pass();
    expect([ann.shown, ben.shown, room.text]).toEqual(Array(3).fill("first\nmiddle\nlast"));
    await ann.reload();
    expect(ann.shown).toBe("first\nmiddle\nlast");
  });

  test("what leaned on it is added again with it", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("bad");
    await room.pass(100);
    const [bad] = room.rows;
    if (!bad) throw new Error("nothing arrived");
    ben.disconnect();
    ann.disconnect();
    ann.type(" and more");
    ann.online = true;
    room.takeBack(bad, "note.malformed");
    ann.connect();
    ben.connect();
    await room.pass();
    expect([ann.shown, room.text, ann.pending]).toEqual(["bad and more", "bad and more", 0]);
    expect(room.doc().store.pendingStructs, "what leans on it is not sent").toBe(null);
  });

  test("an own update, acknowledged but not read by the server yet, does not come twice", async () => {
    const { room, ann, ben } = await aRoom();
    ben.type("()");
    await room.pass(100);
    ben.type("bad ", 0);
    await room.pass(100);
    ann.type(" good");
    await room.pass(100);
    const [bad, unread] = [room.rows[1], room.rows.pop()];
    if (!bad || !unread) throw new Error("nothing arrived");
    room.takeBack(bad, "note.malformed", ann);
    room.rows.push(unread);
    await room.pass();
    expect([ann.shown, room.text]).toEqual(["bad () good", "bad () good"]);
  });

  test("text for which there is no room is handed out, not lost", async () => {
    const { room, ann } = await aRoom();
    ann.type("there");
    await room.pass();
    ann.type(" is no room");
    await room.pass();
    const full = room.rows.at(-1);
    if (!full) throw new Error("nothing arrived");
    room.takeBack(full, "note.full");
    expect([ann.shown, ann.leftovers]).toEqual(["there", [" is no room"]]);
    ann.type("!");
    await room.pass();
    const next = room.rows.at(-1);
    if (next) room.takeBack(next, "note.malformed");
    expect([ann.shown, ann.leftovers.length], "that was only the once").toEqual(["there!", 1]);
  });

  test("text that is taken back again and again is handed out in the end", async () => {
    const { room, ann } = await aRoom();
    ann.type("unlucky");
    for (let n = 0; n < 4; n++) {
      await room.pass();
      const last = room.rows.at(-1);
      if (last) room.takeBack(last, "note.malformed");
    }
    expect(ann.leftovers).toEqual(["unlucky"]);
  });
});

describe("when the two have come apart", () => {
  test("a server restored from a backup gets back what it has lost", async () => {
    const { room, ann, ben } = await aRoom();
    ann.type("one ");
    await room.pass();
    ben.type("two ");
    await room.pass();
    ann.type("three");
    await room.pass();
    ann.disconnect();
    ben.disconnect();
    room.rows = room.rows.slice(0, 1);
    ann.connect();
    await room.pass(3_000);
    ben.connect();
    await room.pass(5_000);
    for (const text of [room.text, ann.shown, ben.shown]) {
      expect(text.startsWith("one ")).toBe(true);
      expect(text).toContain("two ");
      expect(text).toContain("three");
    }
    expect([ann.shown, ben.shown]).toEqual([room.text, room.text]);
  });

  test("a frame that cannot be applied makes it fetch everything anew", async () => {
    const { room, ann, ben } = await aRoom();
    ben.type("good");
    await room.pass();
    ann.deliver(2, new Uint8Array([1, 1, 1, 0, 31]));
    await room.pass(3_000);
    ben.type(" again");
    await room.pass();
    expect(ann.shown).toBe("good again");
  });

  test("storage that holds something else is not taken for notes", async () => {
    const room = new Room();
    const ann = new Browser(room, "notes/1/mentor");
    await ann.load();
    ann.type("kept");
    await room.pass();
    await ann.notes.forget();
    await ann.reload();
    expect([ann.shown, ann.pending]).toEqual(["", 0]);
  });
});

describe("at random", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("edits, outages and reloads end in one text: %i", async (seed) => {
    const { room, ann, ben } = await aRoom();
    const random = randomFrom(seed);
    const typed: string[] = [];
    for (let step = 0; step < 80; step++) {
      const one = random(2) ? ann : ben;
      const event = random(12);
      if (event < 7) {
        const word = `<${step}>`;
        typed.push(word);
        one.type(word, boundary(one.shown, random(one.shown.length + 1)));
      } else if (event === 7 && one.online) one.disconnect();
      else if (event === 8 && !one.online) one.connect();
      else if (event === 9) {
        await room.pass(0);
        await one.reload();
      } else if (event === 10) room.losesSaved = !room.losesSaved;
      else await room.pass(random(300));
    }
    room.losesSaved = false;
    for (const one of [ann, ben]) {
      if (one.online) one.disconnect();
      one.connect();
    }
    await room.pass(5_000);
    expect([ann.shown, ben.shown]).toEqual([room.text, room.text]);
    expect([ann.pending, ben.pending]).toEqual([0, 0]);
    for (const word of typed) expect(room.text.split(word)).toHaveLength(2);
  });
});

describe("before the notes are loaded", () => {
  test("what the server says waits for them", async () => {
    const { room, ann } = await aRoom();
    ann.type("written before");
    await room.pass();
    const late = await new Browser(room, "notes/1/mentee").load();
    const gate = new NotesGate(async () => late.notes);
    expect(gate.seq).toBe(0);
    gate.onMessage({ type: "welcome", noteSeq: 1 } as Parameters<NotesGate["onMessage"]>[0]);
    const frame = new Uint8Array(8 + (room.rows[0]?.update.length ?? 0));
    frame[7] = 1;
    frame.set(room.rows[0]?.update ?? [], 8);
    gate.onFrame(frame.buffer);
    expect((await gate.notes()).value).toBe("written before");
    expect(gate.seq).toBe(1);
  });

  test("a connection that was lost meanwhile leaves nothing behind", async () => {
    const late = await new Browser(new Room(), "notes/1/mentee").load();
    const gate = new NotesGate(async () => late.notes);
    gate.onFrame(new Uint8Array(9).buffer);
    gate.offline();
    expect((await gate.notes()).value).toBe("");
  });

  test("loading that failed can be tried again", async () => {
    const late = await new Browser(new Room(), "notes/1/mentee").load();
    let failures = 1;
    const gate = new NotesGate(async () => {
      if (failures-- > 0) throw new Error("no line");
      return late.notes;
    });
    await expect(gate.notes()).rejects.toThrow("no line");
    expect(await gate.notes()).toBe(late.notes);
  });
});

describe("the watermark", () => {
  test("own updates count once nothing before them is missing", () => {
    const watermark = new Watermark(0);
    watermark.own(2);
    expect(watermark.seq).toBe(0);
    watermark.own(1);
    expect(watermark.seq).toBe(2);
    watermark.own(5);
    watermark.heard(4);
    expect(watermark.seq).toBe(5);
    watermark.heard(3);
    expect(watermark.seq).toBe(5);
  });
});

function boundary(text: string, at: number): number {
  // Words typed above are kept whole, to be counted in the end.
  const close = text.indexOf(">", at);
  const open = text.indexOf("<", at);
  return close >= 0 && (open < 0 || close < open) ? close + 1 : at;
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed * 7_919;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x7fffffff) * below) % below;
  };
}
