"""What must be true of every page at every width: accessible, nothing to scroll sideways.

Not here: which pages there are.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

AXE: Final = Path(__file__).resolve().parents[2] / "webclient" / "node_modules" / "axe-core" / "axe.min.js"
RUN: Final = """axe.run({ resultTypes: ["violations"] })
  .then((result) => JSON.stringify(result.violations))"""
"""All rules; of what passes them only the first place is written down, which spares most of the time."""
WINDOWS: Final = {320: 640, 360: 740, 768: 1024, 1280: 800, 1920: 1080}
"""Usual windows: width to height, CSS pixels. 320 is what reflow (WCAG 1.4.10) asks for."""
SCHEMES: Final = ("light", "dark")


async def violations(page: Page) -> list[str]:
    """What axe finds, a line each."""
    if not await page.evaluate("'axe' in window"):
        # Evaluated, not inserted: the page's policy lets no other script in.
        await page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = json.loads(await page.evaluate(RUN))
    return [f"{rule['id']} at {node['target']}" for rule in found for node in rule["nodes"]]


async def too_wide(page: Page) -> int:
    """CSS pixels by which the page must be scrolled sideways."""
    wide: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(0, wide)


async def in_both_schemes(page: Page, name: str) -> list[str]:
    """What axe finds in light and dark, with the page's name and the scheme before each line."""
    found = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{name}, {scheme}: {line}" for line in await violations(page)]
    return found


async def at_all_widths(page: Page, name: str) -> list[str]:
    """At which widths the page must be scrolled sideways; ends at 1280."""
    found = []
    for width in (*WINDOWS, 1280):
        await page.set_viewport_size({"width": width, "height": WINDOWS[width]})
        if wide := await too_wide(page):
            found.append(f"{name}, {width}: {wide} px too wide")
    return found
