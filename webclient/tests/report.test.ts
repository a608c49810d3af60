import { describe, expect, test } from "vitest";
import { EXTRA_BYTES } from "../src/capacity";
import { decodeReport, encodeReport, REPORT_BYTES, type Report } from "../src/report";

const REPORT: Report = {
  n: 70_000,
  echo: { n: 69_999, heldMs: 240 },
  receivedKbps: 1_234,
  lossPm: 53,
  concealedPm: 0,
  silenceMs: 20,
  serverRiseMs: null,
  atLastRung: true,
  speechLost: false,
  long: false,
};

test("a report arrives as it was sent", () => {
  expect(decodeReport(encodeReport(REPORT))).toEqual(REPORT);
  const nothing: Report = {
    n: 0,
    echo: null,
    receivedKbps: null,
    lossPm: null,
    concealedPm: null,
    silenceMs: null,
    serverRiseMs: null,
    atLastRung: false,
    speechLost: true,
    long: false,
  };
  expect(decodeReport(encodeReport(nothing))).toEqual(nothing);
});

test("a long one is the same, padded", () => {
  const long = { ...REPORT, long: true };
  expect(encodeReport(long).byteLength).toBe(REPORT_BYTES + EXTRA_BYTES);
  expect(decodeReport(encodeReport(long))).toEqual(long);
});

test("what does not fit is said as far as it can be, never as no data", () => {
  const report = decodeReport(encodeReport({ ...REPORT, silenceMs: 3_600_000, lossPm: -5 }));
  expect(report).toMatchObject({ silenceMs: 65_534, lossPm: 0 });
});

describe("what a peer may send instead", () => {
  test.each([
    ["text", "report"],
    ["nothing", new ArrayBuffer(0)],
    ["too little", new ArrayBuffer(REPORT_BYTES - 1)],
    ["too much", new ArrayBuffer(REPORT_BYTES + 1)],
    ["more than a long one", new ArrayBuffer(REPORT_BYTES + EXTRA_BYTES + 1)],
    ["another version", new Uint8Array(REPORT_BYTES).fill(9).buffer],
    ["a blob", new Blob(["x"])],
  ])("%s is no report", (_name, data) => {
    expect(decodeReport(data)).toBeNull();
  });

  test("any bytes of the right length are numbers within bounds", () => {
    const bytes = new Uint8Array(REPORT_BYTES).fill(255);
    bytes[0] = 1;
    expect(decodeReport(bytes.buffer)).toEqual({
      n: 4_294_967_295,
      echo: null,
      receivedKbps: null,
      lossPm: null,
      concealedPm: null,
      silenceMs: null,
      serverRiseMs: null,
      atLastRung: true,
      speechLost: true,
      long: false,
    });
  });
});
