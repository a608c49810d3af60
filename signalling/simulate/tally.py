"""Counts and times of many calls, added up.

Not here: what is counted (`judge`). Times are kept in buckets of half a second, so that the sums of many
runs still give percentiles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

BUCKET_MS: Final = 500


@dataclass(slots=True)
class Tally:
    """`counts` of what happened; `spread` of times (by bucket) and numbers. Durations count in ms."""

    counts: dict[str, int] = field(default_factory=dict)
    spread: dict[str, dict[int, int]] = field(default_factory=dict)

    def count(self, what: str, by: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + by

    def note(self, what: str, number: int, times: int = 1) -> None:
        seen = self.spread.setdefault(what, {})
        seen[number] = seen.get(number, 0) + times

    def took(self, what: str, ms: int) -> None:
        """From a cause to its effect."""
        self.note(what, ms // BUCKET_MS)

    def add(self, other: Tally) -> None:
        for what, by in other.counts.items():
            self.count(what, by)
        for what, seen in other.spread.items():
            for number, times in seen.items():
                self.note(what, number, times)

    def number(self, what: str, per_cent: int) -> int | None:
        """That percentile; None when there was none."""
        seen = self.spread.get(what, {})
        wanted, so_far = sum(seen.values()) * per_cent / 100, 0
        for number in sorted(seen):
            so_far += seen[number]
            if so_far >= wanted:
                return number
        return None

    def at(self, what: str, per_cent: int) -> int | None:
        """That percentile in ms, rounded up to the bucket."""
        bucket = self.number(what, per_cent)
        return None if bucket is None else (bucket + 1) * BUCKET_MS

    def per_hour(self, what: str) -> float:
        """Of counts; one side of a call counts as half of its time."""
        return self.counts.get(what, 0) * 3_600_000 / max(1, self.counts.get("side_ms", 0))

    def share(self, what: str, of: str) -> float:
        return self.counts.get(what, 0) / max(1, self.counts.get(of, 0))

    @property
    def hours(self) -> float:
        """Of calls."""
        return self.counts.get("side_ms", 0) / 2 / 3_600_000


def total(tallies: Iterable[Tally]) -> Tally:
    result = Tally()
    for tally in tallies:
        result.add(tally)
    return result


def read(path: Path) -> dict[str, Tally]:
    """By profile; none when there is no file yet. Raises `msgspec.ValidationError` for another file."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Tally]) if path.exists() else {}


def write(path: Path, tallies: dict[str, Tally]) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(tallies), indent=1))
