/**
 * Stand-ins for what a browser gives: time, sockets, workers. Only the browser's own things are stood in for.
 */

import type { Cancel, Clock } from "../src/clock";
import type { Socket } from "../src/connection";

/** Time that passes when the test says so. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Cancel {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Lets `ms` pass, doing what falls due in its order. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#due(end); due; due = this.#due(end)) {
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = end;
  }

  /** Lets `ms` pass during which nothing is done; what fell due meanwhile is done at the end. */
  stall(ms: number): void {
    this.#now += ms;
    this.pass(0);
  }

  /** As `pass`, giving promises a chance to go on after every step of `stepMs`. */
  async passSlowly(ms: number, stepMs = 50): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.pass(Math.min(stepMs, ms - passed));
      await settled();
    }
  }

  #due(end: number) {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets everything that waits only for promises go on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A WebSocket whose other end is the test. */
export class FakeSocket implements Socket {
  binaryType: BinaryType = "blob";
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  readonly sent: (string | Uint8Array)[] = [];
  closed = false;

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  /** The messages sent, of one type if given. */
  messages(type?: string): { readonly type: string; readonly [field: string]: unknown }[] {
    const all = this.sent
      .filter((data) => typeof data === "string")
      .map((data) => JSON.parse(data as string));
    return type === undefined ? all : all.filter((message) => message.type === type);
  }

  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

/** What the test must say of the random numbers: none. */
export const middling = (): number => 0.5;

/** Ids in order, each of the right shape. */
export function counting(): () => string {
  let count = 0;
  return () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`;
}
