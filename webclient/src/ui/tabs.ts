/** The panels of the companion, in order. Not here: what stands in them. */

export const TABS = ["agenda", "notes", "goals"] as const;
export type Tab = (typeof TABS)[number];
