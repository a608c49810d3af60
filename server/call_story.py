"""How a call went, from who was there, on which rung, and when a telephone was used; told in one calm line.

Not here: whose line it was. The story is about the two together and blames nobody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from server.call_health import health
from server.db.records import CallFacts, PhoneStep, RungStep, Stay
from signalling.protocol import Role, Rung

Line = Literal["smooth", "low", "voice"]

Span = tuple[datetime, datetime]

WITHOUT_PICTURE: Final[frozenset[Rung]] = frozenset({"voice", "survival", "phone"})
"""Rungs on which only speech is sent."""
THIN: Final[frozenset[Rung]] = frozenset({"low", "stills"})

WORTH_A_WORD: Final = timedelta(seconds=10)
"""Speech lost for less, in a whole session, is forgotten by the time it is told."""

_NOTHING = timedelta()


@dataclass(frozen=True)
class Story:
    """Times are together: while both were there. `line` is the thinnest the thread between them got."""

    together: timedelta
    voice: timedelta
    """Of it, without one of the pictures."""
    phone: timedelta
    """On the telephone beside the room, whether or not both were in the room."""
    lost: timedelta
    """Of it, while speech did not get through, as the browsers recorded it."""
    line: Line


def story(facts: CallFacts) -> Story:
    """The story of a session that has ended."""
    session = facts.session
    end = session.ended or session.left or session.starts
    together = overlap(stays_of(facts.stays, "mentor", end), stays_of(facts.stays, "mentee", end))
    phone = on_the_phone(facts.phone, end)
    voice = _both_sides(facts.rungs, WITHOUT_PICTURE, end)
    thin = _both_sides(facts.rungs, THIN, end)
    spoken = without(overlap(together, voice), phone)
    return Story(
        together=length(together),
        voice=length(spoken),
        phone=length(phone),
        lost=min(timedelta(seconds=health(facts.minutes).lost_s), length(together)),
        line="voice" if spoken or phone else "low" if overlap(together, thin) else "smooth",
    )


def told(story: Story) -> str:
    """The story in a sentence or two."""
    words = [f"You were in the room together for {minutes(story.together)}"]
    if story.voice >= story.together - timedelta(seconds=30) and story.voice:
        words.append(", on voice only")
    elif minutes(story.voice) != minutes(_NOTHING):
        words.append(f", {minutes(story.voice)} of it on voice only")
    words.append(".")
    if story.phone >= timedelta(seconds=30):
        words.append(f" For {minutes(story.phone)} you talked by telephone.")
    if story.lost >= WORTH_A_WORD:
        words.append(f" For {roughly(story.lost)} in all the line let no speech through.")
    return "".join(words)


def minutes(span: timedelta) -> str:
    """Rounded to whole minutes, in words."""
    count = round(span.total_seconds() / 60)
    if count < 1:
        return "less than a minute"
    return "1 minute" if count == 1 else f"{count} minutes"


def roughly(span: timedelta) -> str:
    """Less than a minute and a half in tens of seconds, longer in minutes."""
    tens = round(span.total_seconds() / 10) * 10
    return minutes(span) if tens >= 90 else f"{tens} seconds"


def stays_of(stays: Iterable[Stay], role: Role, end: datetime) -> list[Span]:
    return union((stay.joined, min(stay.left or end, end)) for stay in stays if stay.role == role)


def on_the_phone(steps: Sequence[PhoneStep], end: datetime) -> list[Span]:
    """While the prompt said "We're on the phone"."""
    nexts = [step.at for step in steps[1:]] + [end]
    return union(
        (step.at, until) for step, until in zip(steps, nexts, strict=False) if step.state == "active"
    )


def on_rungs(steps: Sequence[RungStep], rungs: frozenset[Rung], end: datetime) -> list[Span]:
    """While one side sent on one of these rungs; `steps` are that side's."""
    nexts = [step.at for step in steps[1:]] + [end]
    return union((step.at, until) for step, until in zip(steps, nexts, strict=False) if step.rung in rungs)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans in order that do not touch; empty ones are left out."""
    merged: list[Span] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def overlap(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The time that is in both, found in one pass: who joins and leaves all day makes thousands of spans."""
    left, right = deque(union(some)), deque(union(others))
    shared: list[Span] = []
    while left and right:
        shared.append((max(left[0][0], right[0][0]), min(left[0][1], right[0][1])))
        (left if left[0][1] < right[0][1] else right).popleft()
    return union(shared)


def without(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """The time that is in `spans` and in no hole."""
    kept, gone = union(spans), union(holes)
    if not kept:
        return []
    begins = [kept[0][0], *(end for _, end in gone)]
    ends = [*(begin for begin, _ in gone), kept[-1][1]]
    return overlap(kept, list(zip(begins, ends, strict=True)))


def length(spans: Iterable[Span]) -> timedelta:
    return sum((end - begin for begin, end in spans), _NOTHING)


def _both_sides(steps: Sequence[RungStep], rungs: frozenset[Rung], end: datetime) -> list[Span]:
    """While at least one side sent on one of these rungs."""
    sides: tuple[Role, Role] = ("mentor", "mentee")
    found: list[Span] = []
    for role in sides:
        found += on_rungs([step for step in steps if step.role == role], rungs, end)
    return union(found)
