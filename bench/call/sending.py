"""What one side sent when its line went bad: how soon less video and more copies, and what failed tries cost.

Pure: the seconds of both pages go in. Not here: what the screens say (`reactions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from bench.call.figures import Figures, Shown
from bench.call.reactions import VIDEO
from bench.call.seconds import Second
from bench.call.steps import Profile

STILL_S = 2
"""So many looks on end show it: one alone may lie between two key frames."""
MORE_PM = 1250
"""Of what speech took: every further copy is at least a quarter more."""
AFTER_MS = 3000
"""So long the peer's ear is asked after a try has failed."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One person's sending; None is what never happened.

    `halved_ms` is until half the video of before is sent, `copied_ms` until a quarter more of sound. A failed
    try is video sent from a rung without any that did not last; `tries_pm` is by how much more the peer's
    audible concealment was from each one's begin to 3 s after its end than in the 3 s before.
    """

    person: str
    halved_ms: int | None
    copied_ms: int | None
    tries_pm: tuple[int, ...]


def sending(figures: Figures, profile: Profile, person: str) -> Sending:
    """Read one side's seconds, and its peer's for what was heard of it."""
    seconds = figures.seconds[person]
    peers = [each for name, each in figures.seconds.items() if name != person]
    onset_ms = figures.start_ms + int(1000 * (profile.onset_s or 0))
    rungs = [each for each in figures.shown if (each.person, each.what) == (person, "rung")]
    return Sending(
        person=person,
        halved_ms=_until(seconds, "video_kbps", onset_ms, below_pm=500),
        copied_ms=_until(seconds, "audio_kbps", onset_ms, above_pm=MORE_PM),
        tries_pm=tuple(
            _cost(peers[0], begin_ms, end_ms)
            for begin_ms, end_ms in _failed(seconds, rungs, figures.start_ms)
            if peers
        ),
    )


def _until(
    seconds: Sequence[Second], name: str, from_ms: int, *, below_pm: int = 0, above_pm: int = 10**9
) -> int | None:
    """From a moment until a rate has left a band around its median of before, for `STILL_S` looks on end."""
    rates = [each.as_dict()[name] for each in seconds]
    usual = median([rate for each, rate in zip(seconds, rates, strict=True) if each.at_ms <= from_ms] or [0])
    if not usual:
        return None
    out = [not below_pm * usual <= 1000 * rate <= above_pm * usual for rate in rates]
    for at, each in enumerate(seconds):
        if each.at_ms > from_ms and len(out[at : at + STILL_S]) == STILL_S == sum(out[at : at + STILL_S]):
            return each.at_ms - from_ms
    return None


def _failed(seconds: Sequence[Second], rungs: Sequence[Shown], start_ms: int) -> Iterator[tuple[int, int]]:
    """First and last moment of each run of video between two silences of the picture on the same rung."""
    seen = [(each.at_ms, _rung(rungs, each.at_ms - start_ms), each.video_kbps > 0) for each in seconds]
    runs = [list(run) for _, run in groupby(seen, key=lambda each: (each[1] in VIDEO, each[2]))]
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        below = not any(each[1] in VIDEO for each in (*before, *run, *after))
        if below and run[0][2]:
            yield before[-1][0], run[-1][0]


def _rung(rungs: Sequence[Shown], at_ms: int) -> str:
    return next((each.value for each in reversed(rungs) if each.at_ms <= at_ms), "hd")


def _cost(heard: Sequence[Second], begin_ms: int, end_ms: int) -> int:
    return _concealed(heard, begin_ms, end_ms + AFTER_MS) - _concealed(heard, begin_ms - AFTER_MS, begin_ms)


def _concealed(heard: Sequence[Second], from_ms: int, until_ms: int) -> int:
    shares = [each.concealed_pm for each in heard if from_ms < each.at_ms <= until_ms]
    return round(sum(shares) / len(shares)) if shares else 0
