// Runs in every page before the page's own scripts: reports each change of the root element's
// data-* attributes with the moment it happened, the values the page arrived with, and what is said in its
// live regions.
(() => {
  if (window.top !== window) return;

  const last = new Map();

  function note(name, value) {
    if (last.get(name) === value) return;
    last.set(name, value);
    netlabAttribute({ name, value, atMs: performance.timeOrigin + performance.now() });
  }

  function noteAll() {
    const root = document.documentElement;
    if (!root) return;
    for (const { name, value } of root.attributes) {
      if (name.startsWith("data-")) note(name, value);
    }
  }

  new MutationObserver((records) => {
    for (const { type, target, attributeName: name } of records) {
      const words = type === "childList" && target.ariaLive && target.textContent.trim();
      if (words) note("aria-live", words);
      if (type === "attributes" && target === document.documentElement && name.startsWith("data-")) {
        note(name, target.getAttribute(name));
      }
    }
  }).observe(document, { attributes: true, childList: true, subtree: true });
  document.addEventListener("readystatechange", noteAll);
  noteAll();
})();
