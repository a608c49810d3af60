"""Cells and rows of the bench's Markdown tables. Pairs are median / 95th percentile."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from bench.figures import p95

NEVER = "never"


def pair(values: Sequence[float], digits: int = 0) -> str:
    """Where less is better."""
    return f"{median(values):.{digits}f} / {p95(values):.{digits}f}"


def pair_down(values: Sequence[float], digits: int = 0) -> str:
    """Where more is better: 95 in 100 were no less than the second."""
    return f"{median(values):.{digits}f} / {-p95([-each for each in values]):.{digits}f}"


def times(values: Sequence[int | None]) -> str:
    """In seconds, and how many of them never did."""
    happened = [each for each in values if each is not None]
    if not happened:
        return NEVER
    missed = f" ({len(values) - len(happened)} of {len(values)} never)" if len(happened) < len(values) else ""
    return f"{median(happened) / 1000:.1f} / {p95(happened) / 1000:.1f} s{missed}"


def header(titles: Sequence[str]) -> list[str]:
    return [row(titles), "|" + "---|" * len(titles)]


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
