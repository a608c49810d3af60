"""What a profile is made of: changes of a line, things done to a page or the server, and what is listened to.

No profile is here (`profiles.py`), no call is held here (`play.py`). Times are seconds from when the call has
settled on clean lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from tests.netlab.line import Impairment

Host = Literal["a", "b", "server"]
Deed = Literal[
    "mute", "unmute", "cover", "uncover", "hide", "show", "kill_server", "start_server", "flow",
    "cut", "mend", "throttle", "release",
]  # fmt: skip
Window = tuple[float, float]
HD_KBPS, HD_LOSS_PM = 1500, 20
STEADY: Window = (8, 24)
"""From when a fall is over, queues are drained and the jitter buffer has come to rest."""


@dataclass(frozen=True, slots=True)
class Line:
    """From `at_s` on the fields of `Impairment` are so, in both directions of a host's line; the others stay.

    `up` and `down` are for one direction. Without any field the line is the good one again.
    """

    at_s: float
    both: Mapping[str, Any] = field(default_factory=dict)
    host: Host = "a"
    up: Mapping[str, Any] = field(default_factory=dict)
    down: Mapping[str, Any] = field(default_factory=dict)

    @property
    def clears(self) -> bool:
        return not (self.both or self.up or self.down)


@dataclass(frozen=True, slots=True)
class Act:
    """At `at_s` something is done to Ann's page, to the server, or a TCP flow begins to share her line."""

    at_s: float
    deed: Deed


Step = Line | Act


@dataclass(frozen=True, slots=True)
class Profile:
    """`listen` names the stretches that are scored, at least 3 s each; a single one has an empty name."""

    what: str
    steps: tuple[Step, ...] = ()
    listen: Mapping[str, Window] = field(default_factory=lambda: {"": STEADY})
    yardstick: bool = True
    """Whether the browser's defaults are a fair comparison: a page without a mute button cannot be muted."""
    turn: bool = False
    """Through a relay alone, beside the server."""

    @property
    def length_s(self) -> float:
        return max([end for _, end in self.listen.values()] + [step.at_s for step in self.steps])

    @property
    def mine(self) -> bool:
        """Whether it is Ann's line that is bad, if anything is."""
        return any(isinstance(step, Line) for step in self.steps)

    @property
    def onset_s(self) -> float | None:
        """When the way ceases to carry `hd`, or else the first thing is done; None where nothing is."""
        hurts = [at_s for at_s, good in self._course() if not good]
        return min(hurts or [step.at_s for step in self.steps], default=None)

    @property
    def relief_s(self) -> float | None:
        """When the lines carry `hd` again, for good; None where they never do, or never ceased to."""
        relief: float | None = None
        for (_, before), (at_s, good) in pairwise([(0.0, True), *self._course()]):
            relief = None if not good else relief if before else at_s
        return relief

    def narrowings(self) -> Iterator[tuple[int, Window]]:
        """Each step down of a staircase: to how many kbit/s, and from when until when."""
        rated = [
            (step.at_s, {**step.down, **step.up, **step.both}.get("rate_kbps"))
            for step in self.steps
            if isinstance(step, Line)
        ]
        ends = [*(at_s for at_s, _ in rated[1:]), self.length_s]
        for (_, before), (at_s, kbps), end_s in zip(rated, rated[1:], ends[1:], strict=False):
            if kbps is not None and before is not None and kbps < before:
                yield kbps, (at_s, end_s)

    def _course(self) -> Iterator[tuple[float, bool]]:
        """After each step: whether the way between the two carries `hd`."""
        lines: dict[str, Impairment] = {}
        cut = False
        for step in self.steps:
            if isinstance(step, Act):
                cut = step.deed == "cut" if step.deed in ("cut", "mend") else cut
            else:
                for way, more in (("up", step.up), ("down", step.down)):
                    was = Impairment() if step.clears else lines.get(step.host + way, Impairment())
                    lines[step.host + way] = was.changed({**step.both, **more})
            yield step.at_s, not cut and all(map(carries_hd, lines.values()))

    def one_way(self, way: Literal["up", "down"]) -> Profile:
        """The same with lines impaired in one direction alone."""
        steps = tuple(_narrowed(step, way) if isinstance(step, Line) else step for step in self.steps)
        return replace(self, what=f"{self.what}, {way} alone", steps=steps)

    def relayed(self) -> Profile:
        """The same through TURN, for which the yardstick has no settings."""
        return replace(self, what=f"{self.what}, through TURN", turn=True, yardstick=False)

    def unheard(self) -> Iterator[Window]:
        """What lies between two stretches that are listened to."""
        for (_, end), (start, _) in pairwise(sorted(self.listen.values())):
            yield end, max(start, end)

    def cut(self, end_s: float) -> Profile:
        """The same, had it ended then; a stretch that is not over by then ends with it."""
        heard = {name: (start, min(end, end_s)) for name, (start, end) in self.listen.items()}
        return replace(self, listen=heard)


def _narrowed(step: Line, way: Literal["up", "down"]) -> Line:
    if way == "up":
        return replace(step, both={}, up={**step.both, **step.up}, down={})
    return replace(step, both={}, up={}, down={**step.both, **step.down})


def carries_hd(line: Impairment) -> bool:
    """Whether one direction leaves the best picture alone: `hd` is climbed to from 1.2 Mbit/s usable."""
    wide = line.rate_kbps is None or line.rate_kbps >= HD_KBPS
    return wide and not line.blackout and line.loss_pm <= HD_LOSS_PM
