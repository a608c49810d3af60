"""The media worker as the server sees it: started on demand, watched, and started anew when it dies or hangs.

Not here: who may have a check (`server.checks`). The worker is asked many things at once; every wait has a
deadline, and a worker that does not answer a ping is killed, with its checks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

import server
from server.media.stage import Stage
from server.media.wire import (
    LENGTH_BYTES,
    MAX_FRAME_BYTES,
    Answer,
    End,
    Ended,
    Failed,
    Left,
    Offer,
    Ping,
    Pong,
    Ready,
    Reply,
    Request,
    Said,
    frame,
    read_reply,
)

COMMAND: Final = (sys.executable, "-P", "-m", "server.media")
START_WITHIN_S: Final = 10.0
ANSWER_WITHIN_S: Final = 8.0
"""Longer than the worker gives itself."""
PING_EVERY_S: Final = 0.2
PONG_WITHIN_S: Final = 0.7
"""With a start of half a second a hang is repaired in 1.5 s (docs/figures.md: on busy machines)."""
READ_WITHIN_S: Final = 0.02
"""For words that lie in the socket already: timers that are due go before them."""
START_PAUSES_S: Final = (0.0, 0.2, 1.0, 5.0)
"""Before a start, and before one after one, two, and three or more that failed in a row."""

FEW_ARENAS: Final = {"MALLOC_ARENA_MAX": "2"}
"""aiortc starts a thread a check; glibc would give each 64 MiB of address space, which is bounded."""

_log = logging.getLogger(__name__)


class MediaUnavailableError(Exception):
    """There is no worker just now; it is being started anew."""


class OfferFailedError(Exception):
    """The worker cannot use the offer; the message is a class of trouble."""


class MediaWorker:
    """One worker process. `on_ended` hears of checks whose connection is gone."""

    def __init__(
        self, on_ended: Callable[[str], None] = lambda check: None, command: Sequence[str] = COMMAND
    ) -> None:
        self._on_ended = on_ended
        self._command = command
        self._life: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._ready = asyncio.Event()
        self._answers: dict[str, asyncio.Future[str]] = {}
        self._checks: set[str] = set()
        self._ponged = asyncio.Event()
        self.stage = Stage(self._send)
        self.lag_ms = 0
        """How late the worker's loop has been of late, 95th percentile."""
        self.tasks = 0
        """How many lived in it when it was last asked."""

    @property
    def pid(self) -> int | None:
        """Of the worker that is ready."""
        return self._process.pid if self._process and self._ready.is_set() else None

    def want(self) -> None:
        """There may soon be an offer: start the worker unless it runs."""
        if self._life is None:
            self._life = asyncio.create_task(self._supervise())

    async def ready(self) -> None:
        """Until there is a worker. Raises `MediaUnavailableError`."""
        self.want()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._ready.wait()
        except TimeoutError:
            raise MediaUnavailableError("no worker in time") from None

    async def offer(self, offer: Offer) -> str:
        """The answer's SDP. Raises `OfferFailedError` or `MediaUnavailableError`."""
        self.want()
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._ready.wait()
                self._answers[offer.check] = future
                self._checks.add(offer.check)
                self._send(offer)
                return await future
        except TimeoutError:
            self.end(offer.check)
            raise MediaUnavailableError("no answer in time") from None
        finally:
            self._answers.pop(offer.check, None)

    def end(self, check: str) -> None:
        """Close a check's connection, if there is one."""
        if check in self._checks:
            self._checks.discard(check)
            self._send(End(check))

    async def stop(self) -> None:
        """End the worker and the watch over it."""
        if self._life:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
            self._life = None

    def _send(self, request: Request) -> None:
        """A worker that does not read is noticed by its missing pong, not here."""
        if self._writer and not self._writer.is_closing():
            self._writer.write(frame(request))

    async def _supervise(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(START_PAUSES_S[min(failures, len(START_PAUSES_S) - 1)])
            failures = 0 if await self._live() else failures + 1

    async def _live(self) -> bool:
        """One worker's life; whether it ever became ready."""
        was_ready = False
        try:
            reader = await self._spawn()
            async with asyncio.timeout(START_WITHIN_S):
                was_ready = isinstance(await read_reply(reader), Ready)
            if was_ready:
                await self._watch(reader)
        except (OSError, EOFError, TimeoutError, msgspec.DecodeError) as error:
            _log.warning(
                "media worker: %s (%s)", "lost" if was_ready else "not started", type(error).__name__
            )
        except Exception:  # noqa: BLE001 - whatever a room or a check makes of a word, the worker is started again
            _log.exception("media worker: a word of its could not be taken")
        finally:
            await self._bury()
        return was_ready

    async def _spawn(self) -> asyncio.StreamReader:
        """A process whose input is a socket of ours. It inherits no environment: that may hold secrets."""
        ours, theirs = socket.socketpair()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PYTHONPATH": str(Path(server.__file__).parents[1]), **FEW_ARENAS},
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=MAX_FRAME_BYTES + LENGTH_BYTES)
        return reader

    async def _watch(self, reader: asyncio.StreamReader) -> None:
        """Until the worker is gone, talks nonsense or does not answer a ping: then it raises why."""
        _log.info("media worker: started, pid %d", self._process.pid if self._process else 0)
        self._ready.set()
        reading = asyncio.create_task(self._read(reader))
        pinging = asyncio.create_task(self._ping())
        try:
            await asyncio.wait((reading, pinging), return_when=asyncio.FIRST_COMPLETED)
            for task in (reading, pinging):
                if task.done():
                    task.result()
        finally:
            for task in (reading, pinging):
                task.cancel()
            await asyncio.gather(reading, pinging, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while True:
            self._hear(await read_reply(reader))

    async def _ping(self) -> None:
        while True:
            self._ponged.clear()
            self._send(Ping())
            await self._pong()
            await asyncio.sleep(PING_EVERY_S)

    async def _pong(self) -> None:
        """Raises `TimeoutError` when none comes in time. What came while this process stood still came."""
        try:
            async with asyncio.timeout(PONG_WITHIN_S):
                await self._ponged.wait()
        except TimeoutError:
            await asyncio.sleep(READ_WITHIN_S)
            if not self._ponged.is_set():
                raise

    def _hear(self, reply: Reply) -> None:
        match reply:
            case Pong(lag_ms, tasks):
                self.lag_ms, self.tasks = lag_ms, tasks
                self._ponged.set()
            case Answer(check, sdp):
                if (future := self._answers.get(check)) and not future.done():
                    future.set_result(sdp)
            case Failed(check, why):
                self._checks.discard(check)
                if (future := self._answers.get(check)) and not future.done():
                    future.set_exception(OfferFailedError(why))
            case Ended(check):
                if check in self._checks:
                    self._checks.discard(check)
                    self._on_ended(check)
            case Said() | Left():
                self.stage.hear(reply)
            case Ready():
                pass

    async def _bury(self) -> None:
        """Kill and reap; tell everybody who waits. A worker holds nothing that is worth a farewell."""
        self._ready.clear()
        self.lag_ms = self.tasks = 0
        if self._writer:
            self._writer.close()
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self._process = self._writer = None
        for future in self._answers.values():
            if not future.done():
                future.set_exception(MediaUnavailableError("the worker was lost"))
        checks, self._checks = self._checks, set()
        for check in checks:
            self._on_ended(check)
        self.stage.lose()
