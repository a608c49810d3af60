/**
 * Small choices about the screens, remembered in this browser: single keys, the self view; and in this tab of it: the
 * panel that was open.
 *
 * Not here: anything of the session. When storage is refused the choices last as long as the page.
 */

import { TABS, type Tab } from "./tabs";

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

/** The panel that was open before a reload; the first one otherwise. `page` tells sessions in one tab apart. */
export function readTab(storage: () => Storage, page: string): Tab {
  try {
    const kept = storage().getItem(tabKey(page));
    return TABS.find((tab) => tab === kept) ?? "agenda";
  } catch {
    return "agenda";
  }
}

export function keepTab(storage: () => Storage, page: string, tab: Tab): void {
  try {
    storage().setItem(tabKey(page), tab);
  } catch {
    // Storage is refused or full: a reload begins with the agenda.
  }
}

function tabKey(page: string): string {
  return `ringback.tab.${page}`;
}
