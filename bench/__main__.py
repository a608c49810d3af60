"""`python -m bench [NAME ...]`: measures, and prints rows for docs/figures.md. Without names: all of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from bench import (
    idle_rooms,
    join_time,
    lips,
    own_cost,
    page_weight,
    panel_latency,
    paths,
    rehearsals,
    start_time,
)
from bench.check import crowd as check_crowd
from bench.check import echo as check_echo
from bench.check import lost as check_lost
from bench.check import row as check_row
from bench.check import spray as check_spray
from bench.check import verdicts as check_verdicts
from bench.figures import machine

MEASURES: dict[str, Callable[[], Awaitable[None]]] = {
    "start": start_time.measure,
    "page": page_weight.measure,
    "join": join_time.measure,
    "panels": panel_latency.measure,
    "cost": own_cost.measure,
    "lips": lips.measure,
    "paths": paths.measure,
    "rooms": idle_rooms.measure,
    "check-row": check_row.measure,
    "check-crowd": check_crowd.measure,
    "check-spray": check_spray.measure,
    "check-lost": check_lost.measure,
    "check-echo": check_echo.measure,
    "check-verdicts": check_verdicts.measure,
    "rehearsals": rehearsals.measure,
}


async def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        sys.exit(f"There is no measure {', '.join(unknown)}; there are {', '.join(MEASURES)}.")
    for name in names or MEASURES:
        print(f"\n### {name} ({machine()})\n\n| what | figure |\n|---|---|", flush=True)
        await MEASURES[name]()


asyncio.run(main(sys.argv[1:]))
