"""A history to be played: the four links between two people, and what happens to people and server meanwhile.

Not here: histories drawn at random (`profiles`), or what the ladders make of them (`call`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from signalling.simulate.line import FOREVER_MS, LOOK_MS, Phase

Name = Literal["ann", "ben"]
OPEN = (Phase(for_ms=FOREVER_MS, kbps=20_000),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a person and their machine are like just now."""

    muted: bool = False
    camera_on: bool = True
    lively: float = 1.0
    """The share of its rung's bitrate that the picture fills: a covered camera fills next to nothing."""
    hot: bool = False
    """The machine cannot encode what it should."""
    has_estimate: bool = True
    """Firefox has none."""
    looks_every_ms: int = LOOK_MS
    """A hidden tab may look less often."""


@dataclass(frozen=True, slots=True)
class Access:
    """One person's line, seen from them."""

    up: tuple[Phase, ...] = OPEN
    down: tuple[Phase, ...] = OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """At `at_ms` `who` is another `Person`, or has the server or not; `settle` is an ICE restart for both."""

    at_ms: int
    who: Name = "ann"
    person: Person | None = None
    settle: bool = False
    server: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    length_ms: int
    ann: Access = field(default_factory=Access)
    ben: Access = field(default_factory=Access)
    events: tuple[Event, ...] = ()
    culprit: Name | None = None
    """Whose access is the only one in trouble, if one is."""
