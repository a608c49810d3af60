"""One room's document inside the worker: decides on updates, and applies those that are good.

Not here: the process (`worker`), and what becomes of an update that is not good (`journal`).
An update is decided on by its structure, before pycrdt sees a byte of it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Final, Literal

from pycrdt import Decoder, Doc, Text

from server.documents.scan import ROOT, Id, MalformedError, Scan, scan

MAX_DOCUMENT_BYTES: Final = 1 << 20
"""Of the compacted document; the longest text a browser accepts stays below it."""

MAX_APPLY_MS: Final = 100
"""Of processor time for one update. Typing takes 1, a full frame of honest edits 10; structs forged to
conflict with all others took 1,400 here and 3 times that in yjs, where they would freeze a browser."""

Verdict = Literal["good", "missing", "full"]


class Replica:
    """Raises `MalformedError` when the snapshot is none of ours."""

    def __init__(self, snapshot: bytes = b"") -> None:
        self._doc: Doc[Text] = Doc()
        self._text = self._doc.get(ROOT.decode(), type=Text)
        self._clocks: dict[int, int] = {}
        """How many code units of each client are here, without a gap."""
        self._halves: set[Id] = set()
        self.size = 0
        """An upper bound of the compacted document's bytes."""
        self.spoilt = False
        """A refused update may be in it in part: it is of no further use."""
        if snapshot and self._take(snapshot, math.inf) != "good":
            raise MalformedError("a snapshot with gaps")

    def check(self, update: bytes) -> Verdict:
        """Apply a good update. `missing`: it leans on one that is not here yet, and was not applied.

        Raises `MalformedError`. Look at `spoilt` after that, and after `full`.
        """
        return self._take(update, MAX_APPLY_MS)

    def compacted(self) -> bytes:
        """The whole document as one update."""
        return self._doc.get_update()

    def text(self) -> str:
        return str(self._text)

    def _take(self, update: bytes, budget_ms: float) -> Verdict:
        found = scan(update)
        clocks = _clocks_after(self._clocks, found)
        if clocks is None:
            return "missing"
        cuts = set(_cuts(found, self._clocks))
        if not cuts.isdisjoint(self._halves) or not cuts.isdisjoint(found.halves):
            raise MalformedError("half a surrogate pair")
        self.spoilt = True
        self._apply(update, clocks, budget_ms)
        self._halves.update(found.halves)
        if not self._fits(len(update)):
            return "full"
        self.spoilt = False
        return "good"

    def _apply(self, update: bytes, clocks: dict[int, int], budget_ms: float) -> None:
        began = time.thread_time()
        try:
            self._doc.apply_update(update)
        except Exception as error:  # pycrdt raises whatever its core reports
            raise MalformedError("refused by pycrdt") from error
        if (time.thread_time() - began) * 1000 > budget_ms:
            raise MalformedError("takes too long to apply")
        if _clocks_of(self._doc) != clocks:
            raise MalformedError("structs that lean on each other")
        self._clocks = clocks

    def _fits(self, more: int) -> bool:
        self.size += more
        if self.size > MAX_DOCUMENT_BYTES:
            self.size = len(self.compacted())
        return self.size <= MAX_DOCUMENT_BYTES


def _clocks_after(clocks: dict[int, int], found: Scan) -> dict[int, int] | None:
    """The clocks once the update is in; None when something it leans on is not there."""
    after = dict(clocks)
    for run in found.runs:
        if run.start > after.get(run.client, 0):
            return None
        after[run.client] = max(after.get(run.client, 0), run.end)
    places = (*found.origins, *found.right_origins)
    if any(place.clock >= after.get(place.client, 0) for place in places):
        return None
    if any(run.end > after.get(run.client, 0) for run in found.deletes):
        return None
    return after


def _cuts(found: Scan, clocks: dict[int, int]) -> Iterator[Id]:
    """The units before which applying the update parts a string in two."""
    for origin in found.origins:
        yield Id(origin.client, origin.clock + 1)
    yield from found.right_origins
    for run in found.deletes:
        yield Id(run.client, run.start)
        yield Id(run.client, run.end)
    for run in found.runs:
        yield Id(run.client, clocks.get(run.client, 0))


def _clocks_of(doc: Doc[Text]) -> dict[int, int]:
    """The document's state vector: how many pairs, then client and clock of each."""
    vector = Decoder(doc.get_state())
    return {vector.read_var_uint(): vector.read_var_uint() for _ in range(vector.read_var_uint())}
