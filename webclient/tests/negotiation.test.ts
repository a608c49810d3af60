import { beforeEach, describe, expect, test, vi } from "vitest";
import { Negotiation, type Signal } from "../src/negotiation";
import { iceGeneration } from "../src/sdp";
import { FakePeerConnection } from "./fakepeer";
import { FakeClock, settled } from "./fakes";

// What is said to developers is no matter of these tests.
beforeEach(() => void vi.spyOn(console, "debug").mockReturnValue());

/** Two sides and the way between them, which may be cut or slow. */
const RED = { red: true, packetMs: 20 };
const PLAIN = { red: false, packetMs: 20 };

function pair() {
  const clock = new FakeClock();
  const wire: { readonly to: "mentor" | "mentee"; readonly signal: Signal }[] = [];
  const all: Signal[] = [];
  let cut = false;
  const side = (polite: boolean) => {
    const pc = new FakePeerConnection();
    let adopted = 0;
    let peerRestarts = 0;
    const negotiation = new Negotiation({
      pc: pc as unknown as RTCPeerConnection,
      clock,
      polite,
      send: (signal) => {
        all.push(signal);
        if (!cut) wire.push({ to: polite ? "mentor" : "mentee", signal });
      },
      onOffered: async () => {
        adopted += 1;
      },
      onPeerRestart: () => {
        peerRestarts += 1;
      },
    });
    return { pc, negotiation, adopted: () => adopted, peerRestarts: () => peerRestarts };
  };
  const mentor = side(false);
  const mentee = side(true);
  const deliver = async (): Promise<void> => {
    await settled();
    while (wire.length > 0) {
      const { to, signal } = wire.shift() as (typeof wire)[number];
      void (to === "mentor" ? mentor : mentee).negotiation.receive(signal);
      await settled();
    }
  };
  const setCut = (now: boolean): void => {
    cut = now;
  };
  const kinds = (): string[] => all.map(({ type }) => type);
  const descriptions = (): string[] => all.flatMap((signal) => ("sdp" in signal ? [signal.sdp] : []));
  return { clock, mentor, mentee, wire, deliver, setCut, kinds, descriptions };
}

function agreed({ mentor, mentee }: ReturnType<typeof pair>): boolean {
  return (
    mentor.pc.signalingState === "stable" &&
    mentee.pc.signalingState === "stable" &&
    iceGeneration(mentor.pc.remoteDescription?.sdp ?? "") ===
      iceGeneration(mentee.pc.currentLocalDescription?.sdp ?? "") &&
    iceGeneration(mentee.pc.remoteDescription?.sdp ?? "") ===
      iceGeneration(mentor.pc.currentLocalDescription?.sdp ?? "")
  );
}

async function inCall() {
  const both = pair();
  both.mentor.pc.addTransceiver("audio");
  await both.deliver();
  return both;
}

describe("the first negotiation", () => {
  test("is one offer by the impolite side and one answer", async () => {
    const both = pair();
    both.mentor.pc.addTransceiver("audio");
    both.mentee.pc.onnegotiationneeded?.();
    await both.deliver();
    expect(both.kinds()).toEqual(["offer", "answer"]);
    expect(both.mentee.adopted()).toBe(1);
    expect(agreed(both)).toBe(true);
  });

  test("asks both to send mono Opus inside RED", async () => {
    const both = await inCall();
    for (const { pc } of [both.mentor, both.mentee]) {
      expect(pc.remoteDescription?.sdp).toContain("SAVPF 63 111");
      expect(pc.remoteDescription?.sdp).toContain("stereo=0");
    }
  });

  test("keeps candidates that overtake the description", async () => {
    const both = pair();
    await both.mentee.negotiation.receive({ type: "candidate", candidate: { candidate: "early" } });
    both.mentor.pc.addTransceiver("audio");
    await both.deliver();
    expect(both.mentee.pc.candidates).toEqual([{ candidate: "early" }]);
  });

  test("sends what is gathered", async () => {
    const both = await inCall();
    both.mentor.pc.gather("candidate:1");
    await both.deliver();
    expect(both.mentee.pc.candidates).toEqual([{ candidate: "candidate:1", sdpMid: "0" }]);
  });
});

describe("both offer at once", () => {
  test("the polite side gives way and both agree in the end", async () => {
    const both = await inCall();
    both.mentor.pc.restartIce();
    both.mentee.pc.restartIce();
    await both.deliver();
    await both.deliver();
    expect(both.mentee.pc.rollbacks).toBe(1);
    expect(both.mentor.pc.rollbacks).toBe(0);
    expect(agreed(both)).toBe(true);
  });

  test("a hundred times over", async () => {
    const both = await inCall();
    for (let n = 0; n < 100; n++) {
      both.mentor.pc.restartIce();
      if (n % 3 === 0) await settled();
      both.mentee.pc.restartIce();
      await both.deliver();
    }
    await both.deliver();
    expect(agreed(both)).toBe(true);
  });
});

describe("a restart of ICE", () => {
  test("waits for its answer, and is told to the side that did not ask for it", async () => {
    const both = await inCall();
    both.mentor.pc.restartIce();
    await settled();
    expect(both.mentor.negotiation.restarting).toBe(true);
    await both.deliver();
    expect([
      both.mentor.negotiation.restarting,
      both.mentor.peerRestarts(),
      both.mentee.peerRestarts(),
    ]).toEqual([false, 0, 1]);
  });

  test.each(["mentor", "mentee"] as const)(
    "of the %s's is not forgotten over a change made alone",
    async (who) => {
      const both = await inCall();
      const switching = both[who].negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
      both[who].pc.restartIce();
      await switching;
      await both.deliver();
      expect(both[who === "mentor" ? "mentee" : "mentor"].peerRestarts()).toBe(1);
      expect(agreed(both)).toBe(true);
      expect(both[who].pc.remoteDescription?.sdp).toContain("SAVPF 111 63");
    },
  );

  test("is not what another negotiation is", async () => {
    const both = await inCall();
    both.mentor.pc.addTransceiver("video");
    await settled();
    expect(both.mentor.negotiation.restarting).toBe(false);
    await both.deliver();
    expect(both.mentee.peerRestarts()).toBe(0);
  });
});

describe("lost on the way", () => {
  test.each([
    ["mentor", "mentee"],
    ["mentee", "mentor"],
  ] as const)(
    "the %s's restart, and the %s's finds the way: both agree within half a second",
    async (lost, found) => {
      const both = await inCall();
      both[lost].pc.restartIce();
      await settled();
      both.wire.length = 0;
      both[found].pc.restartIce();
      await both.deliver();
      both.clock.pass(500);
      await both.deliver();
      expect(agreed(both)).toBe(true);
    },
  );

  test("an offer that was not answered goes again", async () => {
    const both = pair();
    both.setCut(true);
    both.mentor.pc.addTransceiver("audio");
    await both.deliver();
    both.setCut(false);
    both.clock.pass(4_000);
    await both.deliver();
    expect(agreed(both)).toBe(true);
  });

  test("an answer that was lost is given again to the offer that comes again", async () => {
    const both = pair();
    both.mentor.pc.addTransceiver("audio");
    await settled();
    const [offer] = both.wire.splice(0);
    both.setCut(true);
    await both.mentee.negotiation.receive((offer as { signal: Signal }).signal);
    both.setCut(false);
    both.mentor.negotiation.resend();
    await both.deliver();
    expect(agreed(both)).toBe(true);
  });

  test("an answer that comes twice does no harm", async () => {
    const both = await inCall();
    await both.mentor.negotiation.receive({
      type: "answer",
      sdp: both.mentee.pc.currentLocalDescription?.sdp ?? "",
    });
    expect(agreed(both)).toBe(true);
  });

  test("nothing goes again once it was answered", async () => {
    const both = await inCall();
    both.clock.pass(60_000);
    both.mentor.negotiation.resend();
    await both.deliver();
    expect(both.kinds()).toEqual(["offer", "answer"]);
  });
});

describe("packing", () => {
  test.each(["mentor", "mentee"] as const)(
    "is switched by the %s alone, without a word to the peer",
    async (who) => {
      const both = await inCall();
      const { pc, negotiation } = both[who];
      await negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
      expect(pc.remoteDescription?.sdp).toContain("SAVPF 111 63");
      expect(pc.signalingState).toBe("stable");
      await negotiation.agree({ packing: RED, video: true, mostKbps: null });
      expect(pc.remoteDescription?.sdp).toContain("SAVPF 63 111");
      expect(both.kinds()).toEqual(["offer", "answer"]);
    },
  );

  test("in longer packets, and back", async () => {
    const { mentor, kinds } = await inCall();
    await mentor.negotiation.agree({ packing: { red: false, packetMs: 60 }, video: true, mostKbps: null });
    expect(mentor.pc.remoteDescription?.sdp).toContain("a=ptime:60\r\n");
    await mentor.negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
    expect(mentor.pc.remoteDescription?.sdp).not.toContain("a=ptime");
    expect(kinds()).toEqual(["offer", "answer"]);
  });

  test("keeps the DTLS roles of the one who answered", async () => {
    const { mentee } = await inCall();
    await mentee.negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
    expect(mentee.pc.remoteDescription?.sdp).toContain("a=setup:passive");
  });

  test("holds through later negotiations with the peer", async () => {
    const both = await inCall();
    await both.mentor.negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
    both.mentee.pc.restartIce();
    await both.deliver();
    expect(both.mentor.pc.remoteDescription?.sdp).toContain("SAVPF 111 63");
    expect(agreed(both)).toBe(true);
  });

  test("waits for a negotiation under way, which then carries it", async () => {
    const both = await inCall();
    both.mentor.pc.restartIce();
    await settled();
    await both.mentor.negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
    expect(both.mentor.pc.remoteDescription?.sdp).toContain("SAVPF 63 111");
    await both.deliver();
    expect(both.mentor.pc.remoteDescription?.sdp).toContain("SAVPF 111 63");
    expect(agreed(both)).toBe(true);
  });

  test("does not disturb an offer that comes at the same moment", async () => {
    const both = await inCall();
    both.mentee.pc.restartIce();
    await settled();
    const switching = both.mentor.negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
    await both.deliver();
    await switching;
    expect(agreed(both)).toBe(true);
    expect(both.mentor.pc.remoteDescription?.sdp).toContain("SAVPF 111 63");
  });
});

describe("video that may not be sent", () => {
  async function withVideo() {
    const both = await inCall();
    both.mentor.pc.addTransceiver("video");
    await both.deliver();
    const said = both.kinds().length;
    const sends = (who: "mentor" | "mentee"): boolean =>
      both[who].pc.currentLocalDescription?.sdp.includes("a=sendrecv") ?? false;
    return { both, sends, saidNothing: () => both.kinds().length === said };
  }

  test.each(["mentor", "mentee"] as const)("is taken out and put back by the %s alone", async (who) => {
    const { both, sends, saidNothing } = await withVideo();
    await both[who].negotiation.agree({ packing: PLAIN, video: false, mostKbps: null });
    await both.deliver();
    expect(sends(who)).toBe(false);
    await both[who].negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
    await both.deliver();
    expect(sends(who)).toBe(true);
    expect(saidNothing()).toBe(true);
  });

  test.each(["mentor", "mentee"] as const)(
    "is in what goes over the wire, and out again after it",
    async (who) => {
      const { both, sends } = await withVideo();
      await both.mentor.negotiation.agree({ packing: PLAIN, video: false, mostKbps: null });
      await both.mentee.negotiation.agree({ packing: PLAIN, video: false, mostKbps: null });
      both[who].pc.restartIce();
      await both.deliver();
      expect(
        both
          .descriptions()
          .slice(-2)
          .map((sdp) => sdp.includes("a=sendrecv")),
      ).toEqual([true, true]);
      expect([sends("mentor"), sends("mentee")]).toEqual([false, false]);
      await both.mentee.negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
      expect([sends("mentor"), sends("mentee")]).toEqual([false, true]);
    },
  );
});

test("video on trial is limited, until it is not", async () => {
  const both = await inCall();
  both.mentor.pc.addTransceiver("video");
  await both.deliver();
  const limit = () => /b=AS:(\d+)/.exec(both.mentor.pc.remoteDescription?.sdp ?? "")?.[1];
  await both.mentor.negotiation.agree({ packing: PLAIN, video: true, mostKbps: 40 });
  expect(limit()).toBe("40");
  both.mentee.pc.restartIce();
  await both.deliver();
  expect(limit()).toBe("40");
  await both.mentor.negotiation.agree({ packing: PLAIN, video: true, mostKbps: null });
  expect(limit()).toBeUndefined();
});

describe("speech that waits", () => {
  test("is dropped without a word to the peer, and heard again", async () => {
    const { mentor, kinds } = await inCall();
    const audio = mentor.pc.transceivers.find(({ receiver }) => receiver.track.kind === "audio");
    await mentor.negotiation.dropUnplayedSpeech();
    expect(audio?.directions).toEqual(["sendonly", "sendrecv"]);
    expect(kinds()).toEqual(["offer", "answer"]);
  });
});

describe("video that waits", () => {
  test.each(["mentor", "mentee"] as const)(
    "is dropped by the %s alone, who goes on as before",
    async (who) => {
      const both = await inCall();
      both.mentor.pc.addTransceiver("video");
      await both.deliver();
      const said = both.kinds().length;
      const { pc, negotiation } = both[who];
      const video = pc.transceivers.find(({ receiver }) => receiver.track.kind === "video");
      const before = pc.remoteDescription?.sdp;
      await negotiation.dropQueuedVideo();
      await both.deliver();
      expect(video?.directions.slice(-2)).toEqual(["recvonly", "sendrecv"]);
      expect(pc.currentLocalDescription?.sdp).toContain("a=sendrecv");
      expect(pc.remoteDescription?.sdp.replace(/setup:\w+/, "")).toBe(before?.replace(/setup:\w+/, ""));
      expect(both.kinds()).toHaveLength(said);
    },
  );

  test("that a browser will not drop is put right with the peer", async () => {
    const both = await inCall();
    both.mentor.pc.addTransceiver("video");
    await both.deliver();
    const said = both.kinds().length;
    both.mentor.pc.refuses = (sdp) => sdp.includes("a=sendonly");
    await both.mentor.negotiation.dropQueuedVideo();
    await both.deliver();
    expect(both.kinds().slice(said, said + 2)).toEqual(["offer", "answer"]);
    expect(both.mentor.pc.currentLocalDescription?.sdp).toContain("a=sendrecv");
    expect(agreed(both)).toBe(true);
  });

  test("stays while a negotiation is under way, and so does everything else", async () => {
    const both = await inCall();
    both.mentor.pc.addTransceiver("video");
    await both.deliver();
    both.mentor.pc.restartIce();
    await settled();
    await both.mentor.negotiation.dropQueuedVideo();
    await both.deliver();
    expect(agreed(both)).toBe(true);
    expect(both.mentor.pc.currentLocalDescription?.sdp).toContain("a=sendrecv");
  });
});

describe("a hostile peer", () => {
  test.each<Signal>([
    { type: "answer", sdp: "nonsense" },
    { type: "candidate", candidate: { candidate: "x".repeat(1_000) } },
  ])("breaks nothing with $type", async (signal) => {
    const both = await inCall();
    await both.mentor.negotiation.receive(signal);
    expect(agreed(both)).toBe(true);
  });

  test("is not answered after the call was closed", async () => {
    const both = await inCall();
    both.mentor.pc.close();
    await both.mentor.negotiation.receive({ type: "offer", sdp: "v=0" });
    expect(both.kinds()).toEqual(["offer", "answer"]);
  });
});
