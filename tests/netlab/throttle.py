"""A processor that is a fraction of itself, for the processes of one host: a quota of the kernel's scheduler.

With control groups of either version; needs root. Short periods: what runs is to be slow and not to stutter.
Not here: whose processes (`Namespace.pids`).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 10_000
REAL_TIME_US = 500_000
"""Of each second and processor. The quota does not hold for such threads."""
NAME = f"ringback-{os.getpid()}"


def missing() -> str | None:
    """Why nothing can be throttled here, as a sentence; None when it can."""
    return None if _parent() else f"no control group for the processor below {GROUPS}"


def begin(pids: Sequence[int], share_pm: int) -> None:
    """Give all of these together so much of all processors, per mille, in place of what they had."""
    group = _group()
    group.mkdir(exist_ok=True)
    # Without a share for them a group of version 1 takes no process with real-time threads, as audio's are.
    if (own := group / "cpu.rt_runtime_us").exists():
        own.write_text(str(REAL_TIME_US))
    quota_us = processors() * PERIOD_US * share_pm // 1000
    if (group / "cpu.max").exists():
        (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
    else:
        (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
        (group / "cpu.cfs_quota_us").write_text(str(quota_us))
    _move(pids, group)


def end() -> None:
    """Let everything loose again. Nothing to be let loose is no error."""
    if held():
        group = _group()
        _move([int(pid) for pid in (group / "cgroup.procs").read_text().split()], group.parent)
        group.rmdir()


def held() -> bool:
    """Whether anything is throttled by this process."""
    return missing() is None and _group().exists()


def processors() -> int:
    """How many there are to share."""
    return os.cpu_count() or 1


def _group() -> Path:
    parent = _parent()
    if parent is None:
        raise OSError(missing())
    return parent / NAME


def _parent() -> Path | None:
    """Where a group with a quota can be made: version 1's processor hierarchy, or version 2's root."""
    if (GROUPS / "cpu" / "cgroup.procs").exists():
        return GROUPS / "cpu"
    control = GROUPS / "cgroup.subtree_control"
    return GROUPS if control.exists() and "cpu" in control.read_text().split() else None


def _move(pids: Sequence[int], group: Path) -> None:
    for pid in pids:
        # One that has ended meanwhile needs no group.
        with contextlib.suppress(ProcessLookupError):
            (group / "cgroup.procs").write_text(str(pid))
