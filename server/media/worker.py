"""The worker's desk: requests from the server in, checks opened and closed, partners too, replies out.

Not here: a check (`check`), a partner (`partner`), the process around it (`__main__`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

import msgspec

from server.media.check import Check
from server.media.lag import Lag
from server.media.partner import Partner
from server.media.wire import (
    Answer,
    Dismiss,
    End,
    Ended,
    Failed,
    Left,
    Offer,
    Ping,
    Play,
    Pong,
    Ready,
    Reply,
    Request,
    Said,
    Shape,
    Tell,
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
        self._partners: dict[str, Partner] = {}
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
            case Play():
                self._play(request)
            case Tell(rehearsal, text) if rehearsal in self._partners:
                self._partners[rehearsal].hear(text)
            case Shape(rehearsal, line) if rehearsal in self._partners:
                self._partners[rehearsal].become(line)
            case Dismiss(rehearsal):
                self._dismiss(rehearsal)

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

    def _play(self, play: Play) -> None:
        name = play.rehearsal
        self._dismiss(name)
        partner = Partner(
            play, lambda text: self._say(Said(name, text)), lambda: self._dismiss(name, tell=True)
        )
        self._partners[name] = partner
        partner.start()

    def _dismiss(self, name: str, *, tell: bool = False) -> None:
        partner = self._partners.pop(name, None)
        if partner is None:
            return
        self._run(_close(partner))
        if tell:
            self._say(Left(name))

    def _say(self, reply: Reply) -> None:
        self._writer.write(frame(reply))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close_all(self) -> None:
        for name in list(self._checks):
            self._end(name)
        for name in list(self._partners):
            self._dismiss(name)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOP_WITHIN_S)


async def _close(guest: Check | Partner) -> None:
    try:
        await guest.close()
    except Exception as error:  # noqa: BLE001 - the edge of a task; the connection is dropped either way
        _log.warning("a connection did not close in order (%s)", type(error).__name__)
