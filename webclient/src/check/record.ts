/**
 * The packets of a check as the browser saw them, and what that says of each direction.
 *
 * Not here: sending them (`link.ts`). The server answers each packet once; the shapes are in docs/check.md. A reply
 * tells which of the last 64 packets have arrived there, so what was lost on the way there is known apart from what
 * was lost on the way back. The two clocks need not agree: delays are counted from each direction's shortest.
 */

export const LOST = -1;
export const PACKET_BYTES = 40;
const WINDOW = 64;
const LONGEST_MS = 60_000;
/** Replies that late for so long: a queue stands, filled by these very packets. After a lost packet SCTP lets a few go late. */
const LATE_MS = 200;
const LATE_FOR_MS = 600;

interface Reply {
  readonly seq: number;
  readonly arrivedMs: number;
  /** Milliseconds on the server's clock. */
  readonly atMs: number;
}

export class LineRecord {
  /** When each packet was sent, milliseconds. */
  readonly #sent: number[] = [];
  /** By seq: when the server got it, for those it told us of by themselves. */
  readonly #there = new Map<number, number>();
  readonly #known = new Set<number>();
  /** By the replies' own numbers. */
  readonly #back = new Map<number, Reply>();
  #rttMs: number | null = null;
  /** When the last reply in time came, and the last of all. */
  #inTimeMs: number | null = null;
  #lastMs = 0;
  /** A round trip on the empty line, if one was seen. */
  #emptyMs = Number.POSITIVE_INFINITY;
  /** The first packet that counts. */
  #from = 0;

  /** The next packet, sent now. */
  packet(nowMs: number): ArrayBuffer {
    const bytes = new ArrayBuffer(PACKET_BYTES);
    new DataView(bytes).setUint32(0, this.#sent.length);
    this.#sent.push(nowMs);
    return bytes;
  }

  replied(bytes: ArrayBuffer, nowMs: number): void {
    if (bytes.byteLength < 24) return;
    const view = new DataView(bytes);
    const [seq, n, atMs, highest] = [0, 4, 8, 12].map((at) => view.getUint32(at)) as [
      number,
      number,
      number,
      number,
    ];
    const sentMs = this.#sent[seq];
    // No honest server numbers its replies, or what it has seen, beyond what was sent.
    if (sentMs === undefined || n >= this.#sent.length || highest >= this.#sent.length) return;
    this.#there.set(seq, atMs - sentMs);
    this.#back.set(n, { seq, arrivedMs: nowMs, atMs });
    this.#rttMs = Math.min(this.#rttMs ?? Number.POSITIVE_INFINITY, nowMs - sentMs);
    if (seq >= this.#from) this.#note(nowMs, nowMs - sentMs > Math.min(this.#rttMs, this.#emptyMs) + LATE_MS);
    const seen = view.getBigUint64(16);
    for (let ago = 0; ago < WINDOW && ago <= highest; ago++)
      if ((seen >> BigInt(ago)) & 1n) this.#known.add(highest - ago);
  }

  /** The shortest round trip, milliseconds. */
  get rttMs(): number | null {
    return this.#rttMs === null ? null : Math.round(this.#rttMs);
  }

  /** What a round trip takes while nothing else is on the way. */
  expect(rttMs: number | null): void {
    this.#emptyMs = rttMs ?? Number.POSITIVE_INFINITY;
  }

  /** More is sent than the line carries. */
  get overloads(): boolean {
    return this.#inTimeMs !== null && this.#lastMs - this.#inTimeMs >= LATE_FOR_MS;
  }

  /** Only what is sent from now on counts. */
  restart(): void {
    this.#from = this.#sent.length;
    this.#inTimeMs = null;
  }

  /** The last `count` packets have not left yet: nothing is known of them. */
  forgetLast(count: number): void {
    this.#sent.length = Math.max(this.#from, this.#sent.length - count);
  }

  #note(nowMs: number, late: boolean): void {
    this.#lastMs = nowMs;
    if (!late || this.#inTimeMs === null) this.#inTimeMs = nowMs;
  }

  /** Each packet sent: its delay above the shortest, or lost. */
  get up(): number[] {
    const shortest = Math.min(
      ...[...this.#there].flatMap(([seq, delay]) => (seq < this.#from ? [] : [delay])),
    );
    let last = 0;
    return this.#sent.slice(this.#from).map((_, at) => {
      const seq = this.#from + at;
      const delay = this.#there.get(seq);
      // Arrived, but the reply was lost: as late as the one before.
      if (delay === undefined) return this.#known.has(seq) ? last : LOST;
      last = bounded(delay - shortest);
      return last;
    });
  }

  /** Each reply that is known to have been sent, in the same way. */
  get down(): number[] {
    const counted = [...this.#back].filter(([, { seq }]) => seq >= this.#from);
    if (counted.length === 0) return [];
    const delays = new Map(counted.map(([n, { arrivedMs, atMs }]) => [n, arrivedMs - atMs]));
    const shortest = Math.min(...delays.values());
    const first = this.#from === 0 ? 0 : Math.min(...delays.keys());
    const arrived = [...this.#known].filter((seq) => seq >= this.#from).length;
    const count = Math.max(arrived, Math.max(...delays.keys()) + 1 - first);
    return Array.from({ length: count }, (_, at) => {
      const delay = delays.get(first + at);
      return delay === undefined ? LOST : bounded(delay - shortest);
    });
  }
}

function bounded(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(0, Math.round(ms)));
}
