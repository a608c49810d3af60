"""Which signs of the ladder's table show, and for how long each of its rules has applied.

Not here: what follows from a rule (`ladder`). The same in TypeScript: `webclient/src/ladder-watch.ts`, which
looks twice a second and so need not remember which rules applied where; simulation looks millions of times.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import TypeVar

from signalling.ladder_table import Rule, Rung, Table

R = TypeVar("R", bound=Rule)


class Watch:
    """The eyes of one ladder. A metric without data shows no sign, and so starts no clock."""

    def __init__(self, table: Table) -> None:
        self._signs = table.signs
        self._rules = table.rules()
        self.limits = _limits(table)
        """Of each metric the numbers between which nothing changes."""
        self._seen: dict[tuple[object, ...], tuple[str, ...]] = {}
        self._facts: Mapping[str, int | None] = {}
        self._look_ms = table.look_ms
        self._lasted: dict[str, int] = {}
        self._at = 0

    def look(self, at_ms: int, facts: Mapping[str, int | None], rung: Rung) -> None:
        """Take in all metrics by name, as seen from the rung that is being sent."""
        counts_ms = min(at_ms - self._at, self._look_ms)
        self._at, self._facts = at_ms, facts
        before = self._lasted
        self._lasted = {
            name: before[name] + counts_ms if name in before else 0 for name in self._applying(rung)
        }

    def _applying(self, rung: Rung) -> tuple[str, ...]:
        """The rules that apply, found once for each place of the metrics between the limits of the table."""
        facts = self._facts
        place = (
            rung.name,
            *(
                None if (value := facts.get(metric)) is None else bisect_right(limits, value)
                for metric, limits in self.limits
            ),
        )
        if place not in self._seen:
            self._seen[place] = tuple(rule.name for rule in self._rules if self.applies(rule, rung))
        return self._seen[place]

    def pass_by(self, at_ms: int, counts_ms: int) -> None:
        """Not looked at, because every metric is where it was; what applied goes on."""
        self._at = at_ms
        for name in self._lasted:
            self._lasted[name] += counts_ms

    def forget(self) -> None:
        """Start every clock anew: there was a gap, so nothing is known to have lasted."""
        self._lasted.clear()

    def value(self, metric: str) -> int | None:
        return self._facts.get(metric)

    def shows(self, name: str, rung: Rung) -> bool:
        sign = self._signs[name]
        value = self._facts.get(sign.metric)
        if value is None:
            return False
        limit: int = sign.limit if isinstance(sign.limit, int) else getattr(rung, sign.limit)
        return value >= limit if sign.test == "at_least" else value < limit

    def any(self, names: Iterable[str], rung: Rung) -> bool:
        return any(self.shows(name, rung) for name in names)

    def applies(self, rule: Rule, rung: Rung) -> bool:
        """Whether the rule's signs show at this moment."""
        return (
            all(self.shows(name, rung) for name in rule.all)
            and (not rule.any or self.any(rule.any, rung))
            and not self.any(rule.none, rung)
        )

    def held(self, rule: Rule, for_ms: int) -> bool:
        """Whether the rule has applied at every look for that long."""
        return self._lasted.get(rule.name, -1) >= for_ms

    def lasted_ms(self, rule: Rule) -> int:
        """For how long it has applied; 0 too when it does not."""
        return self._lasted.get(rule.name, 0)

    def lasting(self, rules: Iterable[R]) -> list[R]:
        """Those that apply at this look."""
        lasted = self._lasted
        return [rule for rule in rules if rule.name in lasted]

    def first(self, rules: Iterable[R]) -> R | None:
        """The first rule that is due."""
        return next((rule for rule in self.lasting(rules) if self.held(rule, rule.for_ms)), None)


def _limits(table: Table) -> list[tuple[str, list[int]]]:
    """For each metric that a sign reads, all numbers it is compared with, the rungs' own included."""
    found: dict[str, set[int]] = {}
    for sign in table.signs.values():
        own = sign.limit
        at = {own} if isinstance(own, int) else {getattr(rung, own) for rung in table.rungs}
        found.setdefault(sign.metric, set()).update(at)
    return [(metric, sorted(limits)) for metric, limits in found.items()]
