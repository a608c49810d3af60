/**
 * What a connection check asks of the server, and the shapes of its answers (docs/check.md).
 *
 * Not here: when it is asked (`run.ts`).
 */

import type { IceServer, Readiness } from "../protocol.gen";

export type Remedy = "none" | "nearer" | "others" | "voice_first" | "telephone" | "network" | "microphone";

/** One way over the line. */
export interface Direction {
  readonly lossPm: number;
  readonly jitterMs: number;
  readonly reorderedPm: number;
  readonly kbps: number | null;
}

export interface Verdict {
  readonly readiness: Readiness;
  /** What a call would hold today, by the ladder's names. */
  readonly rung: string;
  readonly remedy: Remedy;
  readonly up: Direction;
  readonly down: Direction;
}

/** What the browser measured; the server knows what it means. */
export interface Figures {
  readonly connected: boolean;
  readonly microphone: "heard" | "silent" | "none";
  readonly everyMs: 20 | 60;
  readonly up: readonly number[];
  readonly down: readonly number[];
  readonly upKbps: number | null;
  readonly downKbps: number | null;
  readonly rttMs: number | null;
  /** A WebSocket to the server came about. */
  readonly socket: boolean;
}

export interface Begun {
  readonly ticket: string;
  readonly iceServers: readonly IceServer[];
}

/** The server says no, in a sentence for the person; `retryS` is 0 when waiting would not help. */
export class Refusal extends Error {
  readonly id: string;
  readonly retryS: number;

  constructor(id: string, sentence: string, retryS: number) {
    super(sentence);
    this.id = id;
    this.retryS = retryS;
  }
}

/** Posts a form as the pages' own forms are posted. Throws `Refusal`, or what fetch throws when nobody answers. */
export async function post(
  path: string,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal | null = null,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const body = new URLSearchParams(form);
  const answer = await fetch(path, { method: "POST", body, headers, cache: "no-store", signal });
  if (answer.ok) return answer;
  throw await refusalOf(answer);
}

async function refusalOf(answer: Response): Promise<Refusal> {
  try {
    const { error, sentence, retryS } = (await answer.json()) as Record<string, unknown>;
    return new Refusal(String(error), String(sentence), Number(retryS) || 0);
  } catch {
    return new Refusal("check.unknown", "", 0);
  }
}
