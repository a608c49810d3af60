"""The product's ladder, which is not asked while nothing can have changed.

Not here: any rule. On the best rung, with no rule running that leads down or ends a try, and with sound
and side as the rules that are due want them, a look decides something only when a metric crosses a limit
of the table, or when a running clock reaches its rule's time. `tests/test_simulate.py` holds both to the
same decisions.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from signalling.ladder import Ladder
from signalling.ladder_table import Table
from signalling.ladder_values import Decision, Sample

NEVER_MS: Final = 1 << 50
KEPT: Final = 10_000

Place = tuple[int | None, ...]


class Swift(Ladder):
    """`step` as the ladder's own; `rests_until_ms` is the moment of the next look that counts for certain."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.rests_until_ms = 0
        self._limits = [each for each in self._watch.limits if each[0] in Sample.__struct_fields__]
        self._places: dict[Sample, Place] = {}
        self._place: Place = ()
        self._restless = (*table.falls, *table.phone.raised, *table.climb.fails)
        self._rules = table.rules()

    def step(self, at_ms: int, sample: Sample) -> Decision | None:
        place = self._places.get(sample) or self._found(sample)
        if place == self._place and at_ms < self.rests_until_ms and at_ms - self._at <= self._table.gap_ms:
            self.pass_by(at_ms, min(at_ms - self._at, self._table.look_ms))
            return None
        self._place = place
        decision = super().step(at_ms, sample)
        self.rests_until_ms = self._wakes(at_ms) if decision is None else 0
        return decision

    def pass_by(self, at_ms: int, counts_ms: int) -> None:
        """Not asked at that moment."""
        self._at = at_ms
        self._watch.pass_by(at_ms, counts_ms)

    def _wakes(self, at_ms: int) -> int:
        best = self._rung == self._ceiling == 0 and self._probe is None and not self.speech_lost
        if not best or self._watch.lasting(self._restless):
            return 0
        sound, side = self._watch.first(self._table.audio), self._watch.first(self._table.whose)
        if (sound and sound.to != self._sound.value) or (side and side.to != self._whose.value):
            return 0
        left = (rule.for_ms - self._watch.lasted_ms(rule) for rule in self._watch.lasting(self._rules))
        return at_ms + min((ms for ms in left if ms > 0), default=NEVER_MS)

    def _found(self, sample: Sample) -> Place:
        """Where each metric stands between the limits of the table."""
        if len(self._places) > KEPT:
            self._places.clear()
        values = [(getattr(sample, metric), limits) for metric, limits in self._limits]
        place = tuple(None if value is None else bisect_right(limits, value) for value, limits in values)
        self._places[sample] = place
        return place
