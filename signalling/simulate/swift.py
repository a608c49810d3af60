"""The product's ladder, which need not be asked when nothing can have changed.

Not here: any rule. On the best rung, after 16 s in which no metric crossed a limit of the table and
nothing was decided, every clock of a rule that applies has run out and no other runs; until a metric
crosses a limit, a step decides nothing. `tests/test_simulate.py` holds both to the same decisions.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from signalling.ladder import Ladder
from signalling.ladder_table import Table
from signalling.ladder_values import Decision, Sample

RESTS_MS: Final = 16_000
"""Longer than any rule of the table waits or what it chose stays; a test holds it to that."""
KEPT: Final = 10_000

Place = tuple[int | None, ...]


class Swift(Ladder):
    """`step` as the ladder's own."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._gap_ms = table.gap_ms
        self._of_sample = [
            (metric, limits) for metric, limits in self._watch.limits if metric in Sample.__struct_fields__
        ]
        self._places: dict[Sample, Place] = {}
        self._place: Place = ()
        self._since_ms = 0

    def step(self, at_ms: int, sample: Sample) -> Decision | None:
        place = self._places.get(sample) or self._found(sample)
        if place == self._place and at_ms - self._at <= self._gap_ms:
            if at_ms - self._since_ms > RESTS_MS and self._rung == self._ceiling == 0:
                self._at = at_ms
                self._watch.pass_by(at_ms)
                return None
        else:
            self._place, self._since_ms = place, at_ms
        decision = super().step(at_ms, sample)
        if decision:
            self._since_ms = at_ms
        return decision

    def _found(self, sample: Sample) -> Place:
        """Where each metric stands between the limits of the table."""
        if len(self._places) > KEPT:
            self._places.clear()
        values = [(getattr(sample, metric), limits) for metric, limits in self._of_sample]
        place = tuple(None if value is None else bisect_right(limits, value) for value, limits in values)
        self._places[sample] = place
        return place
