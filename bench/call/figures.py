"""What a played call comes to in figures: what each heard in which stretch, and what each screen showed.

Pure but for the scoring's waiting; nothing is printed here (`table.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from bench.call.play import PageName, Played
from bench.call.seconds import Second, grown, second
from bench.call.steps import Line, Step, Window
from bench.figures import p95
from tests.netlab.lab import TALKERS, Participant
from tests.netlab.score import Verdict, judge
from tests.netlab.speech import spoken

PIECE_S = 30.0
"""Longer stretches are scored in pieces: aligning takes memory."""

TOLD = ("data-rung", "data-whose", "data-phone", "data-link", "data-server", "aria-live")


@dataclass(frozen=True, slots=True)
class Heard:
    """What one listener got of one stretch.

    Shares per mille. `sent_` is what the talker's page sent, `wire_` all IP packets of the talker's host;
    delays are from mouth to ear (None where the talker was silent).
    """

    listener: str
    stretch: str
    stoi: float
    longest_gap_ms: int
    silent_ms: int
    concealed_pm: int
    buffer_ms: int
    wander_ms: int
    delay_ms: int | None
    delay_p95_ms: int | None
    inserted_pm: int
    removed_pm: int
    fps: int
    frozen_ms: int
    sent_audio_kbps: int
    sent_video_kbps: int
    wire_kbps: int
    rtt_ms: int
    again_ms: int | None = None
    """From an outage's end to the first sound; None where there was no outage, or no sound in the stretch."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A change on one person's screen, `at_ms` from the profile's second 0; `reason` for rungs."""

    at_ms: int
    person: str
    what: str
    value: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything measured of one call."""

    name: str
    page: PageName
    heard: tuple[Heard, ...]
    shown: tuple[Shown, ...]
    seconds: Mapping[str, tuple[Second, ...]]
    start_ms: int
    busy_pm: int
    conditions: str
    floor: float = 0.0
    """What Ann heard, scored against her own voice: unrelated speech on the same line."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def figures(name: str, page: PageName, played: Played) -> Figures:
    """Score a call that is over."""
    heard = [
        await _heard(played, side, stretch, window)
        for stretch, window in played.profile.listen.items()
        for side in (0, 1)
    ]
    end_ms = int(1000 * played.profile.length_s)
    shown = [s for person in played.people for s in _shown(person, played.start_ms) if s.at_ms <= end_ms]
    return Figures(
        name=name,
        page=page,
        heard=tuple(heard),
        shown=tuple(sorted(shown, key=lambda each: each.at_ms)),
        seconds={TALKERS[p.name]: _seconds(played, side) for side, p in enumerate(played.people)},
        start_ms=played.start_ms,
        busy_pm=played.busy_pm,
        conditions=played.conditions,
        floor=await _floor(played),
    )


async def _floor(played: Played) -> float:
    listener = played.people[0]
    start_ms, end_ms = (played.at_ms(each) for each in next(iter(played.profile.listen.values())))
    heard = listener.hearing.between(*_pieces(start_ms, end_ms)[0])
    return round((await asyncio.to_thread(judge, spoken(TALKERS[listener.name]), heard)).stoi, 4)


async def _heard(played: Played, side: int, stretch: str, window: Window) -> Heard:
    listener, talker = played.people[side], played.people[1 - side]
    start_ms, end_ms = (played.at_ms(each) for each in window)
    verdicts = [await listener.judge(*piece, talker=talker) for piece in _pieces(start_ms, end_ms)]
    delays = [each for verdict in verdicts for each in verdict.delays_ms]
    ears, mouth = (_stretch(played, each, start_ms, end_ms) for each in (side, 1 - side))
    return Heard(
        listener=TALKERS[listener.name],
        stretch=stretch,
        stoi=round(_mean_stoi(verdicts), 4),
        longest_gap_ms=max(verdict.longest_gap_ms for verdict in verdicts),
        silent_ms=sum(sum(verdict.gaps_ms) for verdict in verdicts),
        concealed_pm=ears.concealed_pm,
        buffer_ms=ears.buffer_ms,
        wander_ms=max(verdict.wander_ms for verdict in verdicts),
        delay_ms=int(np.median(delays)) if delays else None,
        delay_p95_ms=int(p95(delays)) if delays else None,
        inserted_pm=ears.inserted_pm,
        removed_pm=ears.removed_pm,
        fps=ears.fps,
        frozen_ms=ears.frozen_ms,
        sent_audio_kbps=mouth.audio_kbps,
        sent_video_kbps=mouth.video_kbps,
        wire_kbps=mouth.wire_kbps,
        rtt_ms=int(
            median([s.rtt_ms for s in _seconds(played, side) if start_ms <= s.at_ms <= end_ms] or [0])
        ),
        again_ms=_again(played, listener, end_ms),
    )


def _again(played: Played, listener: Participant, end_ms: int) -> int | None:
    relief_s = played.profile.relief_s
    if relief_s is None or not any(map(_darkens, played.profile.steps)):
        return None
    light_ms = played.at_ms(relief_s)
    sounds = listener.hearing.sounds(light_ms, end_ms)
    return sounds[0][0] - light_ms if sounds else None


def _darkens(step: Step) -> bool:
    return bool(step.both.get("blackout")) if isinstance(step, Line) else step.deed == "cut"


def _mean_stoi(verdicts: list[Verdict]) -> float:
    whole = sum(verdict.heard_ms for verdict in verdicts)
    return sum(verdict.stoi * verdict.heard_ms for verdict in verdicts) / whole


def _pieces(start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """Equal pieces of at most `PIECE_S`."""
    count = max(1, -int(-(end_ms - start_ms) // (1000 * PIECE_S)))
    edges = [start_ms + (end_ms - start_ms) * n // count for n in range(count + 1)]
    return list(pairwise(edges))


def _seconds(played: Played, side: int) -> tuple[Second, ...]:
    return tuple(second(before[side], after[side]) for before, after in pairwise(played.totals))


def _stretch(played: Played, side: int, start_ms: int, end_ms: int) -> Second:
    """All that grew between the totals nearest to the two ends: a counter that is taken away starts anew."""
    of_side = [each[side] for each in played.totals]
    first, last = (
        min(range(len(of_side)), key=lambda at: abs(of_side[at]["at_ms"] - moment_ms))
        for moment_ms in (start_ms, end_ms)
    )
    return second(dict.fromkeys(of_side[first], 0.0), grown(of_side[first : last + 1]))


def _shown(person: Participant, start_ms: int) -> list[Shown]:
    """What the screen showed when the profile began, and every change from then on."""
    who, log = TALKERS[person.name], person.watch.changes
    before = {c.name: c.value for c in log if c.at_ms < start_ms and c.name in TOLD}
    changes = [(0, name, value) for name, value in before.items() if name != "aria-live"]
    changes += [(c.at_ms - start_ms, c.name, c.value) for c in log if c.at_ms >= start_ms and c.name in TOLD]
    return [
        Shown(at_ms, who, name.removeprefix("data-"), value or "", _reason(person, name, start_ms + at_ms))
        for at_ms, name, value in changes
    ]


def _reason(person: Participant, name: str, at_ms: int) -> str:
    """Why the rung is what it is; the page sets both in one go."""
    if name != "data-rung":
        return ""
    known = [c.value for c in person.watch.changes if c.name == "data-reason" and c.at_ms <= at_ms + 5]
    return known[-1] or "" if known else ""
