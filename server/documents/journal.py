"""Where one room's journal stands: which update is next, and what follows from the worker's verdict.

Not here: clocks, I/O, the database (`notestore`) or the worker (`child`); the supervisor performs the
effects. An update is durable before it comes here. It is relayed once it is judged good, in order; one
that leans on updates not here yet waits for them; a bad one is set aside.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from server.documents.notestore import Refused, refuse
from server.documents.wire import Judged
from signalling.protocol import Role

MAX_BACKLOG_ROWS: Final = 256
MAX_BACKLOG_BYTES: Final = 1 << 20
"""Not yet judged; reached when the worker is away for long. More is refused for the moment."""
MAX_WAITING: Final = 64
"""Updates that lean on others not here yet. A browser sends its own in order; one may have to come again."""
MAX_REMEMBERED: Final = 256
"""Updates set aside of which the sender can still be told again."""
COMPACT_ROWS: Final = 100
COMPACT_BYTES: Final = 256 << 10
GUILTY_DEATHS: Final = 2
DEATHS: Final = 5
"""An update is given up when the worker died over it so often by its own doing, or so often at all."""


class Row(NamedTuple):
    """One durable update. What was read back from the database knows no sender."""

    seq: int
    data: bytes
    role: Role | None = None
    update_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class Relay:
    """Hand an update on. With it a reader has everything up to `seq`."""

    seq: int
    row: Row


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Set an update aside and tell its sender, or both when the sender is not known."""

    row: Row
    why: str
    refused: Refused


Effect = Relay | Quarantine


class Journal:
    """Begins at the snapshot's sequence number, not knowing what the database holds beyond it."""

    def __init__(self, snapshot_seq: int) -> None:
        self.snapshot_seq = snapshot_seq
        self.head = snapshot_seq
        """Everything up to it has been judged."""
        self.is_stale = True
        """The database may hold rows beyond the head that did not come through `add`."""
        self._inbox: dict[int, Row] = {}
        self._read_up_to = snapshot_seq
        self._again: deque[Row] = deque()
        self._waiting: dict[int, Row] = {}
        self._deaths: dict[int, tuple[int, int]] = {}
        self._set_aside: dict[int, tuple[str, str]] = {}
        self._rows = self._bytes = 0

    @property
    def watermark(self) -> int:
        """Every update up to it is in the document, or set aside."""
        return min(self._waiting, default=self.head + 1) - 1

    @property
    def last_seq(self) -> int:
        """The highest number that has come here."""
        return max(self._inbox, default=self.head)

    @property
    def has_work(self) -> bool:
        return self.is_stale or bool(self._again) or bool(self._inbox) or self.is_due

    @property
    def wants_rows(self) -> bool:
        """The next step is to read from the database what lies beyond the head (`fill`)."""
        known = max(self.head + 1, self._read_up_to)
        return self.is_stale or (not self._again and bool(self._inbox) and min(self._inbox) > known)

    @property
    def is_full(self) -> bool:
        held = sum(len(row.data) for row in self._inbox.values())
        return len(self._inbox) >= MAX_BACKLOG_ROWS or held >= MAX_BACKLOG_BYTES

    @property
    def is_due(self) -> bool:
        """Enough has come since the snapshot to compact."""
        return (self._rows >= COMPACT_ROWS or self._bytes >= COMPACT_BYTES) and self.is_ahead

    @property
    def is_ahead(self) -> bool:
        """There is something to compact."""
        return self.watermark > self.snapshot_seq

    def add(self, row: Row) -> None:
        if row.seq > self.head:
            self._inbox[row.seq] = row

    def fill(self, rows: Iterable[tuple[int, bytes]]) -> None:
        """Take what the database holds beyond the head. A number missing there is set aside already."""
        for seq, data in rows:
            if seq > self.head:
                self._inbox.setdefault(seq, Row(seq, data))
        self._read_up_to = self.last_seq

    def next(self) -> Row | None:
        """The update to judge now; hand the verdict to `judged`. First see to `wants_rows`."""
        if self._again:
            return self._again.popleft()
        return self._inbox.pop(min(self._inbox)) if self._inbox else None

    def judged(self, row: Row, judged: Judged) -> list[Effect]:
        self.head = max(self.head, row.seq)
        match judged.verdict:
            case "good":
                return [self._good(row)]
            case "missing":
                return self._missing(row)
            case "full":
                return [self.set_aside(row, "the document is full", "note.full")]
            case "malformed":
                return [self.set_aside(row, judged.why)]

    def has(self, seq: int) -> bool:
        """The update has been judged, and is in the document unless it was set aside."""
        return seq <= self.head and seq not in self._waiting

    def died(self, seq: int, *, guilty: bool) -> bool:
        """The worker died over an update; True when it is not to be tried again."""
        guilty_deaths, deaths = self._deaths.get(seq, (0, 0))
        self._deaths[seq] = guilty_deaths + guilty, deaths + 1
        return guilty_deaths + guilty >= GUILTY_DEATHS or deaths + 1 >= DEATHS

    def set_aside(self, row: Row, why: str, error: str = "note.malformed") -> Quarantine:
        self._waiting.pop(row.seq, None)
        self._deaths.pop(row.seq, None)
        self._set_aside[row.seq] = why, error
        if len(self._set_aside) > MAX_REMEMBERED:
            del self._set_aside[min(self._set_aside)]
        return Quarantine(row, why, refuse(error, row.update_id))

    def told_before(self, row: Row) -> Quarantine | None:
        """What to tell again when an update that was set aside comes again: its sender missed it."""
        if row.seq not in self._set_aside:
            return None
        why, error = self._set_aside[row.seq]
        return Quarantine(row, why, refuse(error, row.update_id))

    def compacted(self, up_to: int) -> None:
        self.snapshot_seq = max(self.snapshot_seq, up_to)
        self.postpone()

    def postpone(self) -> None:
        """Compaction did not work out; try again after as many updates as before."""
        self._rows = self._bytes = 0

    def _good(self, row: Row) -> Relay:
        self._waiting.pop(row.seq, None)
        self._deaths.pop(row.seq, None)
        self._rows += 1
        self._bytes += len(row.data)
        self._again = deque(self._waiting[seq] for seq in sorted(self._waiting))
        return Relay(self.watermark, row)

    def _missing(self, row: Row) -> list[Effect]:
        self._waiting[row.seq] = row
        if len(self._waiting) <= MAX_WAITING:
            return []
        oldest = self._waiting[min(self._waiting)]
        return [self.set_aside(oldest, "leans on an update that never came")]
