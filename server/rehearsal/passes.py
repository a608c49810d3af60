"""The pass that lets one browser into one rehearsal: sealed, for less than half an hour, stored nowhere.

Not here: who gets one (`rehearsals`).
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Final

import msgspec

from server.seal import Sealer, UnsealError

PLACE: Final = "rehearsal|pass|{}"
MAX_CHARACTERS: Final = 1024


class Pass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` is what the partner calls whoever practises; `until` is epoch seconds."""

    rehearsal: str
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    until: int
    address: str
    """What it is counted under."""
    back: str = ""
    """Where whoever practises came from: a path of ours, or none."""


class Passes:
    """Issues and opens them."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def write(self, granted: Pass) -> str:
        """As a cookie's value."""
        sealed = self._sealer.seal(msgspec.json.encode(granted), PLACE.format(granted.rehearsal))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def read(self, text: str, rehearsal: str, now: datetime) -> Pass | None:
        """None for what is no pass, another rehearsal's, or past its time."""
        if not 0 < len(text) <= MAX_CHARACTERS:
            return None
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            found = msgspec.json.decode(self._sealer.open(sealed, PLACE.format(rehearsal)), type=Pass)
        except (binascii.Error, UnsealError, UnicodeError, ValueError):
            return None
        return found if now.timestamp() < found.until else None
