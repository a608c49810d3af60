"""Whether the media worker keeps anything of the checks it has had: a hundred, one after the other."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.check.whole import UNGUARDED, whole_check
from bench.figures import row
from bench.processes import descriptors, rss_kib, threads
from server import keys
from server.media.supervisor import MediaWorker
from tests.rig import a_rig, until

CHECKS: Final = int(os.environ.get("BENCH_CHECKS", "100"))
WARM: Final = 10
"""Checks that may still load what the later ones use again."""
PACKETS: Final = 25
VOICE_S: Final = 0.2


@dataclass(frozen=True)
class Held:
    rss_kib: int
    tasks: int
    threads: int
    descriptors: int

    def __str__(self) -> str:
        return (
            f"{self.rss_kib / 1024:.1f} MiB, {self.tasks} tasks, {self.threads} threads, "
            f"{self.descriptors} descriptors"
        )


async def measure() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with a_rig(Path(folder), UNGUARDED) as rig:
            worker = rig.app[keys.CHECKS].worker
            worker.want()
            await until(lambda: worker.pid is not None and worker.tasks > 0)
            pid, at_rest = worker.pid, worker.tasks
            held = [await _held(worker, at_rest)]
            verdicts = 0
            for _ in range(CHECKS):
                verdicts += (await whole_check(rig.url, PACKETS, voice_s=VOICE_S)).verdict is not None
                held.append(await _held(worker, at_rest))
            assert worker.pid == pid, "the worker was lost"
    row(f"whole checks, one after the other, with a verdict, of {CHECKS}", f"{verdicts}")
    for after in (0, 1, WARM, CHECKS // 2, CHECKS):
        row(f"the worker after {after}", str(held[after]))
    growth = 100 * (held[-1].rss_kib / held[WARM].rss_kib - 1)
    row(f"memory after {CHECKS} above that after {WARM}", f"{growth:+.1f} %")


async def _held(worker: MediaWorker, at_rest: int) -> Held:
    """What the worker has once the last check is over; a task that stays is seen as a deadline missed."""
    await until(lambda: worker.tasks <= at_rest)
    assert worker.pid
    return Held(rss_kib(worker.pid), worker.tasks, threads(worker.pid), descriptors(worker.pid))
