"""Numbers that browsers and those who reckon with browsers both need: `shared.json`, loaded once.

Not here: the ladder's (`ladder.json`), and reasons, which stand where a browser uses a number. What is
named here is read by `webclient/src/red.ts`, `cushion.ts` and `capacity.ts` as well.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Named integers, no others, never changed."""


class Question(Part, frozen=True, kw_only=True):
    """How wide the way is, is asked by a question longer than others (`capacity.ts`)."""

    extra_bytes: int
    """By which it is longer."""
    every_ms: int
    first_every_ms: int
    """While fewer than `kept` have been answered."""
    seldom_ms: int
    """At the thinnest rung that carries the call."""
    fresh_ms: int
    """What was found longer ago says nothing."""
    kept: int
    """Of so many the best counts."""


class Shared(Part, frozen=True, kw_only=True):
    """All of them."""

    copies_at: tuple[int, ...]
    """How many packets later each copy of speech comes: the first for one copy, the first two for two."""
    cushion_ms: int
    """How long speech waits at least where packets get lost, for the copies to come (`cushion.ts`)."""
    question: Question


SHARED: Final = msgspec.json.decode(files("signalling").joinpath("shared.json").read_bytes(), type=Shared)
