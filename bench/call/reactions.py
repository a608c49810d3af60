"""How soon the screens reacted in one call of Ringback's: told, fallen, on voice, back, at the telephone.

Pure: the log of the screens goes in. Times are milliseconds from when the line went bad, or was good again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bench.call.figures import Figures, Shown
from bench.call.profiles import Profile

RUNGS = ("hd", "sd", "low", "stills", "voice", "survival", "phone")
VIDEO = RUNGS[:3]
RIGHT = {"ann": "mine", "ben": "theirs"}
"""Line a is Ann's, and the only one that profiles impair."""


@dataclass(frozen=True, slots=True)
class Reactions:
    """One person's screen in one call; None is what never happened.

    `cut_off_ms` is until the screen no longer says `connected`. `reversals` counts changes of direction on
    the ladder. `verdict_pm` is how long each verdict stood while the line was bad, per mille of that time.
    """

    person: str
    told_ms: int | None
    fell_ms: int | None
    voice_ms: int | None
    cut_off_ms: int | None
    phone_ms: int | None
    back_ms: int | None
    hd_ms: int | None
    reversals: int
    rungs: tuple[str, ...]
    verdict_pm: dict[str, int]


def reactions(figures: Figures, profile: Profile, person: str) -> Reactions:
    """Read one screen's log."""
    log = [each for each in figures.shown if each.person == person]
    rungs = [each for each in log if each.what == "rung"]
    onset_ms = int(1000 * (profile.onset_s or 0))
    relief_ms = None if profile.relief_s is None else int(1000 * profile.relief_s)
    until_ms = int(1000 * profile.length_s) if relief_ms is None else relief_ms
    started = RUNGS.index(_at(rungs, onset_ms) or "hd")
    worse = [each for each in rungs if RUNGS.index(each.value) > started]
    return Reactions(
        person=person,
        told_ms=_first([each for each in log if each.what == "aria-live"], onset_ms),
        fell_ms=_first(worse, onset_ms),
        voice_ms=_first([each for each in rungs if each.value not in VIDEO], onset_ms),
        cut_off_ms=_first([e for e in log if e.what == "link" and e.value != "connected"], onset_ms),
        phone_ms=_first([e for e in log if (e.what, e.value) == ("phone", "offered")], onset_ms),
        back_ms=_back(rungs, VIDEO, relief_ms),
        hd_ms=_back(rungs, VIDEO[:1], relief_ms),
        reversals=_reversals([RUNGS.index(each.value) for each in rungs]),
        rungs=tuple(_words(each) for each in rungs),
        verdict_pm=_shares([each for each in log if each.what == "whose"], onset_ms, until_ms),
    )


def _first(changes: list[Shown], from_ms: int) -> int | None:
    return next((each.at_ms - from_ms for each in changes if each.at_ms > from_ms), None)


def _back(rungs: list[Shown], wanted: tuple[str, ...], relief_ms: int | None) -> int | None:
    """From the line's recovery to one of these rungs; 0 for who had not left them."""
    if relief_ms is None:
        return None
    if _at(rungs, relief_ms) in wanted:
        return 0
    return _first([each for each in rungs if each.value in wanted], relief_ms)


def _at(changes: list[Shown], at_ms: int) -> str | None:
    return next((each.value for each in reversed(changes) if each.at_ms <= at_ms), None)


def _reversals(places: list[int]) -> int:
    ways = [after > before for before, after in pairwise(places) if after != before]
    return sum(earlier != later for earlier, later in pairwise(ways))


def _words(shown: Shown) -> str:
    why = f" ({shown.reason})" if shown.reason not in ("", "start") else ""
    return f"{shown.at_ms / 1000:.1f} s {shown.value}{why}"


def _shares(verdicts: list[Shown], from_ms: int, until_ms: int) -> dict[str, int]:
    """How long each verdict stood between two moments, per mille."""
    span = until_ms - from_ms
    spent: dict[str, int] = {}
    edges = [*((max(each.at_ms, from_ms), each.value) for each in verdicts), (until_ms, "")]
    for (since, value), (end, _) in pairwise(edges):
        spent[value] = spent.get(value, 0) + max(0, min(end, until_ms) - since)
    return {value: round(1000 * each / span) for value, each in spent.items() if each > 0} if span > 0 else {}
