import { describe, expect, test } from "vitest";
import { MAX_PEER_FRAME, type PeerFrame, parsePeerFrame } from "../src/peerframes";
import { ANN } from "./rooms";

const FRAMES: readonly PeerFrame[] = [
  { type: "chat", op: ANN, text: "Can you hear me?" },
  { type: "delivered", op: ANN },
  { type: "rung", rung: "voice", previous: "low", reason: "bandwidth", whose: "mine" },
  { type: "warning", rung: "voice", whose: "unclear" },
  { type: "status", status: { microphone: "muted", camera: "off", screen: true } },
  { type: "phone", state: "active" },
  { type: "order", order: "picture" },
  { type: "left" },
  { type: "offer", sdp: "v=0" },
  { type: "answer", sdp: "v=0" },
  {
    type: "candidate",
    candidate: { candidate: "candidate:1", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null },
  },
];

test.each(FRAMES.map((frame) => [frame.type, frame] as const))("%s is understood", (_type, frame) => {
  expect(parsePeerFrame(JSON.stringify(frame))).toEqual(frame);
});

describe("what a hostile peer may send", () => {
  test.each([
    ["bytes", new ArrayBuffer(8)],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["a number", "1"],
    ["no type", "{}"],
    ["an unknown type", '{"type":"eval","code":"1"}'],
    ["a type of every object's", '{"type":"constructor"}'],
    ["a type of no text", '{"type":{"toString":"left"}}'],
    ["chat without words", JSON.stringify({ type: "chat", op: ANN, text: "" })],
    ["chat without end", JSON.stringify({ type: "chat", op: ANN, text: "x".repeat(2_001) })],
    ["chat under no id", JSON.stringify({ type: "chat", op: "1", text: "x" })],
    ["chat that is no text", JSON.stringify({ type: "chat", op: ANN, text: { html: "<b>" } })],
    [
      "an unknown rung",
      JSON.stringify({ type: "rung", rung: "8k", previous: "low", reason: "x", whose: "mine" }),
    ],
    [
      "a reason in prose",
      JSON.stringify({ type: "rung", rung: "low", previous: "hd", reason: "<b>", whose: "mine" }),
    ],
    ["an order that is none", JSON.stringify({ type: "order", order: "mine first" })],
    ["half a status", JSON.stringify({ type: "status", status: { microphone: "on" } })],
    ["a status that is none", JSON.stringify({ type: "status", status: null })],
    ["a candidate that is none", JSON.stringify({ type: "candidate", candidate: "candidate:1" })],
    [
      "a candidate with a wrong index",
      JSON.stringify({ type: "candidate", candidate: { candidate: "", sdpMLineIndex: -1 } }),
    ],
    ["a description without words", JSON.stringify({ type: "offer", sdp: "" })],
    ["a description without end", JSON.stringify({ type: "offer", sdp: "x".repeat(32_769) })],
    ["a frame without end", JSON.stringify({ type: "left", padding: "x".repeat(MAX_PEER_FRAME) })],
  ])("%s is nothing", (_name, data) => {
    expect(parsePeerFrame(data)).toBeNull();
  });
});
