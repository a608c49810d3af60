/**
 * The few words of SDP that no API reaches: how the peer's description asks us to send speech.
 *
 * Not here: the negotiation (`negotiation.ts`). What is changed is always the peer's description before it is
 * applied, never our own: a browser may refuse a local description it did not write.
 */

/** RFC 7587 section 7: mono, no gaps in silence (a gap would look like an outage). */
const OPUS_FORMAT: Readonly<Record<string, string>> = {
  stereo: "0",
  "sprop-stereo": "0",
  usedtx: "0",
};

type Kind = "audio" | "video";

/** How speech is packed: inside RED (RFC 2198) or not, `packetMs` of sound in each packet. */
export interface Packing {
  readonly red: boolean;
  readonly packetMs: number;
}

/** What browsers pack without being asked, milliseconds (RFC 7587 section 3.3 recommends it). */
const USUAL_PACKET_MS = 20;

/**
 * The only RTP header extension that packets of speech need: at first it tells which section they belong to (RFC 8843).
 *
 * The others (send time, sequence number across streams, level) cost 16 bytes in each of 50 packets a second, and the
 * sequence numbers up to 16 packets of transport feedback a second in return: together 15 kbit/s of a 60 kbit/s line
 * (Chromium 150, measured), to estimate from speech what speech cannot show. What speech suffers, the peer's reports say.
 */
const NEEDED_EXTENSION = "urn:ietf:params:rtp-hdrext:sdes:mid";

/**
 * The peer's description `sdp`, asking for mono Opus, packed as given, with no more headers than needed.
 *
 * In-band FEC is asked for where there are no copies: beside copies it mends nothing more, and takes from speech what it
 * costs (Chromium 150, measured: with nothing concealed at 20 % loss, STOI .93 with it and .97 without).
 *
 * The order of an audio section's payload types is what a browser goes by when it decides between plain Opus and
 * RED. Firefox asks for stereo by default and has no RED: then Opus stays first.
 */
export function tuneSpeech(sdp: string, packing: Packing): string {
  return inSections(sdp, "audio", (section) => tuneSection(section, packing));
}

function tuneSection(section: string, { red, packetMs }: Packing): string {
  const opus = payloadType(section, "opus");
  if (opus === null) return section;
  const redundant = payloadType(section, "red");
  const first = redundant === null ? [opus] : red ? [redundant, opus] : [opus, redundant];
  const fec = !red || redundant === null;
  return withPacketTime(withoutExtras(tuneFormat(reorder(section, first), opus, fec)), packetMs);
}

function withoutExtras(section: string): string {
  return section
    .replace(/^a=extmap:\S+ (\S+).*\r\n/gm, (line, uri: string) => (uri === NEEDED_EXTENSION ? line : ""))
    .replace(/^a=rtcp-fb:\S+ transport-cc\r\n/gm, "");
}

/** RFC 8866 section 6.4: a wish of the receiver's, which libwebrtc follows in mid-call. */
function withPacketTime(section: string, packetMs: number): string {
  const bare = section.replace(/^a=ptime:\d+\r\n/gm, "");
  return packetMs === USUAL_PACKET_MS
    ? bare
    : bare.replace(/^a=rtpmap:/m, `a=ptime:${packetMs}\r\na=rtpmap:`);
}

function payloadType(section: string, codec: string): string | null {
  return new RegExp(`^a=rtpmap:(\\d+) ${codec}/48000`, "m").exec(section)?.[1] ?? null;
}

function reorder(section: string, first: readonly string[]): string {
  return section.replace(/^m=audio (\S+ \S+) ([\d ]+)/, (_line, transport: string, list: string) => {
    const rest = list.split(" ").filter((type) => !first.includes(type));
    return `m=audio ${transport} ${[...first, ...rest].join(" ")}`;
  });
}

function tuneFormat(section: string, opus: string, fec: boolean): string {
  const line = new RegExp(`^a=fmtp:${opus} ([^\r\n]*)`, "m");
  const given = line.exec(section)?.[1];
  if (given === undefined) {
    return section.replace(
      new RegExp(`^a=rtpmap:${opus} [^\r\n]*`, "m"),
      (map) => `${map}\r\na=fmtp:${opus} ${format({}, fec)}`,
    );
  }
  const parameters = Object.fromEntries(
    given.split(";").map((pair) => pair.trim().split("=", 2) as [string, string]),
  );
  return section.replace(line, `a=fmtp:${opus} ${format(parameters, fec)}`);
}

function format(parameters: Readonly<Record<string, string>>, fec: boolean): string {
  return Object.entries({ ...parameters, ...OPUS_FORMAT, useinbandfec: fec ? "1" : "0" })
    .map(([name, value]) => `${name}=${value}`)
    .join(";");
}

/** The ICE user name fragment of a description: it changes with every ICE restart and with nothing else. */
export function iceGeneration(sdp: string): string | null {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? null;
}

/** The offer `sdp` of the peer's, as the answer it would have been had we been asked in its place. */
export function asAnswer(sdp: string, localSdp: string): string {
  const setup = /^a=setup:(active|passive)/m.exec(localSdp)?.[1];
  if (setup === undefined) return sdp;
  return sdp.replace(/^a=setup:actpass/gm, `a=setup:${setup === "active" ? "passive" : "active"}`);
}

/**
 * `sdp` with at most `kbps` of video asked for (RFC 8866 section 5.8), or as much as there is.
 *
 * It is the only way to tell libwebrtc that its estimate of the line is too high: what it had before video was paused
 * would otherwise be filled with probes at once (Chromium 150, measured: 600 kbit/s into a line of 60).
 */
export function limitVideo(sdp: string, kbps: number | null): string {
  return inSections(sdp, "video", (section) => limitSection(section, kbps));
}

function limitSection(section: string, kbps: number | null): string {
  const free = section.replace(/^b=AS:\d+\r\n/gm, "");
  return kbps === null ? free : free.replace(/^a=/m, `b=AS:${kbps}\r\na=`);
}

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)\b/m;

/** What the writer of `sdp` does in its section of `kind`; RFC 8866 section 6.7: without a word, both. */
export function directionOf(sdp: string, kind: Kind): RTCRtpTransceiverDirection {
  const section = sectionsOf(sdp).find((each) => isOf(each, kind));
  return (DIRECTION.exec(section ?? "")?.[1] ?? "sendrecv") as RTCRtpTransceiverDirection;
}

/** `sdp` with another direction in its section of `kind`. */
export function withDirection(sdp: string, kind: Kind, direction: RTCRtpTransceiverDirection): string {
  return inSections(sdp, kind, (section) => section.replace(DIRECTION, `a=${direction}`));
}

/** The same without receiving. */
export function notReceiving(direction: RTCRtpTransceiverDirection): RTCRtpTransceiverDirection {
  return direction === "sendrecv" || direction === "sendonly" ? "sendonly" : "inactive";
}

function inSections(sdp: string, kind: Kind, change: (section: string) => string): string {
  return sectionsOf(sdp)
    .map((section) => (isOf(section, kind) ? change(section) : section))
    .join("");
}

/** What is said of the session, then each media section. */
function sectionsOf(sdp: string): string[] {
  return sdp.split(/(?=^m=)/m);
}

function isOf(section: string, kind: Kind): boolean {
  return section.startsWith(`m=${kind} `);
}
