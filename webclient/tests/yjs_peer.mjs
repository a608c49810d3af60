// A real yjs for the server's tests: one command a line on standard input, one line of JSON back.
import readline from "node:readline";
import * as Y from "yjs";

let doc = new Y.Doc();

const commands = {
  new: () => {
    doc = new Y.Doc();
    return "ok";
  },
  apply: (hex) => {
    try {
      Y.applyUpdate(doc, Buffer.from(hex, "hex"));
      return "ok";
    } catch (error) {
      return String(error);
    }
  },
  state: () => ({
    text: doc.getText("notes").toString(),
    pending: doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
  }),
  clocks: () => Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc))),
  session: (seed) => session(Number(seed)),
};

/** Several writers, each behind the others by a different amount; their updates in the server's order. */
function session(seed) {
  const random = randomFrom(seed);
  const below = (n) => Math.floor(random() * n);
  const log = [];
  const writers = Array.from({ length: 2 + below(3) }, (_, index) => {
    const doc = new Y.Doc();
    doc.on("update", (update, origin) => {
      if (origin !== "others") log.push({ index, update });
    });
    return { index, doc, text: doc.getText("notes"), seen: 0 };
  });
  for (let step = 0; step < 60; step++) {
    const writer = writers[below(writers.length)];
    if (random() < 0.4) receive(writer, log, writer.seen + below(log.length - writer.seen + 1));
    else writer.doc.transact(() => write(writer.text, below, random));
  }
  for (const writer of writers) receive(writer, log, log.length);
  const updates = log.map(({ update }) => update);
  return {
    updates: updates.map(hex),
    text: writers[0].text.toString(),
    whole: hex(Y.encodeStateAsUpdate(writers[0].doc)),
    merged: hex(Y.mergeUpdates(updates)),
  };
}

function receive(writer, log, upTo) {
  for (; writer.seen < upTo; writer.seen++) {
    const { index, update } = log[writer.seen];
    if (index !== writer.index) Y.applyUpdate(writer.doc, update, "others");
  }
}

function write(text, below, random) {
  for (let edits = 1 + (random() < 0.2 ? below(3) : 0); edits > 0; edits--) {
    const value = text.toString();
    const from = boundary(value, below(value.length + 1));
    const to = boundary(value, Math.min(value.length, from + 1 + below(6)));
    if (random() < 0.65) text.insert(from, ["a", "b ", "é", "😀", "漢", "\n", "hello", "x😀y"][below(8)]);
    else if (to > from) text.delete(from, to - from);
  }
}

const boundary = (value, at) => (at > 0 && value.codePointAt(at - 1) > 0xffff ? at - 1 : at);
const hex = (bytes) => Buffer.from(bytes).toString("hex");

function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(" ");
  process.stdout.write(`${JSON.stringify(commands[command](argument))}\n`);
}
