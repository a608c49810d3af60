/** A drawing loop for levels: at most 20 times a second, and not at all while the page is hidden. */

const EVERY_MS = 50;

/** Calls `draw` until the returned function is called. */
export function eachFrame(draw: (at: number) => void): () => void {
  let last = 0;
  let handle = requestAnimationFrame(function frame(at) {
    if (at - last >= EVERY_MS) {
      last = at;
      draw(at);
    }
    handle = requestAnimationFrame(frame);
  });
  return () => cancelAnimationFrame(handle);
}

/** The person asked their system for less motion. */
export function stillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
