"""Bytes of the call page as a browser gets it, headers left out: what a bad line carries before the lobby."""

from __future__ import annotations

from collections import Counter

from playwright.async_api import Request

from bench.figures import row
from bench.stage import a_stage, visitors


async def measure() -> None:
    async with a_stage() as stage, visitors(stage) as people:
        opened = await stage.rig.open()
        context = await people.context("ann")
        finished: list[Request] = []
        context.on("requestfinished", lambda request: finished.append(request))
        page = await people.open(opened.links["mentor"], context)
        await page.locator('[data-action="join"]').wait_for()
        await page.wait_for_load_state("networkidle")
        first = await _weigh(finished)
        before = len(finished)
        await page.locator('[data-action="join"]').click()
        await page.get_by_role("tab", name="Notes").click()
        await page.get_by_role("textbox", name="Shared notes").wait_for()
        await page.wait_for_load_state("networkidle")
        later = await _weigh(finished[before:])
    for kind in ("document", "stylesheet", "script", "image"):
        row(f"{kind}, to the lobby", f"{first[kind] / 1000:.1f} kB")
    row("all of it, to the lobby", f"{sum(first.values()) / 1000:.1f} kB in {before} requests")
    row("script loaded later, for the notes", f"{later['script'] / 1000:.1f} kB")


async def _weigh(requests: list[Request]) -> Counter[str]:
    """Body bytes on the wire by kind of resource."""
    total: Counter[str] = Counter()
    for request in requests:
        total[request.resource_type] += (await request.sizes())["responseBodySize"]
    return total
