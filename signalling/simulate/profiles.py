"""Random histories of lines, one maker a profile: the names are those of the design's list (P0 to P18).

Not here: what a line does with packets (`line`). Rates, moments, and whose access is in trouble are
drawn; what makes the profile what it is stays. Two in five browsers have no estimate of the line, as
Firefox has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, repeat
from random import Random
from typing import Final

from signalling.simulate.line import FOREVER_MS, Phase
from signalling.simulate.scene import Access, Event, Name, Person, Scene

Maker = Callable[[Random, int], Scene]
MINUTE_MS: Final = 60_000
NO_ESTIMATE_SHARE: Final = 0.4
DIRECTIONS: Final = ("up", "down", "both")


def drawn(name: str, seed: int, minutes: int = 30) -> Scene:
    """The history of that profile and seed. Raises `KeyError` for an unknown name."""
    random = Random(f"{name} {seed}")
    scene = PROFILES[name](random, minutes * MINUTE_MS)
    firefox = Person(has_estimate=False)
    events = [*scene.events]
    for who in ("ann", "ben"):
        if random.random() < NO_ESTIMATE_SHARE:
            events = [
                replace(each, person=replace(each.person, has_estimate=False))
                if each.who == who and each.person
                else each
                for each in events
            ]
            events.append(Event(at_ms=0, who=who, person=firefox))
    return replace(scene, events=tuple(sorted(events, key=lambda event: event.at_ms)))


def wide(random: Random) -> Phase:
    """A line with room for everything: 2.5 to 100 Mbit/s."""
    kbps = int(2500 * 40 ** random.random())
    return Phase(for_ms=FOREVER_MS, kbps=kbps, delay_ms=random.randint(5, 20), jitter_ms=2)


def one(phase: Phase) -> Access:
    return Access((phase,), (phase,))


def beside(random: Random, length_ms: int, phases: tuple[Phase, ...], directions: str = "") -> Scene:
    """Ann's access goes through the phases, up, down or both ways; Ben's is wide."""
    good = wide(random)
    direction = directions or random.choice(DIRECTIONS)
    up = phases if direction in ("up", "both") else (good,)
    down = phases if direction in ("down", "both") else (good,)
    return Scene(length_ms=length_ms, ann=Access(up, down), ben=one(wide(random)), culprit="ann")


def clean(random: Random, length_ms: int) -> Scene:
    return Scene(length_ms=length_ms, ann=one(wide(random)), ben=one(wide(random)))


def good(random: Random, length_ms: int) -> Scene:
    """20 +- 5 ms, 0.2 % on both accesses together."""
    line = [replace(wide(random), delay_ms=10, jitter_ms=5, loss_pm=1) for _ in range(2)]
    return Scene(length_ms=length_ms, ann=one(line[0]), ben=one(line[1]))


def wifi(random: Random, length_ms: int) -> Scene:
    """30 +- 20 ms and 1 %, of one access or shared by both, and a stall of 300 ms a minute of one of them.

    Stalls lie 50 s apart at least: two within 3 s break as much speech as the ladder goes to voice for.
    """
    if random.random() < 0.5:
        return Scene(length_ms=length_ms, ann=_home(random, length_ms, 10), ben=one(wide(random)))
    ben = replace(wide(random), delay_ms=15, jitter_ms=10, loss_pm=5)
    return Scene(length_ms=length_ms, ann=_home(random, length_ms, 5), ben=one(ben))


def _home(random: Random, length_ms: int, loss_pm: int) -> Access:
    line = replace(wide(random), delay_ms=15, jitter_ms=2 * loss_pm, loss_pm=loss_pm)
    phases: list[Phase] = []
    for _ in range(0, length_ms, MINUTE_MS):
        before = 100 * random.randrange(250, 350)
        stall = replace(line, for_ms=300, stalled=True)
        phases += [replace(line, for_ms=before), stall, replace(line, for_ms=59_700 - before)]
    return Access(tuple(phases), tuple(phases))


def quiet(random: Random, length_ms: int) -> Scene:
    """Minutes of mute, a covered camera, a camera that is off, a hidden tab, and of nothing of the kind."""
    habits = (
        Person(muted=True),
        Person(lively=0.03),
        Person(camera_on=False),
        Person(looks_every_ms=1000),
        Person(muted=True, camera_on=False, looks_every_ms=1000),
        Person(),
        Person(lively=0.4),
    )
    events = [
        Event(at_ms=at_ms + random.randrange(5000), who=who, person=random.choice(habits))
        for at_ms in range(0, length_ms, MINUTE_MS)
        for who in ("ann", "ben")
    ]
    base = random.choice((clean, good, wifi))(random, length_ms)
    return replace(base, events=tuple(events))


def contention(random: Random, length_ms: int) -> Scene:
    """Wi-Fi with neighbours: 2 % in bursts of 2."""
    return beside(random, length_ms, (replace(wide(random), loss_pm=20, burst=2, jitter_ms=15),), "both")


def far(random: Random, length_ms: int) -> Scene:
    """100 +- 25 ms, 5 %."""
    return beside(random, length_ms, (replace(wide(random), delay_ms=50, jitter_ms=25, loss_pm=50),))


def losing(burst: float, *losses: int) -> Maker:
    def make(random: Random, length_ms: int) -> Scene:
        """Good for a while, then losing, and again."""
        line = wide(random)

        def phases() -> Iterator[Phase]:
            for _ in range(0, length_ms, 2 * MINUTE_MS):
                yield replace(line, for_ms=_around(random, MINUTE_MS))
                loss = random.choice(losses)
                yield replace(line, for_ms=_around(random, MINUTE_MS), loss_pm=loss, burst=burst)

        return beside(random, length_ms, tuple(phases()))

    return make


def rates(for_ms: int, *kbps: int) -> Maker:
    def make(random: Random, length_ms: int) -> Scene:
        """These rates in turn, for so long each."""
        queue_ms = random.choice((100, 300, 600))
        steps = [Phase(for_ms=for_ms, kbps=each, queue_ms=queue_ms) for each in kbps]
        rounds = length_ms // (for_ms * len(kbps)) + 1
        return beside(random, length_ms, tuple(chain.from_iterable(repeat(steps, rounds))))

    return make


def variable(random: Random, length_ms: int) -> Scene:
    """RFC 8867, section 5.1, over and over: 1 Mbit/s for 40 s, 2.5, 0.6 and 1 for 20 s each."""
    cycle = [
        Phase(for_ms=for_ms, kbps=kbps)
        for for_ms, kbps in ((40_000, 1000), (20_000, 2500), (20_000, 600), (20_000, 1000))
    ]
    return beside(random, length_ms, tuple(cycle * (length_ms // 100_000 + 1)))


def bloat(random: Random, length_ms: int) -> Scene:
    """1 Mbit/s with a queue of 2 s, and somebody's download now and then."""
    line = Phase(for_ms=MINUTE_MS, kbps=1000, queue_ms=2000)
    phases = [
        phase
        for _ in range(0, length_ms, 2 * MINUTE_MS)
        for phase in (
            replace(line, for_ms=_around(random, MINUTE_MS)),
            replace(line, for_ms=_around(random, MINUTE_MS), download=True),
        )
    ]
    return beside(random, length_ms, tuple(phases))


def outages(random: Random, length_ms: int) -> Scene:
    """0.5, 1, 2, 5 or 15 s of nothing, about once a minute."""
    line = wide(random)
    phases = [
        phase
        for _ in range(0, length_ms, MINUTE_MS)
        for phase in (
            replace(line, for_ms=_around(random, MINUTE_MS)),
            replace(line, for_ms=random.choice((500, 1000, 2000, 5000, 15_000)), kbps=0),
        )
    ]
    return beside(random, length_ms, (*phases, line), "both")


def moved(random: Random, length_ms: int) -> Scene:
    """Another interface every few minutes: 1 to 4 s of nothing, an ICE restart, another line."""
    phases, events, at_ms = [], [], 0
    while at_ms < length_ms:
        line, gap = wide(random), 100 * random.randint(10, 40)
        stays = _around(random, 3 * MINUTE_MS)
        delay_ms, loss_pm = random.choice(((10, 0), (35, 2), (60, 5)))
        phases += [
            replace(line, for_ms=stays, delay_ms=delay_ms, loss_pm=loss_pm),
            replace(line, for_ms=gap, kbps=0),
        ]
        at_ms += stays + gap
        events.append(Event(at_ms=at_ms, settle=True))
    scene = beside(random, length_ms, tuple(phases), "both")
    return replace(scene, events=tuple(events))


def blocked(random: Random, length_ms: int) -> Scene:
    """UDP is blocked in mid-call; 3 to 6 s later the call goes on over TLS: no loss, but late in fits."""
    line, before = wide(random), _around(random, 5 * MINUTE_MS)
    gap = 100 * random.randint(30, 60)
    over_tls = replace(line, for_ms=FOREVER_MS, jitter_ms=30, queue_ms=1000)
    phases = (replace(line, for_ms=before), replace(line, for_ms=gap, kbps=0), over_tls)
    events = (Event(at_ms=before + gap, settle=True),)
    return replace(beside(random, length_ms, phases, "both"), events=events)


def hot(random: Random, length_ms: int) -> Scene:
    """A machine that cannot encode what it should, for a minute every other minute."""
    events = [
        Event(at_ms=at_ms + 1000 * random.randrange(30), person=Person(hot=at_ms // MINUTE_MS % 2 == 1))
        for at_ms in range(0, length_ms, MINUTE_MS)
    ]
    return replace(clean(random, length_ms), events=tuple(events))


def serverless(random: Random, length_ms: int) -> Scene:
    """The server is away for a minute or two at a time, from one of them or from both."""
    events = []
    for at_ms in range(MINUTE_MS, length_ms, 5 * MINUTE_MS):
        away: tuple[Name, ...] = random.choice((("ann",), ("ben",), ("ann", "ben")))
        back = at_ms + random.randint(20_000, 120_000)
        events += [Event(at_ms=at_ms, who=who, server=False) for who in away]
        events += [Event(at_ms=back, who=who, server=True) for who in away]
    base = random.choice((clean, good))(random, length_ms)
    return replace(base, events=tuple(events))


def _around(random: Random, ms: int) -> int:
    """Half to one and a half times as long, in tenths of a second."""
    return int(ms * (0.5 + random.random())) // 100 * 100


PROFILES: Final[dict[str, Maker]] = {
    "P0 clean": clean,
    "P1 good": good,
    "P2 wifi": wifi,
    "P3 quiet": quiet,
    "P4 contention": contention,
    "P5 far": far,
    "P8 loss": losing(1, 100, 200, 300, 500),
    "P9 bursts": losing(3, 100, 200, 300),
    "P10 steps": rates(30_000, 2000, 500, 150, 60, 25, 2000),
    "P11 variable": variable,
    "P12 square": rates(20_000, 3000, 300),
    "P13 bloat": bloat,
    "P14 outages": outages,
    "P15 moved": moved,
    "P16 blocked": blocked,
    "P17 hot": hot,
    "P18 serverless": serverless,
}
EVERYDAY: Final = ("P0 clean", "P1 good", "P2 wifi", "P3 quiet")
"""Lines on which no fall and no prompt is right."""
