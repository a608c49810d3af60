"""The worker's desk: requests from the server in, checks opened and closed, replies out.

Not here: a check (`check`), the process around it (`__main__`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

import msgspec

from server.media.check import Check
from server.media.lag import Lag
from server.media.wire import (
    Answer,
    End,
    Ended,
    Failed,
    Offer,
    Ping,
    Pong,
    Ready,
    Reply,
    Request,
    frame,
    read_request,
)

STOP_WITHIN_S: Final = 3.0

_log = logging.getLogger(__name__)


class Worker:
    """Serves one server until its socket closes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._checks: dict[str, Check] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lag = Lag()

    async def serve(self) -> None:
        """Until the server is gone or talks nonsense."""
        measuring = asyncio.create_task(self._lag.run())
        self._say(Ready())
        try:
            while True:
                self._do(await read_request(self._reader))
        except (EOFError, OSError, msgspec.DecodeError):
            pass
        finally:
            measuring.cancel()
            await self._close_all()

    def _do(self, request: Request) -> None:
        match request:
            case Ping():
                self._say(Pong(self._lag.p95_ms, len(asyncio.all_tasks())))
            case Offer():
                self._run(self._open(request))
            case End(check):
                self._end(check)

    async def _open(self, offer: Offer) -> None:
        check = Check(offer.ice_servers, lambda: self._end(offer.check, tell=True))
        self._end(offer.check)
        self._checks[offer.check] = check
        try:
            self._say(Answer(offer.check, await check.answer(offer.sdp, private=offer.private)))
        except Exception as error:  # noqa: BLE001 - whatever an offer makes aiortc raise ends this check only
            _log.debug("an offer failed", exc_info=error)
            self._end(offer.check)
            self._say(Failed(offer.check, type(error).__name__))

    def _end(self, name: str, *, tell: bool = False) -> None:
        check = self._checks.pop(name, None)
        if check is None:
            return
        self._run(_close(check))
        if tell:
            self._say(Ended(name))

    def _say(self, reply: Reply) -> None:
        self._writer.write(frame(reply))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close_all(self) -> None:
        for name in list(self._checks):
            self._end(name)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_WITHIN_S)


async def _close(check: Check) -> None:
    try:
        await check.close()
    except Exception as error:  # noqa: BLE001 - the edge of a task; the connection is dropped either way
        _log.warning("a check's connection did not close in order (%s)", type(error).__name__)
