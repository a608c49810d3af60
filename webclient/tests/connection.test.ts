import { describe, expect, test } from "vitest";
import { Connection, type Stop, TIMES } from "../src/connection";
import { type Hello, PING_EVERY_MS, type ServerMessage } from "../src/protocol.gen";
import { FakeClock, FakeSocket, middling } from "./fakes";
import { ANN, welcome } from "./rooms";

const HELLO: Hello = { type: "hello", version: 1, client: ANN, noteSeq: 0, stay: "lobby" };

function connect() {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const messages: ServerMessage[] = [];
  const frames: ArrayBuffer[] = [];
  const seen: string[] = [];
  const stops: Stop[] = [];
  const connection = new Connection({
    clock,
    random: middling,
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    hello: () => HELLO,
    onMessage: (message) => messages.push(message),
    onFrame: (frame) => frames.push(frame),
    onServer: (server) => seen.push(server),
    onStopped: (why) => stops.push(why),
  });
  connection.start();
  const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
  const greet = (): void => {
    last().onopen?.();
    last().receive(welcome());
  };
  return { clock, connection, sockets, messages, frames, seen, stops, last, greet };
}

describe("opening", () => {
  test("hello is the first thing said, and nothing is handed over before the welcome", () => {
    const { connection, last, seen } = connect();
    expect(connection.send({ type: "leave" })).toBe(false);
    last().onopen?.();
    expect(connection.send({ type: "leave" })).toBe(false);
    expect(last().messages()).toEqual([HELLO]);
    last().receive(welcome());
    expect(connection.send({ type: "leave" })).toBe(true);
    expect(seen).toEqual(["online"]);
  });

  test("a connection that is not greeted in time is given up and tried again", () => {
    const { clock, sockets } = connect();
    clock.pass(TIMES.greeting - 1);
    expect(sockets).toHaveLength(1);
    clock.pass(1 + TIMES.firstRetry);
    expect(sockets).toHaveLength(2);
    expect(sockets[0]?.closed).toBe(true);
  });

  test("binary frames are handed on as they are", () => {
    const { greet, last, frames } = connect();
    greet();
    const frame = new Uint8Array([1, 2, 3]).buffer;
    last().onmessage?.({ data: frame });
    expect(frames).toEqual([frame]);
  });
});

describe("lost", () => {
  test("pauses double up to the longest, and begin anew after a greeting", () => {
    const { clock, sockets, last, greet } = connect();
    const pauses: number[] = [];
    for (let failure = 0; failure < 7; failure++) {
      const count = sockets.length;
      last().onclose?.({ code: 1006 });
      const began = clock.now();
      while (sockets.length === count) clock.pass(1);
      pauses.push(clock.now() - began);
    }
    // Half of each pause is certain, a quarter more is what the middling chance adds.
    expect(pauses).toEqual([188, 375, 750, 1_500, 1_875, 1_875, 1_875]);
    greet();
    last().onclose?.({ code: 1006 });
    const count = sockets.length;
    clock.pass(188);
    expect(sockets).toHaveLength(count + 1);
  });

  test("pauses become longer when the server has been away for long", () => {
    const { clock, sockets, last } = connect();
    for (let failure = 0; failure < 40; failure++) {
      last().onclose?.({ code: 1006 });
      clock.pass(TIMES.longestRetry);
    }
    const count = sockets.length;
    last().onclose?.({ code: 1006 });
    clock.pass(3_749);
    expect(sockets).toHaveLength(count);
    clock.pass(1);
    expect(sockets).toHaveLength(count + 1);
  });

  test("the screen hears of it once, and once more when it is back", () => {
    const { clock, greet, last, seen } = connect();
    greet();
    last().onclose?.({ code: 1012 });
    clock.pass(TIMES.longestRetry);
    last().onclose?.({ code: 1006 });
    clock.pass(TIMES.longestRetry);
    greet();
    expect(seen).toEqual(["online", "offline", "online"]);
  });

  test("a half-open connection is noticed when nothing is heard for twice the pings' pause", () => {
    const { clock, greet, last, sockets, seen } = connect();
    greet();
    clock.pass(PING_EVERY_MS);
    expect(last().messages("ping")).toHaveLength(2);
    clock.pass(TIMES.dead - PING_EVERY_MS - 1);
    expect(seen).toEqual(["online"]);
    clock.pass(1);
    expect(seen).toEqual(["online", "offline"]);
    expect(sockets[0]?.closed).toBe(true);
  });

  test("anything heard keeps it alive", () => {
    const { clock, greet, last, seen } = connect();
    greet();
    for (let n = 0; n < 10; n++) {
      clock.pass(TIMES.dead - 1);
      last().receive({ type: "pong", n: 0 });
    }
    expect(seen).toEqual(["online"]);
  });

  test("what an old socket still says is not heard", () => {
    const { clock, greet, last, sockets, messages } = connect();
    greet();
    last().onclose?.({ code: 1006 });
    clock.pass(TIMES.longestRetry);
    expect(sockets[0]?.onmessage).toBeNull();
    expect(messages).toHaveLength(1);
  });
});

describe("round trips to the server", () => {
  function answered(...rttsMs: readonly number[]) {
    const tab = connect();
    tab.greet();
    for (const rttMs of rttsMs) {
      tab.clock.pass(rttMs);
      tab.last().receive({
        type: "pong",
        n: tab
          .last()
          .messages()
          .filter(({ type }) => type === "ping").length,
      });
      tab.clock.pass(TIMES.probe);
      tab.connection.probe();
    }
    return tab;
  }

  test("are told by the second longest of late, for one long one may be chance", () => {
    expect(answered(30).connection.longRttMs).toBeNull();
    expect(answered(30, 240, 30).connection.longRttMs).toBe(30);
    expect(answered(30, 240, 30, 250, 30).connection.longRttMs).toBe(240);
  });

  test("are forgotten after a while", () => {
    const { clock, connection } = answered(240, 250);
    clock.pass(TIMES.kept);
    expect(connection.longRttMs).toBeNull();
  });
});

describe("waking", () => {
  test("a waiting connection is tried at once", () => {
    const { connection, last, sockets } = connect();
    last().onclose?.({ code: 1006 });
    connection.wake();
    expect(sockets).toHaveLength(2);
  });

  test("an attempt that hangs is made anew, one just made is left alone", () => {
    const { clock, connection, sockets } = connect();
    connection.wake();
    expect(sockets).toHaveLength(1);
    clock.pass(TIMES.stuck);
    connection.wake();
    expect(sockets).toHaveLength(2);
  });

  test("one that seems alive must prove it soon", () => {
    const { clock, connection, greet, seen } = connect();
    greet();
    connection.wake();
    clock.pass(TIMES.deadAfterWake.most);
    expect(seen).toEqual(["online", "offline"]);
  });

  test.each([
    [30, TIMES.deadAfterWake.least],
    [250, 1_000],
    [5_000, TIMES.deadAfterWake.most],
  ])("with answers after %i ms until now, within %i ms", (rttMs, withinMs) => {
    const { clock, connection, greet, last, seen } = connect();
    greet();
    clock.pass(rttMs);
    last().receive({ type: "pong", n: 1 });
    connection.wake();
    clock.pass(withinMs - 1);
    expect(seen).toEqual(["online"]);
    clock.pass(1);
    expect(seen).toEqual(["online", "offline"]);
  });

  test("and is opened anew at once when it does not", () => {
    const { clock, connection, greet, seen, sockets } = connect();
    greet();
    connection.wake();
    clock.pass(TIMES.deadAfterWake.most);
    expect(sockets).toHaveLength(2);
    greet();
    expect(seen).toEqual(["online", "offline", "online"]);
  });

  test("and stays when it does", () => {
    const { clock, connection, greet, last, seen } = connect();
    greet();
    connection.wake();
    last().receive({ type: "pong", n: 2 });
    clock.pass(TIMES.deadAfterWake.most);
    expect(seen).toEqual(["online"]);
  });
});

describe("closed for good", () => {
  test.each([
    [4000, "moved"],
    [4003, "shut_out"],
    [4004, "version"],
  ])("after code %i it stays closed until asked", (code, why) => {
    const { clock, connection, greet, last, sockets, stops } = connect();
    greet();
    last().onclose?.({ code });
    clock.pass(60_000);
    connection.wake();
    expect(stops).toEqual([why]);
    expect(sockets).toHaveLength(1);
    connection.start();
    expect(sockets).toHaveLength(2);
  });

  test.each([4002, 1013])("after code %i the longest pause comes first", (code) => {
    const { clock, greet, last, sockets } = connect();
    greet();
    last().onclose?.({ code });
    clock.pass(TIMES.longestRetry / 2);
    expect(sockets).toHaveLength(1);
    clock.pass(TIMES.longestRetry / 2);
    expect(sockets).toHaveLength(2);
  });
});

describe("the way to the server", () => {
  test("is measured by the pings", () => {
    const { clock, connection, greet, last } = connect();
    greet();
    expect(connection.rttMs).toBeNull();
    clock.pass(80);
    last().receive({ type: "pong", n: 1 });
    expect(connection.rttMs).toBe(80);
    clock.pass(1_000);
    expect(connection.rttMs).toBe(80);
  });

  test("an unanswered ping counts with its age, also when another follows", () => {
    const { clock, connection, greet, last } = connect();
    greet();
    clock.pass(50);
    last().receive({ type: "pong", n: 1 });
    clock.pass(1_000);
    connection.probe();
    clock.pass(700);
    connection.probe();
    expect(last().messages("ping")).toHaveLength(2);
    expect(connection.rttMs).toBe(700);
    clock.pass(PING_EVERY_MS);
    expect(connection.rttMs).toBe(700 + PING_EVERY_MS);
  });
});
