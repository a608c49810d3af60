/**
 * The few words of SDP that no API reaches: how the peer's description asks us to send speech.
 *
 * Not here: the negotiation (`negotiation.ts`). What is changed is always the peer's description before it is
 * applied, never our own: a browser may refuse a local description it did not write.
 */

/** RFC 7587 section 7: mono, in-band FEC, no gaps in silence (a gap would look like an outage). */
const OPUS_FORMAT: Readonly<Record<string, string>> = {
  useinbandfec: "1",
  stereo: "0",
  "sprop-stereo": "0",
  usedtx: "0",
};

/**
 * The peer's description `sdp`, asking for mono Opus with in-band FEC, inside RED (RFC 2198) when `red`.
 *
 * The order of an audio section's payload types is what a browser goes by when it decides between plain Opus and
 * RED. Firefox asks for stereo by default and has no RED: then Opus stays first.
 */
export function tuneSpeech(sdp: string, red: boolean): string {
  const sections = sdp.split(/(?=^m=)/m);
  return sections
    .map((section) => (section.startsWith("m=audio ") ? tuneSection(section, red) : section))
    .join("");
}

function tuneSection(section: string, red: boolean): string {
  const opus = payloadType(section, "opus");
  if (opus === null) return section;
  const redundant = payloadType(section, "red");
  const first = redundant === null ? [opus] : red ? [redundant, opus] : [opus, redundant];
  return tuneFormat(reorder(section, first), opus);
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

function tuneFormat(section: string, opus: string): string {
  const line = new RegExp(`^a=fmtp:${opus} ([^\r\n]*)`, "m");
  const given = line.exec(section)?.[1];
  if (given === undefined) {
    return section.replace(
      new RegExp(`^a=rtpmap:${opus} [^\r\n]*`, "m"),
      (map) => `${map}\r\na=fmtp:${opus} ${format({})}`,
    );
  }
  const parameters = Object.fromEntries(
    given.split(";").map((pair) => pair.trim().split("=", 2) as [string, string]),
  );
  return section.replace(line, `a=fmtp:${opus} ${format(parameters)}`);
}

function format(parameters: Readonly<Record<string, string>>): string {
  return Object.entries({ ...parameters, ...OPUS_FORMAT })
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

/** The peer's answer `sdp` to an offer that sends no video: it goes on sending its own, and receives none. */
export function withoutOurVideo(sdp: string): string {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => (section.startsWith("m=video ") ? withoutReceiving(section) : section))
    .join("");
}

function withoutReceiving(section: string): string {
  return section.replace(/^a=sendrecv\b/m, "a=sendonly").replace(/^a=recvonly\b/m, "a=inactive");
}
