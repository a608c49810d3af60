"""From clicking Join to the first picture of a peer who is already there."""

from __future__ import annotations

from playwright.async_api import Page

from bench.figures import row, spread
from bench.stage import a_stage, visitors

REPEATS = 10

WATCH = """
() => {
  const joined = document.querySelector('[data-action="join"]');
  const mark = () => { window.joinedAt = performance.now(); };
  joined.addEventListener("click", mark, { once: true, capture: true });
  window.firstFrame = new Promise((resolve) => {
    const seen = new WeakSet();
    const look = () => {
      for (const video of document.querySelectorAll(".peer-picture video")) {
        if (seen.has(video)) continue;
        seen.add(video);
        video.requestVideoFrameCallback(() => resolve(performance.now() - window.joinedAt));
      }
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
}
"""


async def measure() -> None:
    times = []
    async with a_stage() as stage:
        for _ in range(REPEATS):
            async with visitors(stage) as people:
                opened = await stage.rig.open()
                ann = await people.arrive("ann", opened.links["mentor"])
                ben = await people.arrive("ben", opened.links["mentee"])
                await ann.join()
                await ann.reach(phase="waiting")
                times.append(await _join(ben.page))
    row("clicking Join to the peer's first picture, both on this machine", spread(times, "ms"))


async def _join(page: Page) -> float:
    await page.evaluate(WATCH)
    await page.locator('[data-action="join"]').click()
    return float(await page.evaluate("() => window.firstFrame"))
