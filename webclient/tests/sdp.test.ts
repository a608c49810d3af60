import { describe, expect, test } from "vitest";
import {
  asAnswer,
  directionOf,
  iceGeneration,
  limitVideo,
  notReceiving,
  type Packing,
  tuneSpeech,
  withDirection,
} from "../src/sdp";

const REDUNDANT: Packing = { red: true, packetMs: 20 };
const PLAIN: Packing = { red: false, packetMs: 20 };
const LONG: Packing = { red: false, packetMs: 60 };

/** As Chromium 156 offers, shortened. */
const CHROMIUM = [
  "v=0",
  "a=group:BUNDLE 0 1",
  "m=audio 9 UDP/TLS/RTP/SAVPF 63 111 9 0 8 13 110 126",
  "a=ice-ufrag:abcd",
  "a=setup:actpass",
  "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
  "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
  "a=rtcp-fb:111 transport-cc",
  "a=rtpmap:63 red/48000/2",
  "a=fmtp:63 111/111",
  "a=rtpmap:111 opus/48000/2",
  "a=fmtp:111 minptime=10;useinbandfec=1",
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
  "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
  "a=rtcp-fb:96 transport-cc",
  "a=ice-ufrag:abcd",
  "a=setup:actpass",
  "a=rtpmap:96 VP8/90000",
  "",
].join("\r\n");

/** As Firefox offers, shortened: stereo, no RED. */
const FIREFOX = [
  "v=0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101",
  "a=rtpmap:109 opus/48000/2",
  "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1",
  "",
].join("\r\n");

function lines(sdp: string, start: string): string[] {
  return sdp.split("\r\n").filter((line) => line.startsWith(start));
}

describe("the peer's wish for speech", () => {
  test("is RED first when redundancy is on, and plain Opus first when it is off", () => {
    const types = (sdp: string): string | undefined => lines(sdp, "m=audio")[0];
    expect(types(tuneSpeech(CHROMIUM, REDUNDANT))).toBe(
      "m=audio 9 UDP/TLS/RTP/SAVPF 63 111 9 0 8 13 110 126",
    );
    expect(types(tuneSpeech(CHROMIUM, PLAIN))).toBe("m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126");
  });

  test("turns back and forth without a trace", () => {
    expect(tuneSpeech(tuneSpeech(CHROMIUM, PLAIN), REDUNDANT)).toBe(tuneSpeech(CHROMIUM, REDUNDANT));
  });

  test("is mono and without pauses, whatever the browser asked for", () => {
    expect(lines(tuneSpeech(FIREFOX, REDUNDANT), "a=fmtp")).toEqual([
      "a=fmtp:109 maxplaybackrate=48000;stereo=0;useinbandfec=1;sprop-stereo=0;usedtx=0",
    ]);
  });

  test("asks for in-band FEC where there are no copies", () => {
    const formats = (sdp: string): string | undefined => lines(sdp, "a=fmtp:111")[0];
    expect(formats(tuneSpeech(CHROMIUM, REDUNDANT))).toContain("useinbandfec=0");
    expect(formats(tuneSpeech(CHROMIUM, PLAIN))).toContain("useinbandfec=1");
  });

  test("keeps Opus first where there is no RED", () => {
    expect(lines(tuneSpeech(FIREFOX, REDUNDANT), "m=audio")).toEqual([
      "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101",
    ]);
  });

  test("gets a format line where the peer sent none", () => {
    const bare = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n";
    expect(lines(tuneSpeech(bare, REDUNDANT), "a=fmtp")).toEqual([
      "a=fmtp:111 stereo=0;sprop-stereo=0;usedtx=0;useinbandfec=1",
    ]);
  });

  test("carries no header but the one that tells the section, in either direction's notation", () => {
    const sections = tuneSpeech(CHROMIUM, REDUNDANT).split(/(?=^m=)/m);
    expect(lines(sections[1] ?? "", "a=extmap")).toEqual(["a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid"]);
    expect(lines(sections[1] ?? "", "a=rtcp-fb")).toEqual([]);
    const oneWay = CHROMIUM.replace("a=extmap:2 ", "a=extmap:2/sendonly ");
    expect(tuneSpeech(oneWay, REDUNDANT)).toBe(tuneSpeech(CHROMIUM, REDUNDANT));
  });

  test("asks for longer packets once, and for the usual ones by saying nothing", () => {
    const long = tuneSpeech(tuneSpeech(CHROMIUM, LONG), LONG);
    expect(lines(long, "a=ptime")).toEqual(["a=ptime:60"]);
    expect(long.indexOf("a=ptime")).toBeLessThan(long.indexOf("m=video"));
    expect(tuneSpeech(long, PLAIN)).toBe(tuneSpeech(CHROMIUM, PLAIN));
  });

  test("leaves video and everything else alone", () => {
    const video = (sdp: string): string => sdp.slice(sdp.indexOf("m=video"));
    expect(video(tuneSpeech(CHROMIUM, PLAIN))).toBe(video(CHROMIUM));
    expect(tuneSpeech("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n", REDUNDANT)).toBe(
      "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
    );
  });
});

test("a description's ICE generation is its user name fragment", () => {
  expect(iceGeneration(CHROMIUM)).toBe("abcd");
  expect(iceGeneration("v=0\r\n")).toBeNull();
});

describe("an offer answered in its sender's name", () => {
  test.each([
    ["active", "passive"],
    ["passive", "active"],
  ])("keeps the DTLS roles: we %s, the peer %s", (ours, theirs) => {
    const answer = asAnswer(CHROMIUM, `v=0\r\na=setup:${ours}\r\n`);
    expect(lines(answer, "a=setup")).toEqual([`a=setup:${theirs}`, `a=setup:${theirs}`]);
  });

  test("an answer stays as it is", () => {
    const answer = CHROMIUM.replaceAll("actpass", "active");
    expect(asAnswer(answer, CHROMIUM)).toBe(answer);
  });
});

test("a limit stands before the attributes of the video section, once", () => {
  const limited = limitVideo(limitVideo(CHROMIUM, 60), 40);
  expect(limited).toContain("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nb=AS:40\r\na=");
  expect(lines(limited, "b=")).toEqual(["b=AS:40"]);
  expect(limitVideo(limited, null)).toBe(CHROMIUM);
});

describe("a direction", () => {
  const both = "v=0\r\nm=audio 9\r\na=sendrecv\r\nm=video 9\r\na=sendrecv\r\n";

  test("is that of its section", () => {
    expect(directionOf(withDirection(both, "video", "sendonly"), "video")).toBe("sendonly");
    expect(directionOf(withDirection(both, "video", "sendonly"), "audio")).toBe("sendrecv");
    expect(directionOf("m=video 9\r\n", "video")).toBe("sendrecv");
  });

  test("changes in one section alone", () => {
    const changed = "v=0\r\nm=audio 9\r\na=recvonly\r\nm=video 9\r\na=sendrecv\r\n";
    expect(withDirection(both, "audio", "recvonly")).toBe(changed);
  });

  test.each([
    ["sendrecv", "sendonly"],
    ["sendonly", "sendonly"],
    ["recvonly", "inactive"],
    ["inactive", "inactive"],
  ] as const)("%s is %s without receiving", (direction, without) => {
    expect(notReceiving(direction)).toBe(without);
  });
});
