"""What the serving process keeps of one room's notes: numbers, and updates until they are judged.

Not here: what is done with them (`supervisor`).
"""

from __future__ import annotations

import asyncio
from collections import deque

from server.documents.journal import Effect, Journal, Row


class Room:
    """Forgotten when both seats are empty; the database knows everything that matters."""

    def __init__(self, session_id: str, snapshot_seq: int) -> None:
        self.id = session_id
        self.journal = Journal(snapshot_seq)
        self.effects: deque[Effect] = deque()
        """Still to be performed, in order."""
        self.current: Row | None = None
        """The update at the worker; kept until there is a verdict."""
        self.offences = 0
        """Updates given up because the worker died of them."""
        self.atoned = 0
        """Offences after which the room has waited."""
        self.relaying = asyncio.Lock()
        """Held while something is relayed, and while the state is read for a joining browser."""
        self.task: asyncio.Task[None] | None = None
        self.settled = asyncio.Event()
        """Set while there is nothing to judge or relay."""

    @property
    def has_work(self) -> bool:
        return bool(self.effects) or self.current is not None or self.journal.has_work

    @property
    def last_seq(self) -> int:
        """The highest number known to be in the database, judged or not."""
        return max(self.journal.last_seq, self.current.seq if self.current else 0)

    def take(self) -> Row | None:
        """The update to judge now: the same one until `current` is cleared."""
        self.current = self.current or self.journal.next()
        return self.current
