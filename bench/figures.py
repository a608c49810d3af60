"""What the measures share: medians and tails of repeats, the machine's load, and rows for docs/figures.md."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: int) -> float:
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def p95(values: Sequence[float]) -> float:
    """The nearest-rank 95th percentile."""
    return percentile(values, 95)


def spread(values: Sequence[float], unit: str) -> str:
    """Median and p95 of repeats."""
    return f"median {statistics.median(values):.0f} {unit}, p95 {p95(values):.0f} {unit} of {len(values)}"


def machine() -> str:
    """The machine and how busy it is: figures of a busy one are not ours alone."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load}"


def row(what: str, figure: str) -> None:
    """One row of a Markdown table."""
    print(f"| {what} | {figure} |", flush=True)
