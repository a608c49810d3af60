"""The shape of what `ringback doctor` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `note` may stay as it is, `wrong` should not. No advice: nothing to do."""

    about: str
    state: Literal["ok", "note", "wrong"]
    found: str
    advice: str = ""

    @classmethod
    def ok(cls, about: str, found: str) -> Finding:
        return cls(about, "ok", found)

    @classmethod
    def note(cls, about: str, found: str, advice: str) -> Finding:
        return cls(about, "note", found, advice)

    @classmethod
    def wrong(cls, about: str, found: str, advice: str) -> Finding:
        return cls(about, "wrong", found, advice)
