"""The impairment profiles as data: what is done to a call, when, and which of its seconds are listened to.

No call is held here (`play.py`). Times are seconds from when the call has settled on clean lines. Line a is
impaired in both directions unless a step says otherwise: each direction of the conversation meets it once.
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

    @property
    def length_s(self) -> float:
        return max([end for _, end in self.listen.values()] + [step.at_s for step in self.steps])

    @property
    def onset_s(self) -> float | None:
        """When a line first no longer carries `hd`, or else the first thing is done; None for a call left alone."""
        hurts = [at_s for at_s, good in self._course() if not good]
        return min(hurts or [step.at_s for step in self.steps], default=None)

    @property
    def relief_s(self) -> float | None:
        """When the lines carry `hd` again, for good; None where they never do, or never ceased to."""
        relief: float | None = None
        for (_, before), (at_s, good) in pairwise([(0.0, True), *self._course()]):
            relief = None if not good else relief if before else at_s
        return relief

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

    def cut(self, end_s: float) -> Profile:
        """The same, had it ended then; a stretch that is not over by then ends with it."""
        heard = {name: (start, min(end, end_s)) for name, (start, end) in self.listen.items()}
        return replace(self, listen=heard)


def carries_hd(line: Impairment) -> bool:
    """Whether one direction leaves the best picture alone: `hd` is climbed to from 1.2 Mbit/s that are usable."""
    wide = line.rate_kbps is None or line.rate_kbps >= HD_KBPS
    return wide and not line.blackout and line.loss_pm <= HD_LOSS_PM


HD_KBPS, HD_LOSS_PM = 1500, 20

STEADY: Window = (8, 24)
"""From when a fall is over, queues are drained and the jitter buffer has come to rest."""


def _thin(kbps: int) -> Profile:
    return Profile(f"{kbps} kbit/s, queue 1 s", (Line(0, {"rate_kbps": kbps, "queue_ms": 1000}),))


def _lossy(percent: int, burst: int = 1) -> Profile:
    what = f"{percent} % random loss" if burst == 1 else f"{percent} % loss in bursts of {burst}"
    return Profile(what, (Line(0, {"loss_pm": 10 * percent, "burst": burst}),))


def _a_minute_later(profile: Profile) -> Profile:
    """What only time shows: queues of repeats, estimates that sink, rungs that settle."""
    return replace(profile, what=f"{profile.what}, a minute later", listen={"": (60, 80)})


def _dark(seconds: float) -> Profile:
    steps = (Line(2, {"blackout": True}), Line(2 + seconds))
    return Profile(f"{seconds:g} s outage", steps, {"": (0, 2 + seconds + 8)})


def _stairs(*kbps: int) -> Profile:
    each = 20
    steps = [Line(n * each, {"rate_kbps": rate}) for n, rate in enumerate(kbps)]
    listen = {f"{rate} k": (n * each + 8.0, n * each + 20.0) for n, rate in enumerate(kbps)}
    return Profile(f"{', '.join(map(str, kbps))} kbit/s, {each} s each", tuple(steps), listen)


def _spikes(settings: Mapping[str, Any], every_s: int, length_s: int) -> tuple[Step, ...]:
    """A third of a second of 300 ms more, once a minute."""
    steps: list[Step] = [Line(0, settings)]
    for at in range(10, length_s, every_s):
        steps += [Line(at, {"delay_ms": 330}), Line(at + 0.3, {"delay_ms": 30})]
    return tuple(steps)


PROFILES: dict[str, Profile] = {
    "P0": Profile("clean"),
    "P1": Profile("20 ± 5 ms, 0.2 % loss", (Line(0, {"delay_ms": 20, "jitter_ms": 5, "loss_pm": 2}),)),
    "P2": Profile(
        "home Wi-Fi: 30 ± 20 ms, 1 %, a 300 ms spike a minute",
        _spikes({"delay_ms": 30, "jitter_ms": 20, "loss_pm": 10}, 60, 40),
        {"": (4, 24)},
    ),
    "P3mute": Profile("a minute muted", (Act(0, "mute"), Act(60, "unmute")), {"": (62, 74)}, yardstick=False),
    "P3cover": Profile(
        "a minute with the camera covered",
        (Act(0, "cover"), Act(60, "uncover")),
        {"": (40, 60)},
        yardstick=False,
    ),
    "P3hide": Profile(
        "a minute in a hidden tab", (Act(0, "hide"), Act(60, "show")), {"": (40, 60)}, yardstick=False
    ),
    "P4": Profile("Wi-Fi contention: 2 % in bursts of 2", (Line(0, {"loss_pm": 20, "burst": 2}),)),
    "P5": Profile("100 ± 25 ms, 5 % loss", (Line(0, {"delay_ms": 100, "jitter_ms": 25, "loss_pm": 50}),)),
    "P8-10": _lossy(10),
    "P8-20": _lossy(20),
    "P8-30": _lossy(30),
    "P8-50": _lossy(50),
    "P9-10": _lossy(10, burst=3),
    "P9-20": _lossy(20, burst=3),
    "P9-30": _lossy(30, burst=3),
    "P8-10long": _a_minute_later(_lossy(10)),
    "P8-20long": _a_minute_later(_lossy(20)),
    "P8-50long": _a_minute_later(_lossy(50)),
    "P9-25long": _a_minute_later(_lossy(25, burst=3)),
    "T150": _thin(150),
    "T100": _thin(100),
    "T60": _thin(60),
    "T50": _thin(50),
    "T30": _thin(30),
    "T20": _thin(20),
    "T60back": Profile(
        "60 kbit/s for 24 s, then good again",
        (Line(0, {"rate_kbps": 60}), Line(24)),
        {"": STEADY, "after": (24, 64)},
    ),
    "P10": _stairs(2000, 500, 150, 60, 25, 2000),
    "P11": Profile(
        "RFC 8867, 5.1: 1 M x 1, 2.5, .6, 1 for 40, 20, 20, 20 s",
        tuple(Line(at, {"rate_kbps": kbps}) for at, kbps in ((0, 1000), (40, 2500), (60, 600), (80, 1000))),
        {"": (8, 100)},
    ),
    "P12": Profile(
        "square wave 300 k / 3 M, 20 s each, 5 min",
        tuple(Line(20 * n, {"rate_kbps": 3000 if n % 2 else 300}) for n in range(15)),
        {"": (8, 300)},
    ),
    "P13": Profile(
        "bufferbloat: 1 M with a 2 s queue and a TCP upload",
        (Line(0, {"rate_kbps": 1000, "queue_ms": 2000}), Act(2, "flow")),
        {"": (10, 40)},
    ),
    "P14-0.5": _dark(0.5),
    "P14-1": _dark(1),
    "P14-2": _dark(2),
    "P14-5": _dark(5),
    "P14-15": _dark(15),
    # P15 (another interface) and P16 (UDP blocked in mid-call) belong to the paths: tests/netlab.
    "P18": Profile(
        "server killed for 20 s",
        (Act(2, "kill_server"), Act(22, "start_server")),
        {"": (2, 24)},
        yardstick=False,
    ),
}

QUICK = ("P0", "P8-20", "T60")
"""The short form."""
