import { describe, expect, it } from "vitest";
import { browserOf, systemOf } from "../src/ui/browser";
import { DEFAULTS, keepTab, parsePreferences, readTab } from "../src/ui/preferences";
import { problemsOf } from "../src/ui/problems";
import { qrPath, qrSide } from "../src/ui/qr";
import { readiness } from "../src/ui/readiness";
import { ending, looksDiallable, smsLink, telLink } from "../src/ui/telephone";
import { lobbyWords, planWords } from "../src/ui/words/lobby";
import { helpFor } from "../src/ui/words/problems";
import { inCall, START } from "./people";

const AGENTS = {
  chrome:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
  edge: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  safari:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
  ios: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
  android:
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
} as const;

describe("readiness", () => {
  const lines = (change: Parameters<typeof inCall>[0], heard = false) =>
    Object.fromEntries(readiness(inCall(change), heard).map(({ what, ready }) => [what, ready]));

  it("is good when all of it is", () => {
    const readiness = { mine: "good", theirs: "not_checked" } as const;
    expect(new Set(Object.values(lines({ readiness }, true)))).toEqual(new Set(["good"]));
  });

  it.each([
    [{ mine: "not_checked", theirs: "good" }, "waiting", "Your connection: not checked yet. Ann's: good"],
    [{ mine: "good", theirs: "weak" }, "good", "Your connection: good. Ann's: weak"],
    [
      { mine: "not_ready", theirs: "not_ready" },
      "without",
      "Your connection: not ready yet. Ann's: not ready yet",
    ],
  ] as const)("tells both what both checks said: %o", (both, ready, words) => {
    const found = readiness(inCall({ readiness: both }), true).find(({ what }) => what === "connections");
    expect([found?.ready, found?.words]).toEqual([ready, words]);
  });

  it("asks for a word before it calls a microphone good", () => {
    expect(lines({})).toMatchObject({ microphone: "waiting" });
  });

  it("counts what is missing as a way to take part", () => {
    const status = { microphone: "none", camera: "none", screen: false } as const;
    const [microphone, camera] = readiness(inCall({ status }), false);
    expect(microphone?.words).toBe("No microphone: you can listen and write");
    expect(camera?.words).toBe("No camera: you can still join");
  });

  it("knows who is there and whether the room is", () => {
    const peer = { ...inCall().peer, presence: "away" } as const;
    expect(lines({ peer, server: "offline" })).toMatchObject({ room: "waiting", peer: "waiting" });
  });
});

describe("a refused device", () => {
  it.each(Object.entries(AGENTS))("is explained for %s", (name, agent) => {
    expect(browserOf(agent)).toBe(name);
    expect(helpFor("denied", "both", browserOf(agent), systemOf(agent)).steps.length).toBeGreaterThanOrEqual(
      2,
    );
  });

  it("has words of its own for each cause", () => {
    const causes = ["denied", "denied_by_system", "not_found", "in_use", "insecure", "unknown"] as const;
    const titles = causes.map((cause) => helpFor(cause, "camera", "chrome", "windows").title);
    expect(new Set(titles).size).toBe(causes.length);
  });

  it("is one problem when both are refused for one reason, else two", () => {
    expect(problemsOf({ microphoneProblem: "denied", cameraProblem: "denied" })).toEqual([
      { problem: "denied", what: "both" },
    ]);
    expect(problemsOf({ microphoneProblem: "in_use", cameraProblem: "not_found" })).toHaveLength(2);
    expect(problemsOf({ microphoneProblem: null, cameraProblem: null })).toEqual([]);
  });
});

describe("telephone numbers", () => {
  it("become links from either form", () => {
    expect(telLink("+44 7700 900001")).toBe("tel:+447700900001");
    expect(telLink("tel:+447700900001")).toBe("tel:+447700900001");
    expect(smsLink("+44 7700 900001")).toBe("sms:+447700900001");
  });

  it("are named by their last two digits", () => {
    expect(ending("+44 7700 900042")).toBe("42");
  });

  it("are checked for what cannot be dialled, and no more", () => {
    expect(looksDiallable("+44 7700 900001")).toBe(true);
    expect(looksDiallable("+44 (7700) 900-123")).toBe(true);
    expect(looksDiallable("07700 900123")).toBe(false);
    expect(looksDiallable(planWords.numberHint.replace(/^.*like /, ""))).toBe(true);
    expect(looksDiallable("12")).toBe(false);
    expect(looksDiallable("ring me")).toBe(false);
    expect(looksDiallable("+1234567890123456")).toBe(false);
  });

  it("become a QR code with its quiet zone", () => {
    expect(qrPath(["110", "001"])).toBe("M4 4h2v1h-2zM6 5h1v1h-1z");
    expect(qrSide(["110", "001", "000"])).toBe(11);
  });
});

describe("the session's time", () => {
  it("is told in the reader's zone, and when the room opens", () => {
    const zone = { locale: "en-GB", zone: "Europe/Berlin" };
    const { session } = inCall();
    expect(lobbyWords.when(session, START, zone)).toBe("Today, 16:00 to 16:30");
    expect(lobbyWords.whose(zone)).toBe("Your time, Berlin");
    expect(lobbyWords.early(session, START - 7_200_000, zone)).toBe("The room opens at 15:30.");
    expect(lobbyWords.early(session, START - 86_400_000, zone)).toBe("The room opens tomorrow at 15:30.");
  });
});

describe("preferences", () => {
  it("come back as they were kept", () => {
    expect(parsePreferences('{"singleKeys":false,"selfHidden":true}')).toEqual({
      singleKeys: false,
      selfHidden: true,
    });
  });

  it.each([null, "", "null", "[]", "{", '{"singleKeys":"no"}'])("are the usual ones for %j", (stored) => {
    expect(parsePreferences(stored)).toEqual(DEFAULTS);
  });
});

describe("the open panel", () => {
  const storage = () => {
    const kept = new Map<string, string>();
    return () =>
      ({
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => kept.set(key, value),
      }) as unknown as Storage;
  };

  it("is the same after a reload, for this page", () => {
    const tab = storage();
    keepTab(tab, "/session/1/mentor", "notes");
    expect(readTab(tab, "/session/1/mentor")).toBe("notes");
    expect(readTab(tab, "/session/2/mentor")).toBe("agenda");
  });

  it("is the agenda where nothing sensible is kept", () => {
    const refused = () => {
      throw new Error("refused");
    };
    keepTab(refused, "/", "notes");
    expect(readTab(refused, "/")).toBe("agenda");
    const odd = storage();
    odd().setItem("ringback.tab./", "chat");
    expect(readTab(odd, "/")).toBe("agenda");
  });
});
