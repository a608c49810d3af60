/**
 * A place for the focus when what had it goes from the page: the panel it was in, else the screen's heading.
 *
 * Not here: dialogs and cards, which give it back to what opened them, and a new screen, which takes it (`app`).
 */

/** Watches over everything inside `root`; the returned function ends it. */
export function keepFocus(root: HTMLElement): () => void {
  let held: HTMLElement | null = null;
  let panel: HTMLElement | null = null;
  const onFocusIn = ({ target }: FocusEvent): void => {
    held = target instanceof HTMLElement ? target : null;
    panel = held?.closest<HTMLElement>("[role=tabpanel]") ?? null;
  };
  const onFocusOut = ({ target, relatedTarget }: FocusEvent): void => {
    // Removal may look like this too, but then the element is gone a moment later; else the person went away by choice.
    if (relatedTarget === null)
      queueMicrotask(() => {
        if (held === target && held?.isConnected) held = null;
      });
  };
  const watch = new MutationObserver(() => {
    if (!held || held.isConnected || document.activeElement !== document.body) return;
    held = null;
    const place = panel?.isConnected ? panel : root.querySelector<HTMLElement>("h1[tabindex]");
    place?.focus({ preventScroll: true });
  });
  root.addEventListener("focusin", onFocusIn);
  root.addEventListener("focusout", onFocusOut);
  watch.observe(root, { childList: true, subtree: true });
  return () => {
    watch.disconnect();
    root.removeEventListener("focusin", onFocusIn);
    root.removeEventListener("focusout", onFocusOut);
  };
}
