/**
 * A QR code as one SVG path.
 *
 * Not here: how the code is computed; the rows come with the plan, one string of 0 and 1 each.
 */

/** Modules of light around the code: ISO/IEC 18004 asks for four. */
export const QUIET = 4;

/** Path data with one rectangle for each run of dark modules, in units of one module. */
export function qrPath(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map(
        (run) => `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`,
      ),
    )
    .join("");
}

/** Side of the square with its quiet zone, in modules. */
export function qrSide(rows: readonly string[]): number {
  return rows.length + 2 * QUIET;
}
