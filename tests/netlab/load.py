"""How busy the machine was while something was measured; printed beside every figure.

Real-time media in software suffers from a busy machine as from a bad line, so a figure without its load
is worth nothing.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

TOO_BUSY_PM = 800
"""A 20 % lossy line scored .93 - .95 on a machine 21 % busy and .88 - .91 on one 83 % busy."""


def _ticks() -> tuple[int, int]:
    """(idle, all) clock ticks of all processors since boot; proc(5), /proc/stat."""
    numbers = [int(n) for n in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return numbers[3] + numbers[4], sum(numbers)


@dataclass(frozen=True, slots=True)
class Load:
    """A stop-watch for load: make one before measuring, print it afterwards."""

    _began: tuple[int, int] = field(default_factory=_ticks)
    _at: float = field(default_factory=time.monotonic)

    @property
    def busy_pm(self) -> int:
        """Processor time used by everybody since this was made, per mille of all there is."""
        idle, total = _ticks()
        passed = max(1, total - self._began[1])
        return 1000 - 1000 * (idle - self._began[0]) // passed

    def voids(self) -> str | None:
        """Why figures measured since this was made do not count, as a sentence; None when they do."""
        if (busy_pm := self.busy_pm) < TOO_BUSY_PM:
            return None
        return f"the machine was {busy_pm / 10:.0f} % busy: the figures are void, measure again when it rests"

    def __str__(self) -> str:
        return f"machine {self.busy_pm / 10:.0f} % busy, load average {os.getloadavg()[0]:.1f}"
