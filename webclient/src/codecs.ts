/**
 * Which codecs a transceiver prefers: speech with redundancy first.
 *
 * Not here: switching the redundancy in the call (`negotiation.ts`).
 */

const SPEECH_ORDER = ["audio/red", "audio/opus"];

/** The browser's audio codecs with RED (RFC 2198) first, where it has it, then Opus, then the rest as they were. */
export function speechFirst<C extends { readonly mimeType: string }>(codecs: readonly C[]): C[] {
  const place = ({ mimeType }: C): number => {
    const found = SPEECH_ORDER.indexOf(mimeType.toLowerCase());
    return found < 0 ? SPEECH_ORDER.length : found;
  };
  return [...codecs].sort((a, b) => place(a) - place(b));
}

/** Applies the preference; where the browser does not let us, its own order stands. */
export function preferSpeech(transceiver: RTCRtpTransceiver, codecs: readonly RTCRtpCodec[]): void {
  if (codecs.length > 0) transceiver.setCodecPreferences?.(speechFirst(codecs));
}
