/**
 * The order of agenda items and goals: a position between two neighbours, so that a move edits one row only.
 *
 * Not here: the pointer that drags.
 */

export interface Placed {
  readonly position: number;
}

const STEP = 1024;

/** By position; equal positions keep the order they came in. */
export function inOrder<T extends Placed>(rows: readonly T[]): readonly T[] {
  return [...rows].sort((a, b) => a.position - b.position);
}

/** A position for a row between `before` and `after`, either of which may be missing at an edge. */
export function between(before: number | undefined, after: number | undefined): number {
  if (before === undefined && after === undefined) return 0;
  if (before === undefined) return (after as number) - STEP;
  if (after === undefined) return before + STEP;
  return before + (after - before) / 2;
}

/** The position for a new last row. */
export function last(rows: readonly Placed[]): number {
  return between(inOrder(rows).at(-1)?.position, undefined);
}

/**
 * The position that puts the row at index `from` to index `to`, or null when it is there already.
 * `rows` are in order.
 */
export function moved(rows: readonly Placed[], from: number, to: number): number | null {
  const target = Math.min(Math.max(to, 0), rows.length - 1);
  if (target === from || rows[from] === undefined) return null;
  const others = rows.filter((_, index) => index !== from);
  return between(others[target - 1]?.position, others[target]?.position);
}

/** The index at which a row held at `y` would stand; `middles` are the vertical middles of all rows, in order. */
export function indexAt(middles: readonly number[], from: number, y: number): number {
  return middles.filter((middle, index) => index !== from && middle < y).length;
}
