"""A throttled process gets its share of the machine and no more, and all of it again afterwards."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from tests.netlab import throttle

pytestmark = pytest.mark.netlab

SHARE_PM = 50
BUSY = "while True: pass"
TICKS_A_SECOND = 100


@pytest.fixture(autouse=True)
def the_kernel_has_quotas() -> None:
    if reason := throttle.missing():
        pytest.skip(reason)


async def test_a_throttled_process_gets_no_more_than_its_share() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BUSY)
    try:
        throttle.begin([process.pid], SHARE_PM)
        before = ticks(process.pid)
        await asyncio.sleep(2)
        used_pm = 1000 * (ticks(process.pid) - before) // (2 * TICKS_A_SECOND * throttle.processors())
        assert used_pm <= 1.5 * SHARE_PM
    finally:
        throttle.end()
        process.kill()
        await process.wait()
    assert not throttle.held()


def ticks(pid: int) -> int:
    """Processor time used so far; proc(5), fields 14 and 15 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
