// Runs in every page before the page's own scripts: reports each change of the root element's
// data-* attributes with the moment it happened, the values the page arrived with, and what is said in its
// live regions.
(() => {
  if (window.top !== window) return;

  const last = new Map();

  function note(name, value, atMs) {
    if (last.get(name) === value) return;
    last.set(name, value);
    netlabAttribute({ name, value, atMs });
  }

  // One moment for all that changed together: between two calls a slow machine may have waited.
  function now() {
    return performance.timeOrigin + performance.now();
  }

  function noteAll() {
    const root = document.documentElement;
    if (!root) return;
    const atMs = now();
    for (const { name, value } of root.attributes) {
      if (name.startsWith("data-")) note(name, value, atMs);
    }
  }

  new MutationObserver((records) => {
    const atMs = now();
    for (const { type, target, attributeName: name } of records) {
      const words = type === "childList" && target.ariaLive && target.textContent.trim();
      if (words) note("aria-live", words, atMs);
      if (type === "attributes" && target === document.documentElement && name.startsWith("data-")) {
        note(name, target.getAttribute(name), atMs);
      }
    }
  }).observe(document, { attributes: true, childList: true, subtree: true });
  document.addEventListener("readystatechange", noteAll);
  noteAll();
})();
