"""Twenty whole checks at once in one core, and more people at the door: verdicts, refusals, other pages.

Server and media worker share one core; the visitors, who are code too, have the other to themselves.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Final

import msgspec

from bench.check.pages import Pages
from bench.check.served import served, worker_of
from bench.check.whole import Whole, whole_check
from bench.figures import row, spread
from bench.processes import cpu_s, rss_kib
from tests.netlab.load import Load

COMING: Final = int(os.environ.get("BENCH_CHECKS_AT_ONCE", "25"))
WITHIN_S: Final = 90.0
OTHERS_CORE, OUR_CORE = {1}, {0}


async def measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder), core=OUR_CORE) as server:
            load, used = Load(), -cpu_s(server.worker)
            async with Pages(server.origin) as pages:
                wholes = await _coming(server.origin)
            used += cpu_s(server.worker)
            assert worker_of(server.pid) == server.worker, "the worker was lost"
            held = rss_kib(server.worker)
    done = [each.verdict for each in wholes if each.verdict]
    row(f"checks begun at once: {COMING}; with a verdict", f"{len(done)}")
    refused = Counter(f"{each.error}, again in {each.retry_s} s" for each in wholes if each.error)
    row("refused", "; ".join(f"{count} x {words}" for words, count in refused.items()) or "none")
    opened = [each.open_s * 1000 for each in wholes if each.verdict]
    row("from the ticket until packets travel", spread(opened, "ms"))
    words = Counter(f"{each['readiness']}, {each['rung']}" for each in done)
    row("their verdicts", "; ".join(f"{count} x {word}" for word, count in words.items()))
    lost = [each[way]["lossPm"] for each in done for way in ("up", "down")]
    row("packets lost, worst direction of all", f"{max(lost) / 10:.1f} %")
    row("jitter counted on the way there", spread([each["up"]["jitterMs"] for each in done], "ms"))
    row("the worker's processor time a check, its memory", f"{used / len(done):.2f} s; {held / 1024:.0f} MiB")
    row("the front page meanwhile", str(pages))
    row("machine", str(load))


async def _coming(origin: str) -> list[Whole]:
    """In a process of their own: twenty voices are work, and would look like a bad line."""
    visitors = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.check.crowd", origin, stdout=asyncio.subprocess.PIPE
    )
    os.sched_setaffinity(visitors.pid, OTHERS_CORE)
    async with asyncio.timeout(WITHIN_S):
        printed, _ = await visitors.communicate()
    return msgspec.json.decode(printed, type=list[Whole])


async def _visit(origin: str) -> None:
    wholes = await asyncio.gather(*(whole_check(origin) for _ in range(COMING)))
    print(msgspec.json.encode(wholes).decode())


if __name__ == "__main__":
    asyncio.run(_visit(sys.argv[1]))
