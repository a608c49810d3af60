"""The impairment profiles as data: what is done to a call, when, and which of its seconds are listened to.

No call is held here (`play.py`). Line a is impaired in both directions unless a step says otherwise: each
direction of the conversation meets it once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bench.call.steps import STEADY, Act, Deed, Line, Profile, Step


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


def _cliff(queue_ms: int) -> Profile:
    steps = (Line(0, {"rate_kbps": 2000, "queue_ms": queue_ms}), Line(10, {"rate_kbps": 150}))
    listen = {"around": (5.0, 15.0), "after": (18.0, 30.0)}
    return Profile(f"2 M, from 10 s on 150 kbit/s, queue {queue_ms / 1000:g} s", steps, listen)


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
    "G2": _cliff(queue_ms=300),
    "G2q1": _cliff(queue_ms=1000),
    "G13": Profile(
        "80 % random loss and the server killed",
        (Act(0, "kill_server"), Line(2, {"loss_pm": 800})),
        {"": (4, 16)},
        yardstick=False,
    ),
    "far": Profile("RTT 250 ± 100 ms", (Line(0, {"delay_ms": 115, "jitter_ms": 50}),)),
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
    "P17": Profile(
        "processor throttled to a quarter, from 2 s on",
        (Act(2, "throttle"), Act(42, "release")),
        {"": (8, 42)},
        yardstick=False,
    ),
    # P15 (another interface) and P16 (UDP blocked in mid-call) belong to the paths: tests/netlab.
    "P18": Profile(
        "server killed for 20 s",
        (Act(2, "kill_server"), Act(22, "start_server")),
        {"": (2, 24)},
        yardstick=False,
    ),
    "P18r": Profile(
        "way between the two dead for 10 s, server fine",
        (Act(2, "cut"), Act(12, "mend")),
        {"": (0, 12), "after": (20, 40)},
    ),
}

QUICK = ("P0", "P8-20", "T60back")
"""The short form, which the tests play (tests/netlab/test_bench_call.py), T60 on the yardstick beside it."""

LONG_MINUTES = 30
LONG: dict[str, Callable[[int], Profile]] = {
    "long0": lambda minutes: _long(PROFILES["P0"], minutes),
    "long1": lambda minutes: _long(PROFILES["P1"], minutes),
    "long2": lambda minutes: _long(
        replace(
            PROFILES["P2"], steps=_spikes({"delay_ms": 30, "jitter_ms": 20, "loss_pm": 10}, 60, 60 * minutes)
        ),
        minutes,
    ),
    "long3": lambda minutes: _long(Profile("mute, cover, hide in turn", _in_turn(minutes)), minutes),
}
"""Calls in which nothing may be given up. Half a minute is listened to at the beginning and at the end."""


def _long(profile: Profile, minutes: int) -> Profile:
    ends = {"first": (8.0, 38.0), "last": (60.0 * minutes - 30, 60.0 * minutes)}
    what = f"{profile.what}, {minutes} minutes"
    return replace(profile, what=what, listen=ends, yardstick=False)


def _in_turn(minutes: int) -> tuple[Step, ...]:
    """Something else each minute, for most of it; the first and the last half minute are left alone."""
    turns: list[tuple[Deed, Deed]] = [("mute", "unmute"), ("cover", "uncover"), ("hide", "show")]
    steps: list[Step] = []
    for minute in range(minutes - 1):
        begin, end = turns[minute % len(turns)]
        steps += [Act(60 * minute + 40, begin), Act(60 * minute + 85, end)]
    return tuple(steps)


NAMES = re.compile(r"(?P<base>.+?)(?P<variant>up|down|turn)?")


def profile(name: str) -> Profile:
    """By name; P10up, P10down and P10turn are P10 one way alone and through a relay, long0-5 has 5 minutes.

    Raises KeyError for a name that nothing has.
    """
    if name in PROFILES:
        return PROFILES[name]
    parts = NAMES.fullmatch(name)
    if parts is None or not parts["variant"]:
        base, _, minutes = name.partition("-")
        if base not in LONG or not (minutes or str(LONG_MINUTES)).isdecimal():
            raise KeyError(name)
        return LONG[base](max(2, int(minutes or LONG_MINUTES)))
    base_profile = profile(parts["base"])
    match parts["variant"]:
        case "up" | "down" as way:
            return base_profile.one_way(way)
        case _:
            return base_profile.relayed()
