import { describe, expect, test } from "vitest";
import { LineRecord, LOST } from "../src/check/record";

/** A server that answers as docs/check.md says; its clock began somewhere else. */
class Server {
  #replies = 0;
  #highest = -1;
  #seen = 0n;

  reply(packet: ArrayBuffer, atMs: number): ArrayBuffer {
    const seq = new DataView(packet).getUint32(0);
    const ahead = seq - this.#highest;
    if (ahead > 0) {
      this.#seen = BigInt.asUintN(64, (this.#seen << BigInt(ahead)) | 1n);
      this.#highest = seq;
    } else this.#seen |= 1n << BigInt(-ahead);
    const bytes = new ArrayBuffer(40);
    const view = new DataView(bytes);
    [seq, this.#replies, atMs, this.#highest].forEach((value, at) => {
      view.setUint32(4 * at, value);
    });
    view.setBigUint64(16, this.#seen);
    this.#replies += 1;
    return bytes;
  }
}

/** Sends packets 20 ms apart; `there` and `back` give each one's delay, or null when it is lost. */
function travelled(there: readonly (number | null)[], back: (seq: number) => number | null): LineRecord {
  const [record, server] = [new LineRecord(), new Server()];
  there.forEach((delay, seq) => {
    const packet = record.packet(seq * 20);
    if (delay === null) return;
    const arrived = seq * 20 + delay;
    const reply = server.reply(packet, 50_000 + arrived);
    const home = back(seq);
    if (home !== null) record.replied(reply, arrived + home);
  });
  return record;
}

describe("a line's two directions", () => {
  test("a clean line has no delay above its shortest, whatever the clocks say", () => {
    const record = travelled([30, 30, 30], () => 10);
    expect([record.up, record.down, record.rttMs]).toEqual([[0, 0, 0], [0, 0, 0], 40]);
  });

  test("delays are told apart", () => {
    const record = travelled([30, 35, 30], (seq) => (seq === 2 ? 25 : 10));
    expect([record.up, record.down]).toEqual([
      [0, 5, 0],
      [0, 0, 15],
    ]);
  });

  test("a packet lost on the way there is not one lost on the way back", () => {
    const record = travelled([30, null, 30, 30], () => 10);
    expect([record.up, record.down]).toEqual([
      [0, LOST, 0, 0],
      [0, 0, 0],
    ]);
  });

  test("a lost reply is made up for by the next one's memory", () => {
    const record = travelled([30, 30, 30, 30], (seq) => (seq === 1 || seq === 2 ? null : 10));
    expect([record.up, record.down]).toEqual([
      [0, 0, 0, 0],
      [0, LOST, LOST, 0],
    ]);
  });

  test("what nobody told us of is lost", () => {
    const record = travelled([30, 30, null, null], () => 10);
    expect(record.up).toEqual([0, 0, LOST, LOST]);
  });

  test("a line that carries nothing has nothing to say", () => {
    const record = travelled([null, null], () => 10);
    expect([record.up, record.down, record.rttMs]).toEqual([[LOST, LOST], [], null]);
  });
});

test("what is no reply changes nothing", () => {
  const record = new LineRecord();
  record.packet(0);
  for (const length of [0, 3, 23]) record.replied(new ArrayBuffer(length), 5);
  const stranger = new ArrayBuffer(40);
  new DataView(stranger).setUint32(0, 999);
  record.replied(stranger, 5);
  expect([record.up, record.down]).toEqual([[LOST], []]);
});

test("a reply that claims the impossible cannot make the page count for ever", () => {
  const record = new LineRecord();
  record.packet(0);
  const hostile = new ArrayBuffer(40);
  const view = new DataView(hostile);
  view.setUint32(4, 0xffff_ffff);
  view.setUint32(12, 0xffff_ffff);
  view.setBigUint64(16, 0xffff_ffff_ffff_ffffn);
  record.replied(hostile, 5);
  expect(record.down.length).toBeLessThanOrEqual(1);
});

describe("packets that are too many for the line", () => {
  /** Replies to packets 20 ms apart, each `late(seq)` ms after its packet. */
  function answered(count: number, late: (seq: number) => number): LineRecord {
    const [record, server] = [new LineRecord(), new Server()];
    const replies = Array.from({ length: count }, (_, seq) => {
      const at = seq * 20 + late(seq);
      return { at, reply: server.reply(record.packet(seq * 20), at) };
    });
    for (const { at, reply } of replies) record.replied(reply, at);
    return record;
  }

  test("are noticed by a queue that stands, and not by a few that SCTP held back", () => {
    expect(answered(60, (seq) => 30 + 10 * seq).overloads).toBe(true);
    expect(answered(60, (seq) => (seq > 20 && seq < 40 ? 30 + 20 * (40 - seq) : 30)).overloads).toBe(false);
    const full = answered(60, () => 500);
    expect(full.overloads).toBe(false);
  });

  test("are noticed from the first on where the empty line is known", () => {
    const [record, server] = [new LineRecord(), new Server()];
    record.expect(30);
    for (let seq = 0; seq < 60; seq++)
      record.replied(server.reply(record.packet(seq * 20), seq * 20 + 500), seq * 20 + 500);
    expect(record.overloads).toBe(true);
  });

  test("do not count once the record has begun anew, nor those that never left", () => {
    const [record, server] = [new LineRecord(), new Server()];
    for (let seq = 0; seq < 50; seq++) record.packet(seq * 20);
    record.restart();
    for (let seq = 50; seq < 60; seq++)
      record.replied(server.reply(record.packet(seq * 20), seq * 20 + 30), seq * 20 + 60);
    record.packet(1_300);
    record.forgetLast(1);
    expect([record.up, record.down, record.overloads]).toEqual([Array(10).fill(0), Array(10).fill(0), false]);
  });
});
