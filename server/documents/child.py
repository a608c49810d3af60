"""The document worker as seen from the serving process: one request at a time, each with a deadline.

Not here: what to do about an update the worker died of (`supervisor`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

import server
from server.documents.wire import LENGTH_BYTES, MAX_FRAME_BYTES, Ready, Reply, Request, decode_reply, frame

COMMAND: Final = (sys.executable, "-P", "-m", "server.documents.worker")
REQUEST_DEADLINE_S: Final = 2.0
START_DEADLINE_S: Final = 10.0
BURIAL_DEADLINE_S: Final = 1.0
START_PAUSES_S: Final = (0.0, 0.2, 1.0, 5.0)
"""Before the first attempt to start, and after one, two, and three or more that failed in a row."""

_log = logging.getLogger(__name__)


class WorkerDiedError(Exception):
    """The worker went away during a request. `guilty`: of its own doing, not killed from outside."""

    def __init__(self, how: str, *, guilty: bool) -> None:
        super().__init__(how)
        self.guilty = guilty


class NotesUnavailableError(Exception):
    """The notes cannot be read at the moment; what was acknowledged is on disk."""


class Child:
    """Owns the worker process. It is started by the first request that finds none."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._failed_starts = 0
        self._next_start_s = 0.0

    @property
    def pid(self) -> int | None:
        """Of the living worker."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the worker ahead of the first request. Raises `NotesUnavailableError`."""
        async with self._turn:
            await self._running()

    async def ask(self, request: Request) -> Reply:
        """The reply. Raises `WorkerDiedError`; `NotesUnavailableError` at once while starts are failing."""
        async with self._turn:
            process = await self._running()
            try:
                async with asyncio.timeout(REQUEST_DEADLINE_S):
                    return await _exchange(process, request)
            except TimeoutError:
                await self._kill()
                raise WorkerDiedError("took too long", guilty=True) from None
            except (OSError, EOFError):
                cause = await _cause(process)
                await self._kill()
                raise cause from None
            except BaseException:
                await self._kill()
                raise

    async def stop(self) -> None:
        async with self._turn:
            await self._kill()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        if time.monotonic() < self._next_start_s:
            raise NotesUnavailableError("the document worker does not start")
        try:
            self._process = await _spawn(self._command)
        except (OSError, EOFError, TimeoutError) as error:
            self._failed_starts += 1
            pause_s = START_PAUSES_S[min(self._failed_starts, len(START_PAUSES_S) - 1)]
            self._next_start_s = time.monotonic() + pause_s
            _log.error("document worker: does not start (%s)", type(error).__name__)
            raise NotesUnavailableError("the document worker does not start") from error
        self._failed_starts = 0
        _log.info("document worker: started, pid %d", self._process.pid)
        return self._process

    async def _kill(self) -> None:
        if self._process is not None:
            await _end(self._process)
            self._process = None


async def _spawn(command: Sequence[str]) -> asyncio.subprocess.Process:
    """A worker that has said it is ready. It inherits no environment: that may hold secrets.

    Its error output is discarded: what pycrdt's core prints when it panics may quote notes. It has a
    session of its own, so that Ctrl-C reaches the server alone, which ends it in order.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": str(Path(server.__file__).parents[1])},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(START_DEADLINE_S):
            if not isinstance(await _read(process), Ready):
                raise EOFError
    except BaseException:
        await _end(process)
        raise
    return process


async def _exchange(process: asyncio.subprocess.Process, request: Request) -> Reply:
    assert process.stdin is not None  # noqa: S101 - a pipe, see _spawn
    process.stdin.write(frame(request))
    await process.stdin.drain()
    return await _read(process)


async def _read(process: asyncio.subprocess.Process) -> Reply:
    """One reply. Raises EOFError when the worker is gone or talks nonsense."""
    assert process.stdout is not None  # noqa: S101 - a pipe, see _spawn
    length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
    if length > MAX_FRAME_BYTES:
        raise EOFError
    try:
        return decode_reply(await process.stdout.readexactly(length))
    except msgspec.DecodeError as error:
        raise EOFError from error


async def _cause(process: asyncio.subprocess.Process) -> WorkerDiedError:
    """What a worker whose pipes have closed died of."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), BURIAL_DEADLINE_S)
    code = process.returncode
    return WorkerDiedError(f"ended with {code}", guilty=code != -signal.SIGKILL)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill and reap. A worker holds nothing that is worth a farewell."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
