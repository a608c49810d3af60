"""A call in numbers, from the minutes both browsers recorded: on which rungs, what was lost, how soon back.

Not here: whose line it was, and anything that was said. The numbers are the pair's, for the coordinator too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from server.db.records import Minute
from signalling.protocol import Role, Rung


@dataclass(frozen=True)
class Health:
    """Whole seconds. A pair's numbers hide which of the two had which."""

    seconds: Mapping[Rung, int]
    """On each rung, best first, the mean of the two directions; rungs not used are left out."""
    lost_s: int
    """In which speech did not get through to at least one of the two: the greater of what each recorded."""
    recover_s: int | None
    """Until speech was back, on average of all losses; None when nothing was lost and came back."""


def health(minutes: Iterable[Minute]) -> Health:
    """The numbers of one session's call, all zero when nothing is recorded."""
    sent: Counter[Rung] = Counter()
    lost: Counter[Role] = Counter()
    breaks = 0
    sides: set[Role] = set()
    for minute in minutes:
        sides.add(minute.role)
        sent.update(minute.seconds)
        lost[minute.role] += minute.lost_s
        breaks += minute.breaks
    return Health(
        seconds={rung: round(sent[rung] / len(sides)) for rung in get_args(Rung) if sent[rung]},
        lost_s=max(lost.values(), default=0),
        recover_s=round(lost.total() / breaks) if breaks else None,
    )
