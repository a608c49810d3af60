import { describe, expect, test } from "vitest";
import { Devices, type Kind } from "../src/devices";
import { type InCall, Memory } from "../src/memory";
import { OwnMedia } from "../src/ownmedia";
import type { PeerFrame } from "../src/peerframes";
import { problemOf } from "../src/problems";
import type { ClientMessage, Status } from "../src/protocol.gen";
import { SelfStatus } from "../src/selfstatus";
import { settled } from "./fakes";

/** A track as far as the page touches one. */
class FakeTrack {
  enabled = true;
  stopped = false;
  contentHint = "";
  onended: (() => void) | null = null;
  readonly kind: "audio" | "video";
  readonly label: string;
  readonly settings: MediaTrackSettings;

  constructor(kind: "audio" | "video", deviceId: string, settings: MediaTrackSettings = {}) {
    this.kind = kind;
    this.label = `The ${deviceId}`;
    this.settings = { deviceId, ...settings };
  }

  getSettings(): MediaTrackSettings {
    return this.settings;
  }

  stop(): void {
    this.stopped = true;
  }
}

type Answer = (constraints: MediaStreamConstraints) => FakeTrack[] | Error;

/** The browser's devices: what was asked for, and what the test lets it answer. */
class FakeMedia extends EventTarget {
  readonly asked: MediaStreamConstraints[] = [];
  readonly given: FakeTrack[] = [];
  found: {
    readonly kind: MediaDeviceKind;
    readonly deviceId: string;
    readonly groupId?: string;
    readonly label: string;
  }[] = [];
  answer: Answer = ({ audio, video }) => [
    ...(audio ? [new FakeTrack("audio", "built-in mic")] : []),
    ...(video ? [new FakeTrack("video", "built-in camera")] : []),
  ];
  screen: FakeTrack | Error = new FakeTrack("video", "screen");

  async getUserMedia(constraints: MediaStreamConstraints) {
    this.asked.push(constraints);
    const answer = this.answer(constraints);
    if (answer instanceof Error) throw answer;
    this.given.push(...answer);
    return { getTracks: () => answer };
  }

  async getDisplayMedia() {
    const { screen } = this;
    if (screen instanceof Error) throw screen;
    return { getVideoTracks: () => [screen] };
  }

  async enumerateDevices() {
    return this.found;
  }
}

function failure(name: string, message = ""): Error {
  return Object.assign(new Error(message), { name });
}

function open(
  media: FakeMedia | undefined = new FakeMedia(),
  choices = { microphone: "", camera: "", speaker: "" },
) {
  const replaced: [Kind, string | null][] = [];
  const chosen: object[] = [];
  let changes = 0;
  const devices = new Devices({
    media: media as unknown as MediaDevices | undefined,
    choices,
    canChooseSpeaker: true,
    onChange: () => {
      changes += 1;
    },
    onReplaced: (kind, label) => replaced.push([kind, label]),
    onChosen: (now) => chosen.push(now),
  });
  return { media: media as FakeMedia, devices, replaced, chosen, changes: () => changes };
}

const BOTH = { microphone: true, camera: true };

describe("opening", () => {
  test("asks for both with one question", async () => {
    const { media, devices } = open();
    await devices.open(BOTH);
    expect(media.asked).toHaveLength(1);
    expect(devices.microphone?.label).toBe("The built-in mic");
    expect(devices.camera?.label).toBe("The built-in camera");
    expect(devices.state).toMatchObject({
      microphone: "built-in mic",
      camera: "built-in camera",
      asking: false,
    });
  });

  test("asks for one channel of speech, and for the picture of the highest rung", async () => {
    const { media, devices } = open();
    await devices.open(BOTH);
    expect(media.asked[0]).toMatchObject({
      audio: { channelCount: 1, echoCancellation: true },
      video: { height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 }, facingMode: "user" },
    });
    expect(devices.microphone?.contentHint).toBe("speech");
  });

  test("asks for the devices chosen before", async () => {
    const { media, devices } = open(new FakeMedia(), { microphone: "m7", camera: "c7", speaker: "" });
    await devices.open(BOTH);
    expect(media.asked[0]).toMatchObject({
      audio: { deviceId: { exact: "m7" } },
      video: { deviceId: { exact: "c7" } },
    });
  });

  test("opens nothing twice", async () => {
    const { media, devices } = open();
    await devices.open(BOTH);
    await devices.open(BOTH);
    expect(media.asked).toHaveLength(1);
  });

  test("a device remembered and gone is no obstacle", async () => {
    const media = new FakeMedia();
    const { answer } = media;
    media.answer = (wanted) =>
      typeof wanted.audio === "object" ? failure("OverconstrainedError") : answer(wanted);
    const { devices } = open(media, { microphone: "gone", camera: "", speaker: "" });
    await devices.open({ microphone: true, camera: false });
    expect(devices.microphone).not.toBeNull();
    expect(devices.state.microphoneProblem).toBeNull();
  });

  test("a camera in use leaves the microphone", async () => {
    const media = new FakeMedia();
    const { answer } = media;
    media.answer = (wanted) => (wanted.video ? failure("NotReadableError") : answer(wanted));
    const { devices } = open(media);
    await devices.open(BOTH);
    expect(devices.microphone).not.toBeNull();
    expect(devices.state).toMatchObject({ microphoneProblem: null, cameraProblem: "in_use", asking: false });
  });

  test("an insecure page has no devices and says why", async () => {
    const devices = new Devices({
      media: undefined,
      choices: { microphone: "", camera: "", speaker: "" },
      canChooseSpeaker: false,
      onChange: () => undefined,
      onReplaced: () => undefined,
      onChosen: () => undefined,
    });
    await devices.open(BOTH);
    expect(devices.state).toMatchObject({
      microphoneProblem: "insecure",
      cameraProblem: "insecure",
      canShareScreen: false,
    });
  });
});

test.each([
  ["NotAllowedError", "Permission denied", "denied"],
  ["NotAllowedError", "Permission denied by system", "denied_by_system"],
  ["NotFoundError", "", "not_found"],
  ["OverconstrainedError", "", "not_found"],
  ["NotReadableError", "", "in_use"],
  ["AbortError", "", "in_use"],
  ["SecurityError", "", "insecure"],
  ["TypeError", "", "unknown"],
] as const)("%s (%s) is told apart as %s", (name, message, problem) => {
  expect(problemOf(failure(name, message))).toBe(problem);
});

describe("in the call", () => {
  test("another microphone takes the old one's place, as muted as it was", async () => {
    const { media, devices, chosen } = open();
    await devices.open(BOTH);
    const old = media.given[0] as FakeTrack;
    old.enabled = false;
    media.answer = () => [new FakeTrack("audio", "headset")];
    await devices.choose("microphone", "headset");
    expect(old.stopped).toBe(true);
    expect(devices.microphone).toMatchObject({ label: "The headset", enabled: false });
    expect(chosen).toEqual([{ microphone: "headset", camera: "built-in camera", speaker: "" }]);
  });

  test("an unplugged microphone is followed by the system's next, by name", async () => {
    const { media, devices, replaced } = open();
    await devices.open(BOTH);
    media.answer = () => [new FakeTrack("audio", "other mic")];
    (media.given[0] as FakeTrack).onended?.();
    await settled();
    expect(replaced).toEqual([["microphone", "The other mic"]]);
    expect(devices.microphone?.label).toBe("The other mic");
  });

  test("the last camera unplugged is told too", async () => {
    const { media, devices, replaced } = open();
    await devices.open(BOTH);
    media.answer = () => failure("NotFoundError");
    (media.given[1] as FakeTrack).onended?.();
    await settled();
    expect(replaced).toEqual([["camera", null]]);
    expect(devices.state.cameraProblem).toBe("not_found");
  });

  test("a device we close is not taken for unplugged", async () => {
    const { media, devices, replaced } = open();
    await devices.open(BOTH);
    devices.close("camera");
    const camera = media.given[1] as FakeTrack;
    expect(camera).toMatchObject({ stopped: true, onended: null });
    expect(devices.camera).toBeNull();
    expect(replaced).toEqual([]);
  });

  test("the device behind the system's own choice is marked", async () => {
    const { media, devices } = open();
    media.found = [
      { kind: "audioinput", deviceId: "default", groupId: "headset", label: "Default - Headset" },
      { kind: "audioinput", deviceId: "m1", groupId: "laptop", label: "Laptop" },
      { kind: "audioinput", deviceId: "m2", groupId: "headset", label: "Headset" },
    ];
    media.dispatchEvent(new Event("devicechange"));
    await settled();
    expect(devices.state.microphones).toEqual([
      { id: "m1", label: "Laptop" },
      { id: "m2", label: "Headset", usual: true },
    ]);
  });

  test("the menus follow what is plugged in, without the system's aliases", async () => {
    const { media, devices } = open();
    media.found = [
      { kind: "audioinput", deviceId: "default", label: "Default" },
      { kind: "audioinput", deviceId: "m1", label: "Mic" },
      { kind: "audiooutput", deviceId: "s1", label: "Headphones" },
      { kind: "videoinput", deviceId: "", label: "" },
    ];
    media.dispatchEvent(new Event("devicechange"));
    await settled();
    expect(devices.state).toMatchObject({
      microphones: [{ id: "m1", label: "Mic" }],
      speakers: [{ id: "s1", label: "Headphones" }],
      cameras: [],
    });
  });

  test("a telephone's camera is turned round", async () => {
    const { media, devices } = open();
    media.answer = ({ video }) => [
      new FakeTrack("video", "camera", { facingMode: (video as MediaTrackConstraints).facingMode as string }),
    ];
    await devices.open({ microphone: false, camera: true });
    await devices.flipCamera();
    expect(media.asked[1]).toMatchObject({ video: { facingMode: "environment" } });
    expect(devices.camera?.getSettings().facingMode).toBe("environment");
  });

  test("a computer's flip is the next camera in the menu", async () => {
    const { media, devices } = open();
    media.found = [
      { kind: "videoinput", deviceId: "built-in camera", label: "One" },
      { kind: "videoinput", deviceId: "c2", label: "Two" },
    ];
    await devices.open(BOTH);
    await devices.flipCamera();
    expect(media.asked.at(-1)).toMatchObject({ video: { deviceId: { exact: "c2" } } });
  });
});

describe("the screen", () => {
  test("takes the camera's place until the browser's own button stops it", async () => {
    const { media, devices } = open();
    await devices.open(BOTH);
    expect(await devices.shareScreen()).toBe(true);
    expect(devices.picture).toBe(media.screen);
    (media.screen as FakeTrack).onended?.();
    expect(devices.picture).toBe(devices.camera);
  });

  test("that was not chosen in the end is no problem", async () => {
    const { media, devices } = open();
    media.screen = failure("NotAllowedError");
    expect(await devices.shareScreen()).toBe(false);
    expect(devices.screen).toBeNull();
  });
});

describe("what the person sends", () => {
  function own(media = new FakeMedia()) {
    const { devices } = open(media);
    let changes = 0;
    const ownMedia = new OwnMedia({
      devices,
      createStream: (tracks) => ({ getVideoTracks: () => tracks }) as unknown as MediaStream,
      onChange: () => {
        changes += 1;
      },
    });
    return { devices, media, own: ownMedia, changes: () => changes };
  }

  test("joining with both opens both", async () => {
    const { own: mine, devices } = own();
    await mine.prepare("all");
    expect(mine.status).toEqual({ microphone: "on", camera: "on", screen: false });
    expect(mine.tracks).toEqual({ audio: devices.microphone, video: devices.camera });
  });

  test("joining with the voice only lets go of the camera that was on in the lobby", async () => {
    const { own: mine, media } = own();
    await mine.open();
    await mine.prepare("voice");
    expect((media.given[1] as FakeTrack).stopped).toBe(true);
    expect(mine.status).toEqual({ microphone: "on", camera: "off", screen: false });
  });

  test("joining with nothing asks for nothing", async () => {
    const { own: mine, media } = own();
    await mine.prepare("nothing");
    expect(media.asked).toEqual([]);
    expect(mine.status.microphone).toBe("none");
  });

  test("a camera switched off in the lobby stays off when joining with both", async () => {
    const { own: mine } = own();
    await mine.open();
    await mine.setCamera(false);
    await mine.prepare("all");
    expect(mine.status.camera).toBe("off");
  });

  test("mute silences the track and keeps it", async () => {
    const { own: mine, media } = own();
    await mine.open();
    await mine.setMicrophone(false);
    expect(mine.status.microphone).toBe("muted");
    expect(media.given[0]).toMatchObject({ enabled: false, stopped: false });
  });

  test("unmuting without a microphone asks for one", async () => {
    const { own: mine } = own();
    await mine.prepare("nothing");
    await mine.setMicrophone(true);
    expect(mine.status.microphone).toBe("on");
  });

  test("asking for devices in a call entered with nothing brings the voice, not the camera", async () => {
    const { own: mine } = own();
    await mine.prepare("nothing");
    await mine.ask();
    expect(mine.status).toMatchObject({ microphone: "on", camera: "off" });
  });

  test("a missing camera is told as none, a refused one as off", async () => {
    const media = new FakeMedia();
    const { own: mine } = own(media);
    media.answer = () => failure("NotAllowedError");
    await mine.open();
    expect(mine.status.camera).toBe("off");
    media.answer = () => failure("NotFoundError");
    await mine.open();
    expect(mine.status.camera).toBe("none");
  });

  test("a reload takes up what was on, muted as before", async () => {
    const { own: mine } = own();
    await mine.open();
    await mine.setMicrophone(false);
    const before: InCall = { ...mine.inCall, pin: "none" };
    const { own: again } = own();
    await again.resume(before);
    expect(again.status).toEqual({ microphone: "muted", camera: "on", screen: false });
  });

  test("a reload leaves closed what was closed", async () => {
    const { own: again, media } = own();
    await again.resume({ microphone: "none", camera: false, pin: "none" });
    expect(media.asked).toEqual([]);
  });

  test("the self view is one stream as long as the picture is the same", async () => {
    const { own: mine } = own();
    expect(mine.stream).toBeNull();
    await mine.open();
    const before = mine.stream;
    expect(mine.stream).toBe(before);
    await mine.setCamera(false);
    expect(mine.stream).toBeNull();
  });
});

describe("the own status", () => {
  function told() {
    const media = new FakeMedia();
    const { devices } = open(media);
    const own = new OwnMedia({
      devices,
      createStream: () => ({ getVideoTracks: () => [] }) as never,
      onChange: () => undefined,
    });
    const server: ClientMessage[] = [];
    const peer: PeerFrame[] = [];
    const statuses: Status[] = [];
    const selfStatus = new SelfStatus({
      devices,
      media: own,
      set: () => undefined,
      send: (message) => server.push(message),
      sendPeer: (frame) => peer.push(frame),
      onStatus: (status) => statuses.push(status),
    });
    return { own, selfStatus, server, peer, statuses };
  }

  const ON = { microphone: "on", camera: "on", screen: false } as const;

  test("is told to the server and the peer when it changes, and only then", async () => {
    const { own, selfStatus, server, peer, statuses } = told();
    await own.open();
    selfStatus.refresh();
    selfStatus.refresh();
    expect(server).toEqual([{ type: "set_status", status: ON }]);
    expect(peer).toEqual([{ type: "status", status: ON }]);
    expect(statuses).toEqual([ON]);
  });

  test("is told to a server that knows another from the hello", async () => {
    const { own, selfStatus, server } = told();
    await own.open();
    selfStatus.refresh();
    selfStatus.welcomed(ON);
    expect(server).toHaveLength(1);
    selfStatus.welcomed({ ...ON, camera: "off" });
    selfStatus.welcomed(null);
    expect(server).toHaveLength(3);
  });

  test("is told to a peer whose page is new", () => {
    const { selfStatus, peer } = told();
    selfStatus.introduce();
    expect(peer).toEqual([{ type: "status", status: { microphone: "none", camera: "none", screen: false } }]);
  });
});

describe("memory", () => {
  function storage(): Storage {
    const kept = new Map<string, string>();
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    } as Storage;
  }

  test("gives back the choices and the call", () => {
    const [browser, tab] = [storage(), storage()];
    const memory = new Memory(browser, tab, "/session/s1/mentor");
    memory.choices = { microphone: "m1", camera: "c1", speaker: "s1" };
    memory.inCall = { microphone: "muted", camera: true, pin: "voice" };
    const later = new Memory(browser, tab, "/session/s1/mentor");
    expect(later.choices).toEqual({ microphone: "m1", camera: "c1", speaker: "s1" });
    expect(later.inCall).toEqual({ microphone: "muted", camera: true, pin: "voice" });
  });

  test("keeps two links in one tab apart", () => {
    const tab = storage();
    new Memory(null, tab, "/session/s1/mentor").inCall = { microphone: "on", camera: true, pin: "none" };
    expect(new Memory(null, tab, "/session/s2/mentee").inCall).toBeNull();
  });

  test("forgets a call that was left", () => {
    const memory = new Memory(null, storage(), "/a");
    memory.inCall = { microphone: "on", camera: true, pin: "none" };
    memory.inCall = null;
    expect(memory.inCall).toBeNull();
  });

  test.each(["{", "7", "null", '{"microphone":7}'])("takes %s for nothing remembered", (text) => {
    const odd = { getItem: () => text } as unknown as Storage;
    expect(new Memory(odd, null, "/a").choices).toEqual({ microphone: "", camera: "", speaker: "" });
  });

  test("does without storage that refuses", () => {
    const refusing = {
      getItem: () => {
        throw failure("SecurityError");
      },
      setItem: () => {
        throw failure("QuotaExceededError");
      },
    } as unknown as Storage;
    const memory = new Memory(refusing, refusing, "/a");
    memory.inCall = { microphone: "on", camera: false, pin: "none" };
    expect(memory.inCall).toBeNull();
  });
});
