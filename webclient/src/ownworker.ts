/**
 * Workers of our own scripts, under Trusted Types.
 *
 * Not here: what they do (`workers/`).
 */

/** Trusted Types as far as used here; not in every browser's or TypeScript's library. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** A policy of one name can be made once only. */
let trusted: ((url: string) => string) | null = null;

/** Starts the worker at `url`; null where the address is none of ours, or workers are refused. */
export function ownWorker(url: string): Worker | null {
  try {
    trusted ??= policy();
    return new Worker(trusted(url), { type: "module" });
  } catch {
    return null;
  }
}

function policy(): (url: string) => string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return createScriptURL;
  const made = types.createPolicy("ringback", { createScriptURL });
  return (url) => made.createScriptURL(url);
}

function createScriptURL(url: string): string {
  if (!/^\/static\/(ticker|copies)-[\w-]+\.js$/.test(url))
    throw new TypeError("not the address of a worker of ours");
  return url;
}
