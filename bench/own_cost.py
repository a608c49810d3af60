"""What the page's own work costs a call on a good line, beside what the browser does for any call.

The worker that makes copies of speech has a thread of its own, and is not in it. Traffic is that of the data
channel on the wire, with a picture and by voice alone (`channel_traffic`).
"""

from __future__ import annotations

import asyncio
import os
from typing import Final

from playwright.async_api import CDPSession

from bench.channel_traffic import kbps_each_way
from bench.figures import row
from bench.stage import a_stage, visitors

SETTLED_S: Final = 10
WATCHED_S: Final = 30


async def measure() -> None:
    async with a_stage() as stage, visitors(stage) as people:
        pages = await people.in_call(await stage.rig.open())
        watched = [await each.page.context.new_cdp_session(each.page) for each in pages]
        for cdp in watched:
            await cdp.send("Performance.enable")
        await asyncio.sleep(SETTLED_S)
        before = [await _seconds(cdp) for cdp in watched]
        await asyncio.sleep(WATCHED_S)
        after = [await _seconds(cdp) for cdp in watched]
        for name in ("ScriptDuration", "TaskDuration"):
            shares = [
                100 * (b[name] - a[name]) / (b["Timestamp"] - a["Timestamp"])
                for a, b in zip(before, after, strict=True)
            ]
            row(f"{WORDS[name]}, two pages", " and ".join(f"{share:.2f} %" for share in shares))
        await _traffic("hd")
        for each in pages:
            await each.pin("Voice only")
        await asyncio.sleep(SETTLED_S)
        await _traffic("voice")


async def _traffic(rung: str) -> None:
    what = f"data channel at {rung}, each way, on the wire"
    if os.geteuid() != 0:
        row(what, "not measured: needs root")
        return
    ways = await kbps_each_way(WATCHED_S)
    row(what, " and ".join(f"{kbps:.1f} kbit/s" for kbps in ways))


WORDS: Final = {
    "ScriptDuration": "of one core, the page's script in a call",
    "TaskDuration": "of one core, all of its main thread, drawing and layout too",
}


async def _seconds(cdp: CDPSession) -> dict[str, float]:
    found = await cdp.send("Performance.getMetrics")
    return {each["name"]: each["value"] for each in found["metrics"]}
