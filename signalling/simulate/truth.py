"""What the line could carry, by the model's own knowledge of it: the truth that a ladder is judged by.

Not here: the ladder's thresholds. A picture is worth having from a bitrate of its own (the lower ends of
the design's rungs), speech needs its packets with their headers, and a quarter is left free (a sender
keeps a margin of 15 %, and so does a dead band); speech that is made up for 3 % and more in spite of
redundancy has no picture beside it. Outages and stalls are no news of what a line carries.
"""

from __future__ import annotations

from typing import Final

from signalling.ladder_table import Rung, Table
from signalling.shared import SHARED
from signalling.simulate.browser import REPORTS_KBPS
from signalling.simulate.hearing import Path
from signalling.simulate.line import Link, Phase
from signalling.speech import HEARD_SHARE, wire_kbps

PICTURE_KBPS: Final = {"hd": 900, "sd": 300, "low": 80, "stills": 16}
FREE_SHARE: Final = 1.25
DAMAGED: Final = 0.03
"""Audible concealment from which on a picture is in doubt: chance soon makes the ladder's 5 % of it."""


class Truth:
    """The best rung that one direction carries, as a place in the table; asked once a look."""

    def __init__(self, path: Path, table: Table) -> None:
        self._links, self._table = path.links, table
        self._speech = next(at for at, rung in enumerate(table.rungs) if rung.name == "voice")
        self._needs = [needed_kbps(rung) for rung in table.rungs[:-1]]
        self._phases: tuple[Phase, Phase] | None = None
        self.best = table.index(table.start)

    def look(self) -> int:
        up, down = self._links
        phases = (up.phase, down.phase)
        if phases != self._phases:
            self._phases = phases
            if all(phase.kbps and not phase.stalled for phase in phases):
                self.best = max(self._by_rate(phases), self._by_loss(up, down))
        return self.best

    def _by_rate(self, phases: tuple[Phase, Phase]) -> int:
        kbps = min(phase.kbps / (2 if phase.download else 1) for phase in phases)
        fits = (at for at, need in enumerate(self._needs) if need * FREE_SHARE <= kbps)
        return next(fits, len(self._needs) - 1)

    def _by_loss(self, *links: Link) -> int:
        """With all the copies there are, only what is left of a long run of lost packets is not repaired."""
        concealed = 0.0
        for link in links:
            run = max(link.phase.burst, 1 / (1 - link.loss))
            concealed += link.loss * max(0.0, 1 - max(SHARED.copies_at) / run)
        return self._speech if concealed * HEARD_SHARE >= DAMAGED else 0


def needed_kbps(rung: Rung) -> float:
    """On the wire, with plain sound without copies: the least with which the rung is worth having."""
    audio = min(rung.audio.values(), key=wire_kbps)
    return PICTURE_KBPS.get(rung.name, 0) + wire_kbps(audio) + REPORTS_KBPS


class Speech:
    """Whether one direction can still be understood: for how long it has been silent or broken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.unusable_ms = 0
        self.usable_ms = 0
        """Since it was last unusable."""
        self.lasted_ms = 0
        """How long it had been by then."""

    def look(self, ms: int) -> None:
        path = self._path
        if path.silent_ms >= 500 or sum(path.concealed) >= 1.0:
            self.unusable_ms = self.lasted_ms = self.unusable_ms + ms
            self.usable_ms = 0
        else:
            self.unusable_ms = 0
            self.usable_ms += ms
