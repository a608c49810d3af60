"""One room's writing, done in the order in which it came, one thing after the other.

Not here: what is written (`edits`, `register`). While the database is away everything waits, so that
nobody is told of an edit that is not on disk and no edit overtakes another.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from server.db.errors import UnavailableError

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]

MAX_WAITING: Final = 1000
"""Two people's bursts and some minutes of typing; more is refused and kept by the browsers."""
PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0)
"""Before another try while the database is away."""


class Desk:
    """Has a task of its own only while there is something to write."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._task: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        return len(self._jobs) >= MAX_WAITING

    @property
    def idle(self) -> bool:
        return self._task is None or self._task.done()

    def put(self, job: Job) -> None:
        """Have it done after everything before it. It may be begun again when the database was away."""
        self._jobs.append(job)
        if self.idle:
            self._task = asyncio.create_task(self._work())

    async def finish(self, within_s: float) -> bool:
        """Wait until everything is written; false, and given up, when that takes too long."""
        if self._task is None:
            return True
        done, _ = await asyncio.wait({self._task}, timeout=within_s)
        self._task.cancel()
        return bool(done)

    async def _work(self) -> None:
        tries = 0
        while self._jobs:
            try:
                await self._jobs[0]()
            except UnavailableError:
                if not tries:
                    log.warning("the database is away; edits wait")
                await asyncio.sleep(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
                tries += 1
                continue
            except Exception:
                log.exception("something could not be written and is given up")
            self._jobs.popleft()
            tries = 0
