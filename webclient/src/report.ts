/**
 * The receiver's report: what one browser hears of the other, in 22 bytes, or padded to ask how long a long one takes.
 *
 * Not here: how often it is sent and what follows from it (`quality.ts`). libwebrtc tells a sender of lost speech only
 * every 5 s (RTCP receiver reports); this one comes two to four times a second. Bytes are counted because on the
 * thinnest line each report stands in front of speech.
 */

import { EXTRA_BYTES } from "./capacity";

/** Values are integers; null is "no data". Metrics are named and defined in signalling/ladder.json. */
export interface Report {
  /** Counts up from 0. */
  readonly n: number;
  /** The last report this one answers, and how long that answer was held back; null before the first. */
  readonly echo: { readonly n: number; readonly heldMs: number } | null;
  readonly receivedKbps: number | null;
  readonly lossPm: number | null;
  readonly concealedPm: number | null;
  readonly silenceMs: number | null;
  readonly serverRiseMs: number | null;
  /** The sender's ladder has nothing left to give up. */
  readonly atLastRung: boolean;
  /** By the sender's own evidence speech is unusable. */
  readonly speechLost: boolean;
  /** `EXTRA_BYTES` longer than others, and to be answered at once. */
  readonly long: boolean;
}

export const REPORT_BYTES = 22;
const VERSION = 1;
const NO_DATA = 0xffff;
const NO_ECHO = 0xffffffff;
const AT_LAST_RUNG = 1;
const SPEECH_LOST = 2;

/** Big endian: version, flags, 5 metrics of 2 bytes, held 2 bytes, n 4 bytes, echo 4 bytes. */
export function encodeReport(report: Report): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(REPORT_BYTES + (report.long ? EXTRA_BYTES : 0)));
  view.setUint8(0, VERSION);
  view.setUint8(1, (report.atLastRung ? AT_LAST_RUNG : 0) | (report.speechLost ? SPEECH_LOST : 0));
  const { receivedKbps, lossPm, concealedPm, silenceMs, serverRiseMs } = report;
  [receivedKbps, lossPm, concealedPm, silenceMs, serverRiseMs].forEach((value, place) => {
    view.setUint16(2 + 2 * place, value === null ? NO_DATA : Math.max(0, Math.min(NO_DATA - 1, value)));
  });
  view.setUint16(12, Math.min(NO_DATA, report.echo?.heldMs ?? 0));
  view.setUint32(14, report.n);
  view.setUint32(18, report.echo?.n ?? NO_ECHO);
  return view.buffer;
}

/** The report in `data`, or null when it is none: the peer may send anything. */
export function decodeReport(data: unknown): Report | null {
  if (!(data instanceof ArrayBuffer)) return null;
  const long = data.byteLength === REPORT_BYTES + EXTRA_BYTES;
  if (!long && data.byteLength !== REPORT_BYTES) return null;
  const view = new DataView(data);
  if (view.getUint8(0) !== VERSION) return null;
  const metric = (place: number): number | null => {
    const value = view.getUint16(2 + 2 * place);
    return value === NO_DATA ? null : value;
  };
  const flags = view.getUint8(1);
  const echo = view.getUint32(18);
  return {
    n: view.getUint32(14),
    echo: echo === NO_ECHO ? null : { n: echo, heldMs: view.getUint16(12) },
    receivedKbps: metric(0),
    lossPm: metric(1),
    concealedPm: metric(2),
    silenceMs: metric(3),
    serverRiseMs: metric(4),
    atLastRung: (flags & AT_LAST_RUNG) !== 0,
    speechLost: (flags & SPEECH_LOST) !== 0,
    long,
  };
}
