/**
 * An answer on a line that swallows packets: the same question again, while the one before may still come through.
 *
 * Not here: what is asked. TCP waits twice as long after each loss in a row, so a new connection is often there first; the
 * server does a thing once and answers it each time (draft-ietf-httpapi-idempotency-key-header).
 */

import { newId } from "../ids";
import { post, Refusal } from "./api";

const AGAIN_MS = 1_000;
/** Browsers keep six connections to a server. */
const AT_MOST = 5;
const GIVEN_UP_MS = 12_000;

/** Throws the server's `Refusal`, or the last failure when nothing came through. */
export function insist<T>(path: string, form: Readonly<Record<string, string>>): Promise<T> {
  const headers = { "Idempotency-Key": newId() };
  const stop = new AbortController();
  let [asked, failed] = [0, 0];
  return new Promise<T>((resolve, reject) => {
    const ask = async (): Promise<void> => {
      asked += 1;
      try {
        const answer = await post(path, form, stop.signal, headers);
        finish(resolve, (await answer.json()) as T);
      } catch (error) {
        failed += 1;
        if (error instanceof Refusal || failed === AT_MOST) finish(reject, error);
      }
    };
    const again = setInterval(() => {
      if (asked < AT_MOST) void ask();
    }, AGAIN_MS);
    const late = setTimeout(
      () => finish(reject, new DOMException("No answer in time.", "TimeoutError")),
      GIVEN_UP_MS,
    );
    function finish<V>(how: (what: V) => void, what: V): void {
      clearInterval(again);
      clearTimeout(late);
      how(what);
      stop.abort();
    }
    void ask();
  });
}
