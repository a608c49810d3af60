"""How soon the screens reacted in one call of Ringback's: told, warned, fallen, back, at the telephone.

Pure: the log of the screens goes in. Times are milliseconds from when the line went bad, or was good again.
Not here: what was sent meanwhile (`sending.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.call.figures import Figures, Shown
from bench.call.steps import Profile

RUNGS = ("hd", "sd", "low", "stills", "voice", "survival", "phone")
VIDEO = RUNGS[:3]
VOICE = RUNGS[4:]
RIGHT = {"ann": "mine", "ben": "theirs"}
"""Line a is Ann's, and the only one that profiles impair."""
WARNINGS = (
    "We may pause video",
    "Video may become a still picture",
    "The picture may get smaller",
    "If it goes on, you and",
)
"""What tells a warning from what else is said (webclient/src/words.ts)."""


@dataclass(frozen=True, slots=True)
class Reactions:
    """One person's screen in one call; None is what never happened.

    `told_ms` is until anything at all is said, `warned_ms` until a fall is announced, `ahead_ms` by how much
    the next fall, the peer's or the own, came after that. `fell_ms` is the first rung down, to whichever;
    `voice_ms` the first that has neither video nor stills. `cut_off_ms` is until the screen no longer says
    `connected`. `reversals` counts changes of direction on the ladder. `verdict_pm` is how long each side was
    named, per mille of the time in which the screen gave a verdict, as the model's judge counts
    (`signalling.simulate.judge`); `silent_pm` is how long it gave none, per mille of the time in which the
    line was bad. `rung_ms` is the time on each rung.
    """

    person: str
    told_ms: int | None
    warned_ms: int | None
    ahead_ms: int | None
    fell_ms: int | None
    voice_ms: int | None
    cut_off_ms: int | None
    phone_ms: int | None
    back_ms: int | None
    hd_ms: int | None
    reversals: int
    rungs: tuple[str, ...]
    falls: tuple[str, ...]
    """The reason of each."""
    warnings: int
    prompts: int
    verdict_pm: dict[str, int]
    silent_pm: int
    rung_ms: dict[str, int]


def reactions(figures: Figures, profile: Profile, person: str) -> Reactions:
    """Read one screen's log."""
    log = [each for each in figures.shown if each.person == person]
    rungs, words, sides = (
        [each for each in log if each.what == what] for what in ("rung", "aria-live", "whose")
    )
    offers = [each for each in log if (each.what, each.value) == ("phone", "offered")]
    warnings = [each for each in words if any(warning in each.value for warning in WARNINGS)]
    onset_ms, end_ms = int(1000 * (profile.onset_s or 0)), int(1000 * profile.length_s)
    relief_ms = None if profile.relief_s is None else int(1000 * profile.relief_s)
    started = RUNGS.index(_at(rungs, onset_ms) or "hd")
    worse = [each for each in rungs if RUNGS.index(each.value) > started]
    verdicts = _spent(sides, onset_ms, end_ms)
    return Reactions(
        person=person,
        told_ms=_first(words, onset_ms),
        warned_ms=_first(warnings, onset_ms),
        ahead_ms=_ahead(warnings, figures.shown, onset_ms),
        fell_ms=_first(worse, onset_ms),
        voice_ms=_first([each for each in rungs if each.value in VOICE], onset_ms),
        cut_off_ms=_first([e for e in log if e.what == "link" and e.value != "connected"], onset_ms),
        phone_ms=_first(offers, onset_ms),
        back_ms=_back(rungs, VIDEO, relief_ms),
        hd_ms=_back(rungs, VIDEO[:1], relief_ms),
        reversals=_reversals([RUNGS.index(each.value) for each in rungs]),
        rungs=tuple(_words(each) for each in rungs),
        falls=tuple(now.reason for was, now in pairwise(rungs) if _fallen(was, now)),
        warnings=len(warnings),
        prompts=len(offers),
        verdict_pm=_shares({side: ms for side, ms in verdicts.items() if side != "none"}),
        silent_pm=_shares(_spent(sides, onset_ms, relief_ms or end_ms)).get("none", 0),
        rung_ms=_spent(rungs, 0, end_ms),
    )


def step_down(figures: Figures, person: str, from_ms: int, until_ms: int) -> tuple[int | None, str]:
    """From a moment until the first rung below that moment's, before another; and the rung at the other."""
    rungs = [each for each in figures.shown if (each.person, each.what) == (person, "rung")]
    held = RUNGS.index(_at(rungs, from_ms) or "hd")
    worse = [each for each in rungs if each.at_ms < until_ms and RUNGS.index(each.value) > held]
    return _first(worse, from_ms), _at(rungs, until_ms) or "hd"


def _first(changes: Sequence[Shown], from_ms: int) -> int | None:
    return next((each.at_ms - from_ms for each in changes if each.at_ms > from_ms), None)


def _ahead(warnings: Sequence[Shown], shown: Sequence[Shown], from_ms: int) -> int | None:
    """From the first warning to the next fall, of either's: both screens warn of both."""
    warned_ms = next((each.at_ms for each in warnings if each.at_ms > from_ms), None)
    if warned_ms is None:
        return None
    sides = [
        [each for each in shown if (each.person, each.what) == (person, "rung")]
        for person in {each.person for each in shown}
    ]
    falls = [now for rungs in sides for was, now in pairwise(rungs) if _fallen(was, now)]
    return _first(sorted(falls, key=lambda each: each.at_ms), warned_ms)


def _fallen(was: Shown, now: Shown) -> bool:
    return RUNGS.index(now.value) > RUNGS.index(was.value)


def _back(rungs: Sequence[Shown], wanted: tuple[str, ...], relief_ms: int | None) -> int | None:
    """From the line's recovery to one of these rungs; 0 for who had not left them."""
    if relief_ms is None:
        return None
    if _at(rungs, relief_ms) in wanted:
        return 0
    return _first([each for each in rungs if each.value in wanted], relief_ms)


def _at(changes: Sequence[Shown], at_ms: int) -> str | None:
    return next((each.value for each in reversed(changes) if each.at_ms <= at_ms), None)


def _reversals(places: list[int]) -> int:
    ways = [after > before for before, after in pairwise(places) if after != before]
    return sum(earlier != later for earlier, later in pairwise(ways))


def _words(shown: Shown) -> str:
    why = f" ({shown.reason})" if shown.reason not in ("", "start") else ""
    return f"{shown.at_ms / 1000:.1f} s {shown.value}{why}"


def _spent(changes: Sequence[Shown], from_ms: int, until_ms: int) -> dict[str, int]:
    """How long each value stood between two moments."""
    spent: dict[str, int] = {}
    edges = [*((max(each.at_ms, from_ms), each.value) for each in changes), (until_ms, "")]
    for (since, value), (end, _) in pairwise(edges):
        spent[value] = spent.get(value, 0) + max(0, min(end, until_ms) - since)
    return {value: each for value, each in spent.items() if each > 0}


def _shares(spent: dict[str, int]) -> dict[str, int]:
    whole = sum(spent.values())
    return {value: round(1000 * each / whole) for value, each in spent.items()}
