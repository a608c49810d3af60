"""What the ladder did, as tables: how soon it went down, how it came back, and what it blamed.

Medians and 95th percentiles over both screens and all repeats. Not here: what was heard (`markdown.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from bench.call.cells import header, pair, row, times
from bench.call.figures import Figures
from bench.call.profiles import profile
from bench.call.reactions import RIGHT, RUNGS, Reactions, reactions, step_down
from bench.call.sending import Sending, sending

DOWN = (
    "profile", "told", "warned", "by which the fall came after", "first rung down", "voice only",
    "half the video", "more copies", "outage seen", "telephone",
)  # fmt: skip
BACK = (
    "profile", "video back", "hd back", "reversals", "failed tries, more concealed", "falls: line, machine",
    "warnings, prompts",
    "of the time in which a side was named: right, unclear, wrong", "none named while bad",
    "a call's rungs",
)  # fmt: skip
STAIRS = ("profile", "step down to", "first rung down", "rungs at its end")
STAYED = ("profile", *RUNGS)
LONG_S = 300
MACHINE = "cpu"


def did(found: Sequence[Figures]) -> list[str]:
    """The lines of the tables; none where no call was Ringback's."""
    calls: dict[str, list[Figures]] = {}
    for each in found:
        if each.page == "product":
            calls.setdefault(each.name, []).append(each)
    if not calls:
        return []
    screens = {name: [_both(each) for each in of] for name, of in calls.items()}
    both = {name: [side for call in of for side in call] for name, of in screens.items()}
    lines = ["", *header(DOWN), *(row(_down(name, sides)) for name, sides in both.items())]
    lines += ["", *header(BACK), *(row(_back(name, sides)) for name, sides in both.items())]
    if stairs := [cells for name, of in calls.items() for cells in _stairs(name, of)]:
        lines += ["", *header(STAIRS), *map(row, stairs)]
    if long := {name: sides for name, sides in both.items() if profile(name).length_s > LONG_S}:
        lines += ["", "Minutes on each rung, both screens of all calls.", "", *header(STAYED)]
        lines += [row([name, *_stayed(sides)]) for name, sides in long.items()]
    return lines


Side = tuple[Reactions, Sending]


def _both(call: Figures) -> list[Side]:
    played = profile(call.name)
    return [(reactions(call, played, person), sending(call, played, person)) for person in call.seconds]


def _down(name: str, sides: Sequence[Side]) -> list[str]:
    screens, sendings = [screen for screen, _ in sides], [sent for _, sent in sides]
    return [
        name,
        times([each.told_ms for each in screens]),
        times([each.warned_ms for each in screens]),
        times([each.ahead_ms for each in screens]),
        times([each.fell_ms for each in screens]),
        times([each.voice_ms for each in screens]),
        times([each.halved_ms for each in sendings]),
        times([each.copied_ms for each in sendings]),
        times([each.cut_off_ms for each in screens]),
        times([each.phone_ms for each in screens]),
    ]


def _back(name: str, sides: Sequence[Side]) -> list[str]:
    screens = [screen for screen, _ in sides]
    falls = [reason for each in screens for reason in each.falls]
    machine = falls.count(MACHINE)
    return [
        name,
        times([each.back_ms for each in screens]),
        times([each.hd_ms for each in screens]),
        str(max(each.reversals for each in screens)),
        tries([sent for _, sent in sides]),
        f"{len(falls) - machine}, {machine}",
        f"{sum(each.warnings for each in screens)}, {sum(each.prompts for each in screens)}",
        named(screens) if profile(name).mine else nobodys(screens),
        f"{median(each.silent_pm for each in screens) / 10:.0f} %",
        rungs_of(screens[:2]),
    ]


def named(screens: Sequence[Reactions]) -> str:
    """Of the time in which a screen gave a verdict: medians of right and unclear, the worst of wrong."""
    spoke = [each for each in screens if each.verdict_pm]
    if not spoke:
        return "none named"
    right = median(each.verdict_pm.get(RIGHT[each.person], 0) for each in spoke)
    unclear = median(each.verdict_pm.get("unclear", 0) for each in spoke)
    wrong = max(
        1000 - each.verdict_pm.get(RIGHT[each.person], 0) - each.verdict_pm.get("unclear", 0)
        for each in spoke
    )
    return f"{right / 10:.0f}, {unclear / 10:.0f}, {max(0, wrong) / 10:.0f} %"


def nobodys(screens: Sequence[Reactions]) -> str:
    """The same where no line is bad: nobody is right to name a side."""
    spoke = [each.verdict_pm.get("unclear", 0) for each in screens if each.verdict_pm]
    return f"nobody's: unclear {median(spoke) / 10:.0f} %, else wrong" if spoke else "none named"


def tries(sendings: Sequence[Sending]) -> str:
    """How many tries of the picture failed, and their cost in points of audible concealment."""
    costs = [cost / 10 for each in sendings for cost in each.tries_pm]
    return f"{len(costs)}: {pair(costs, 1)} points" if costs else "0"


def rungs_of(screens: Sequence[Reactions]) -> str:
    return "; ".join(f"{each.person}: {', '.join(each.rungs)}" for each in screens)


def _stairs(name: str, calls: Sequence[Figures]) -> Iterator[list[str]]:
    """Each width that a staircase narrows to, all steps to it together."""
    screens = [(call, person) for call in calls for person in call.seconds]
    steps: dict[int, list[tuple[int | None, str]]] = {}
    for kbps, (from_s, until_s) in profile(name).narrowings():
        span_ms = int(1000 * from_s), int(1000 * until_s)
        steps.setdefault(kbps, []).extend(step_down(*screen, *span_ms) for screen in screens)
    for kbps, results in steps.items():
        ends = Counter(rung for _, rung in results)
        held = ", ".join(f"{rung} {ends[rung]}" for rung in RUNGS if ends[rung])
        yield [name, f"{kbps} kbit/s", times([fell_ms for fell_ms, _ in results]), held]


def _stayed(sides: Sequence[Side]) -> list[str]:
    return [f"{sum(screen.rung_ms.get(rung, 0) for screen, _ in sides) / 60_000:.1f}" for rung in RUNGS]
