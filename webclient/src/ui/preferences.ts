/**
 * Small choices about the screens, remembered in this browser: single keys, the self view.
 *
 * Not here: anything of the session. When storage is refused the choices last as long as the page.
 */

export interface Preferences {
  readonly singleKeys: boolean;
  readonly selfHidden: boolean;
}

export const DEFAULTS: Preferences = { singleKeys: true, selfHidden: false };

const KEY = "ringback.screens";

/** What was remembered, field by field; whatever is not understood is the default. */
export function parsePreferences(stored: string | null): Preferences {
  const found = parsed(stored);
  return {
    singleKeys: typeof found.singleKeys === "boolean" ? found.singleKeys : DEFAULTS.singleKeys,
    selfHidden: typeof found.selfHidden === "boolean" ? found.selfHidden : DEFAULTS.selfHidden,
  };
}

function parsed(stored: string | null): Partial<Record<keyof Preferences, unknown>> {
  try {
    const value: unknown = JSON.parse(stored ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

export function readPreferences(): Preferences {
  try {
    return parsePreferences(localStorage.getItem(KEY));
  } catch {
    return DEFAULTS;
  }
}

export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage is refused or full: the choice holds until the page closes.
  }
}
