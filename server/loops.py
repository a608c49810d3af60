"""A loop in the background: one step, a wait, the next step; with an owner, deadlines and a log.

Not here: what is done (`server.jobs`, `server.mail.sender`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

AFTER_FAILURE_S: Final = 5.0

_log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[float]]
"""Does what is due; gives the seconds until the next look."""


class Loop:
    """Whoever starts it stops it. An exception in a step is logged, and the loop goes on."""

    def __init__(self, name: str, step: Step, deadline_s: float, woken: asyncio.Event | None = None) -> None:
        self._name = name
        self._step = step
        self._deadline_s = deadline_s
        self._woken = woken or asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        self._stopping = False
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """Do the next step now, or right after the one under way."""
        self._woken.set()

    async def stop(self, grace_s: float = 10.0) -> None:
        """Let the step under way end, but not for ever."""
        self._stopping = True
        self.wake()
        if self._task is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_s):
                await asyncio.shield(self._task)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            pause_s = await self._guarded()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._woken.wait()

    async def _guarded(self) -> float:
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._step()
        except Exception as error:  # noqa: BLE001 - the edge of a task that has to go on
            _log.warning(
                "%s: a step failed and is tried again (%s: %s)", self._name, type(error).__name__, error
            )
            return AFTER_FAILURE_S
