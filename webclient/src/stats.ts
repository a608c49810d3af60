/**
 * What getStats says, as counters at one moment and as measures between two.
 *
 * Not here: when it is asked and what follows (`quality.ts`), the ladder's Sample (`sample.ts`). Counters are those of
 * W3C webrtc-stats; a browser may lack any of them, and absence is "no data", never zero.
 */

export interface SpeechIn {
  readonly received: number;
  readonly lost: number;
  readonly samples: number;
  /** Concealed and audible: webrtc-stats counts the silent ones among the concealed. */
  readonly concealed: number;
  /** Of all samples played, how long they waited for it, and how many they are. */
  readonly waitedMs: number;
  readonly played: number;
}

export interface VideoOut {
  readonly encoded: number;
  readonly encodeMs: number;
  readonly fps: number;
  readonly sourceFps: number | null;
  readonly limitedBy: string;
}

/** Counters since the connection began, at `atMs` by the clock. */
export interface Snapshot {
  readonly atMs: number;
  /** How long ago the last packet of speech or video came. */
  readonly idleMs: number | null;
  /** The selected candidate pair: another one is another way. */
  readonly pair: string | null;
  /** On the selected candidate pair. */
  readonly bytesReceived: number | null;
  readonly bytesSent: number | null;
  /** What the browser believes the line carries beside speech; null unless video is sent, which it is measured on. */
  readonly availableKbps: number | null;
  /** What the encoder of our speech was given, bit/s. */
  readonly speechTargetBps: number | null;
  /** Speech sent, in bytes on the wire. */
  readonly speechSent: number | null;
  readonly speech: SpeechIn | null;
  readonly framesDecoded: number | null;
  readonly video: VideoOut | null;
  /** What RTCP last said of our speech: the fallback while the peer's reports are missing. */
  readonly rtcpLossPm: number | null;
}

export type StatsEntry = Readonly<Record<string, unknown>> & { readonly type: string; readonly id: string };

/** The entries of a browser's report, which offers them to a callback only. */
export function statsOf(report: RTCStatsReport): StatsEntry[] {
  const entries: StatsEntry[] = [];
  report.forEach((entry: StatsEntry) => {
    entries.push(entry);
  });
  return entries;
}

/** The counters in one RTCStatsReport. */
export function readStats(entries: Iterable<StatsEntry>, atMs: number): Snapshot {
  const all = [...entries];
  const one = (type: string, kind: string): StatsEntry | undefined =>
    all.find((entry) => entry.type === type && (entry["kind"] ?? entry["mediaType"]) === kind);
  const pair = selectedPair(all);
  const video = readVideo(one("outbound-rtp", "video"), one("media-source", "video"));
  const available = video ? number(pair, "availableOutgoingBitrate") : null;
  const fraction = number(one("remote-inbound-rtp", "audio"), "fractionLost");
  return {
    atMs,
    idleMs: idleMs(all),
    pair: pair?.id ?? null,
    bytesReceived: number(pair, "bytesReceived"),
    bytesSent: number(pair, "bytesSent"),
    availableKbps: available === null ? null : Math.round(available / 1_000),
    speechTargetBps: number(one("outbound-rtp", "audio"), "targetBitrate"),
    speechSent: bytesOnWire(one("outbound-rtp", "audio")),
    speech: readSpeech(one("inbound-rtp", "audio")),
    framesDecoded: number(one("inbound-rtp", "video"), "framesDecoded"),
    video,
    rtcpLossPm: fraction === null ? null : Math.round(fraction * 1_000),
  };
}

function selectedPair(all: readonly StatsEntry[]): StatsEntry | undefined {
  const transport = all.find((entry) => entry.type === "transport" && entry["selectedCandidatePairId"]);
  const id = transport?.["selectedCandidatePairId"];
  const pairs = all.filter((entry) => entry.type === "candidate-pair");
  // Firefox marks the pair itself.
  return pairs.find((pair) => pair.id === id) ?? pairs.find((pair) => pair["selected"] === true);
}

/** Both times are of the entry's own clock, which need not be the page's. */
function idleMs(all: readonly StatsEntry[]): number | null {
  const ages = all.flatMap((entry) => {
    const last = entry.type === "inbound-rtp" ? number(entry, "lastPacketReceivedTimestamp") : null;
    return last === null ? [] : [Math.max(0, (number(entry, "timestamp") ?? last) - last)];
  });
  return ages.length > 0 ? Math.min(...ages) : null;
}

function readSpeech(inbound: StatsEntry | undefined): SpeechIn | null {
  const received = number(inbound, "packetsReceived");
  if (received === null) return null;
  const concealed = number(inbound, "concealedSamples") ?? 0;
  return {
    received,
    lost: number(inbound, "packetsLost") ?? 0,
    samples: number(inbound, "totalSamplesReceived") ?? 0,
    concealed: Math.max(0, concealed - (number(inbound, "silentConcealedSamples") ?? 0)),
    waitedMs: (number(inbound, "jitterBufferDelay") ?? 0) * 1_000,
    played: number(inbound, "jitterBufferEmittedCount") ?? 0,
  };
}

/** IPv4, UDP and the SRTP tag, which no counter has: RFC 791, 768, 3711. Bytes a packet. */
const UNCOUNTED = 20 + 8 + 10;

function bytesOnWire(outbound: StatsEntry | undefined): number | null {
  const packets = number(outbound, "packetsSent");
  if (packets === null) return null;
  const counted = (number(outbound, "bytesSent") ?? 0) + (number(outbound, "headerBytesSent") ?? 0);
  return counted + UNCOUNTED * packets;
}

function readVideo(outbound: StatsEntry | undefined, source: StatsEntry | undefined): VideoOut | null {
  const encoded = number(outbound, "framesEncoded");
  if (encoded === null || outbound?.["active"] === false) return null;
  const limitedBy = outbound?.["qualityLimitationReason"];
  return {
    encoded,
    encodeMs: Math.round((number(outbound, "totalEncodeTime") ?? 0) * 1_000),
    fps: number(outbound, "framesPerSecond") ?? 0,
    sourceFps: number(source, "framesPerSecond"),
    limitedBy: typeof limitedBy === "string" ? limitedBy : "none",
  };
}

function number(entry: StatsEntry | undefined, name: string): number | null {
  const value = entry?.[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Of the snapshots, oldest first, the one to compare the last with for a window of `ms`. */
export function since(history: readonly Snapshot[], ms: number): Snapshot | null {
  const last = history.at(-1);
  // Samples come late now and then: half an interval of grace keeps the window whole.
  return history.find((each) => last && each !== last && last.atMs - each.atMs <= ms + 250) ?? null;
}

/** Speech packets lost of those expected, per mille; null for fewer than 10 expected. */
export function lossPm(before: Snapshot | null, now: Snapshot): number | null {
  if (!before?.speech || !now.speech) return null;
  const lost = Math.max(0, now.speech.lost - before.speech.lost);
  const expected = lost + now.speech.received - before.speech.received;
  return expected < 10 ? null : Math.round((1_000 * lost) / expected);
}

/** Audible samples invented of those played, per mille; null when none was played. */
export function concealedPm(before: Snapshot | null, now: Snapshot): number | null {
  if (!before?.speech || !now.speech) return null;
  const played = now.speech.samples - before.speech.samples;
  // The audible share is a difference of two counters that need not grow together.
  const concealed = Math.max(0, now.speech.concealed - before.speech.concealed);
  return played <= 0 ? null : Math.min(1_000, Math.round((1_000 * concealed) / played));
}

/** How long speech waited in the jitter buffer, milliseconds; null when none was played. */
export function bufferMs(before: Snapshot | null, now: Snapshot): number | null {
  if (!before?.speech || !now.speech) return null;
  const played = now.speech.played - before.speech.played;
  return played <= 0 ? null : Math.round((now.speech.waitedMs - before.speech.waitedMs) / played);
}

export function receivedKbps(before: Snapshot | null, now: Snapshot): number | null {
  return before && rateKbps(before.bytesReceived, now.bytesReceived, now.atMs - before.atMs);
}

export function speechSentKbps(before: Snapshot | null, now: Snapshot): number | null {
  return before && rateKbps(before.speechSent, now.speechSent, now.atMs - before.atMs);
}

export function sentKbps(before: Snapshot | null, now: Snapshot | null): number | null {
  return before && now && rateKbps(before.bytesSent, now.bytesSent, now.atMs - before.atMs);
}

function rateKbps(before: number | null, now: number | null, ms: number): number | null {
  if (before === null || now === null || ms <= 0) return null;
  // After a change of candidate pair the new one's counter starts at 0.
  return now < before ? null : Math.round(((now - before) * 8) / ms);
}

/** Pictures arrived between the two. */
export function picturesCame(before: Snapshot | null, now: Snapshot): boolean {
  return (now.framesDecoded ?? 0) > (before?.framesDecoded ?? 0);
}

/** Milliseconds of encoding a frame from which on the machine, not the line, is the limit. */
const ENCODE_MS = 15;
/** The share of the wanted frames that a machine with power to spare encodes, per cent. */
const ENCODED_SHARE = 70;

/** This machine cannot encode what it should; null while no video is sent. */
export function cpuLimited(before: Snapshot | null, now: Snapshot, maxFps: number): boolean | null {
  if (!before?.video || !now.video) return null;
  const frames = now.video.encoded - before.video.encoded;
  const encodeMs = now.video.encodeMs - before.video.encodeMs;
  const wanted = Math.min(maxFps, now.video.sourceFps ?? maxFps);
  const slow = now.video.limitedBy === "none" && now.video.fps * 100 < wanted * ENCODED_SHARE;
  return (
    now.video.limitedBy === "cpu" || (frames > 0 && encodeMs > ENCODE_MS * frames) || (frames > 0 && slow)
  );
}
