/** The smaller parts of the page: its state, ids, sound, and what goes on around it. */

import { describe, expect, test } from "vitest";
import { readBoot } from "../src/boot";
import { newId } from "../src/ids";
import { watchDead, watchTalking } from "../src/levels";
import { UUID_PATTERN } from "../src/protocol.gen";
import { SavingCount } from "../src/saving";
import { signalMessage, signalOf } from "../src/signals";
import { type SoundElement, Speaker } from "../src/speaker";
import { initialState, Store } from "../src/store";
import { watchSurroundings } from "../src/surroundings";
import { WakeLock } from "../src/wakelock";
import { FakeClock, settled } from "./fakes";
import { ANN, BEN } from "./rooms";

describe("the state", () => {
  test("is told once for all that changes in one go", async () => {
    const store = new Store(initialState("s1", "mentor"));
    const seen: string[] = [];
    store.subscribe(() => seen.push(`${store.state().phase} ${store.state().server}`));
    store.set({ phase: "waiting" });
    store.set({ server: "online" });
    expect(seen).toEqual([]);
    await settled();
    expect(seen).toEqual(["waiting online"]);
  });

  test("is not told when nothing changed, nor to those who left", async () => {
    const store = new Store(initialState("s1", "mentor"));
    const seen: string[] = [];
    const leave = store.subscribe(() => seen.push("told"));
    store.set({ phase: "lobby" });
    await settled();
    leave();
    store.set({ phase: "call" });
    await settled();
    expect(seen).toEqual([]);
  });

  test("begins with the other one's seat empty", () => {
    expect(initialState("s1", "mentee")).toMatchObject({
      you: { role: "mentee" },
      peer: { role: "mentor", name: "" },
    });
  });
});

describe("what the page was served with", () => {
  test("is its seat, its socket and where its timers are", () => {
    const url = new URL("https://calls.example.org/session/s-1_x/mentor?from=mail#top");
    expect(
      readBoot('{"ticker":"/static/ticker-A1.js","copies":"/static/copies-B2.js","summaryDelayS":60}', url),
    ).toEqual({
      ticker: "/static/ticker-A1.js",
      copies: "/static/copies-B2.js",
      relayOnly: false,
      summaryDelayS: 60,
      practise: "",
      rehearsal: null,
      session: "s-1_x",
      role: "mentor",
      socket: "wss://calls.example.org/session/s-1_x/mentor/socket",
      path: "/session/s-1_x/mentor",
    });
  });

  test("is found at the end of its address, wherever the room's kind is kept", () => {
    const url = new URL("http://localhost:8080/rehearsal/session/s-2/mentor");
    expect(readBoot(null, url)).toMatchObject({
      session: "s-2",
      role: "mentor",
      socket: "ws://localhost:8080/rehearsal/session/s-2/mentor/socket",
      path: "/rehearsal/session/s-2/mentor",
    });
  });

  test("may be plain http, and without settings", () => {
    const boot = readBoot(null, new URL("http://localhost:8080/session/s1/mentee"));
    expect(boot).toMatchObject({
      ticker: "",
      copies: "",
      role: "mentee",
      socket: "ws://localhost:8080/session/s1/mentee/socket",
    });
  });
});

describe("signals", () => {
  test.each([
    { type: "offer", sdp: "v=0" },
    { type: "answer", sdp: "v=0" },
    {
      type: "candidate",
      candidate: { candidate: "c", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
    },
  ] as const)("of $type go to the peer's tab and arrive as they were", (signal) => {
    const message = signalMessage(BEN, signal);
    expect(message).toMatchObject({ type: signal.type, to: BEN });
    const { type: _type, to: _to, ...rest } = message as unknown as { type: string; to: string };
    const names = { offer: "offered", answer: "answered", candidate: "candidated" } as const;
    expect(signalOf({ type: names[signal.type], sender: ANN, ...rest } as never)).toEqual(signal);
  });
});

test("edits and notes that are not saved are counted together", () => {
  const seen: object[] = [];
  const saving = new SavingCount((count) => seen.push(count));
  saving.edits(2);
  saving.notes(3);
  saving.fragile();
  saving.edits(0);
  expect(seen.at(-2)).toEqual({ pending: 5, fragile: true });
  expect(seen.at(-1)).toEqual({ pending: 3, fragile: true });
});

test("ids are random UUIDs of version 4", () => {
  const ids = Array.from({ length: 200 }, newId);
  expect(ids.filter((id) => !new RegExp(UUID_PATTERN).test(id))).toEqual([]);
  expect(ids.filter((id) => id[14] !== "4" || !"89ab".includes(id[19] ?? ""))).toEqual([]);
  expect(new Set(ids).size).toBe(200);
});

describe("talking while muted", () => {
  /** The levels come five times a second; what is told, and when. */
  function listening(levels: readonly number[]): [number, boolean][] {
    const clock = new FakeClock();
    const told: [number, boolean][] = [];
    watchTalking(
      clock,
      () => levels[clock.now() / 200 - 1] ?? 0,
      (talking) => told.push([clock.now(), talking]),
    );
    clock.pass(levels.length * 200);
    return told;
  }

  test("is noticed after a second of speech and over after a pause", () => {
    const speech = Array<number>(10).fill(0.1);
    const pause = Array<number>(20).fill(0.001);
    expect(listening([...pause, ...speech, ...pause])).toEqual([
      [5_200, true],
      [8_400, false],
    ]);
  });

  test("is not a cough", () => {
    expect(listening([...Array<number>(10).fill(0), 0.4, 0.3, ...Array<number>(20).fill(0)])).toEqual([]);
  });
});

describe("a microphone without any sound", () => {
  function deadAt(levels: readonly (number | null)[]): number[] {
    const clock = new FakeClock();
    const at: number[] = [];
    watchDead(
      clock,
      () => levels[clock.now() / 200 - 1] ?? null,
      () => at.push(clock.now()),
    );
    clock.pass(levels.length * 200);
    return at;
  }

  test("is told after eight seconds, once", () => {
    expect(deadAt(Array<number>(100).fill(0))).toEqual([8_000]);
  });

  test("is not the quiet of a room, nor a muted one", () => {
    expect(deadAt(Array<number>(100).fill(0.000_2))).toEqual([]);
    expect(deadAt(Array<number | null>(100).fill(null))).toEqual([]);
  });
});

describe("the sound of the peer", () => {
  function playing(play: () => Promise<void>) {
    const sinks: string[] = [];
    const element: SoundElement = {
      srcObject: null,
      autoplay: false,
      play,
      setSinkId: async (id) => {
        if (id === "gone") throw new Error("no such device");
        sinks.push(id);
      },
    };
    const blocked: boolean[] = [];
    return { element, sinks, blocked, speaker: new Speaker(element, (now) => blocked.push(now)) };
  }

  test("that the browser refuses waits for a tap", async () => {
    let allowed = false;
    const refusal = Object.assign(new Error("a gesture first"), { name: "NotAllowedError" });
    const { speaker, blocked } = playing(async () => {
      if (!allowed) throw refusal;
    });
    await speaker.play({} as MediaStream);
    allowed = true;
    await speaker.hear();
    expect(blocked).toEqual([true, false]);
  });

  test("that another stream overtook is not blocked", async () => {
    const { speaker, blocked } = playing(async () => {
      throw Object.assign(new Error("interrupted"), { name: "AbortError" });
    });
    await speaker.play({} as MediaStream);
    expect(blocked).toEqual([]);
  });

  test("stops without a stream", async () => {
    const { speaker, element, blocked } = playing(async () => undefined);
    await speaker.play(null);
    expect(element.srcObject).toBeNull();
    expect(blocked).toEqual([]);
  });

  test("comes from the speaker chosen, or the system's when that is gone", async () => {
    const { speaker, sinks } = playing(async () => undefined);
    await speaker.choose("s1");
    await speaker.choose("gone");
    expect(sinks).toEqual(["s1", ""]);
  });
});

describe("around the page", () => {
  function surroundings() {
    const clock = new FakeClock();
    const events: string[] = [];
    const connection = Object.assign(new EventTarget(), { type: "wifi" });
    const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
    let reloads = 0;
    const page = Object.assign(new EventTarget(), {
      document,
      navigator: { connection },
      location: {
        reload: () => {
          reloads += 1;
        },
      },
    });
    watchSurroundings(page as unknown as Window, clock, {
      onNetwork: () => events.push("network"),
      onAwake: () => events.push("awake"),
      onTouch: () => events.push("touch"),
      onEnd: () => events.push("end"),
    });
    return { clock, events, page, document, connection, reloads: () => reloads };
  }

  test("a network that is back is told", () => {
    const { page, events } = surroundings();
    page.dispatchEvent(new Event("online"));
    expect(events).toEqual(["network"]);
  });

  test("another kind of network is told, another estimate of its speed is not", () => {
    const { connection, events } = surroundings();
    connection.dispatchEvent(new Event("change"));
    connection.type = "cellular";
    connection.dispatchEvent(new Event("change"));
    expect(events).toEqual(["network"]);
  });

  test("a page that is looked at again is awake, one that is left is not", () => {
    const { document, events } = surroundings();
    document.visibilityState = "hidden";
    document.dispatchEvent(new Event("visibilitychange"));
    document.visibilityState = "visible";
    document.dispatchEvent(new Event("visibilitychange"));
    expect(events).toEqual(["awake"]);
  });

  test("a touch and a key are told", () => {
    const { page, events } = surroundings();
    page.dispatchEvent(new Event("pointerdown"));
    page.dispatchEvent(new Event("keydown"));
    expect(events).toEqual(["touch", "touch"]);
  });

  test("its end is told, and a return by the back button begins anew", () => {
    const { page, events, reloads } = surroundings();
    page.dispatchEvent(new Event("pagehide"));
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
    expect(reloads()).toBe(0);
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    expect(events).toEqual(["end"]);
    expect(reloads()).toBe(1);
  });
});

describe("the screen stays on", () => {
  function locks() {
    let held = 0;
    const request = async () => {
      held += 1;
      return {
        release: async () => {
          held -= 1;
        },
      };
    };
    return { lock: new WakeLock({ request }), held: () => held };
  }

  test("while the call lasts, also after the page was out of sight", async () => {
    const { lock, held } = locks();
    lock.want(true);
    await settled();
    lock.renew();
    await settled();
    expect(held()).toBe(1);
    lock.want(false);
    await settled();
    lock.renew();
    await settled();
    expect(held()).toBe(0);
  });

  test("as the system likes, where the browser has no lock or refuses it", async () => {
    new WakeLock(undefined).want(true);
    const refusing = new WakeLock({ request: () => Promise.reject(new Error("no")) });
    refusing.want(true);
    refusing.want(false);
    await settled();
  });
});
