"""What the server does by itself: end sessions, write their summaries, drop what is too old, send mail.

Not here: rooms (`server.rooms`) and what a summary says (`server.summaries`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from server.config import Config
from server.db.endings import LATE
from server.db.records import Clock, Mail, SummaryFacts
from server.db.store import Store
from server.loops import Loop
from server.mail.sender import Sender
from server.mail.summary import summary_mails
from server.summaries import summarise

LOOK_S: Final = 5.0
NOTES_S: Final = 30.0
NOTES_TRIES: Final = 5
"""So often a summary waits for its notes to be read, before it goes out with what was read last."""
NOTES_WAIT_S: Final = 30
STEP_S: Final = 300.0

_log = logging.getLogger(__name__)


class NotesReader(Protocol):
    """What writes a session's notes out as Markdown, into the store as well (`server.documents`)."""

    async def text(self, session_id: str) -> str: ...


class Jobs:
    """Started and stopped by the application. `on_ended` is told of sessions that ended by themselves."""

    def __init__(
        self,
        store: Store,
        config: Config,
        clock: Clock,
        notes: NotesReader,
        on_ended: Callable[[str], None] = lambda session_id: None,
    ) -> None:
        self._store = store
        self._config = config
        self._clock = clock
        self._notes = notes
        self._on_ended = on_ended
        self._put_off: dict[str, tuple[int, datetime]] = {}
        """Sessions whose notes could not be read: how often, and when to try again."""
        self._housekeeping = Loop("housekeeping", self.keep_house, STEP_S)
        self._sender = config.smtp_url and Sender(store.outbox, config.smtp_url, config.mail_from, clock)
        self._mail = self._sender and Loop("mail", self._sender.send_due, 3600.0, store.outbox.woken)

    def start(self) -> None:
        self._housekeeping.start()
        if self._mail:
            self._mail.start()

    def wake(self) -> None:
        """A session has ended, or somebody was the last to leave: look as soon as its summary is due."""
        asyncio.get_running_loop().call_later(LATE.total_seconds(), self._housekeeping.wake)

    async def stop(self) -> None:
        """A mail in the hands of the mail server is finished first."""
        await self._housekeeping.stop()
        if self._sender and self._mail:
            self._sender.closing = True
            await self._mail.stop()

    async def keep_house(self) -> float:
        """One look at everything; gives the seconds until the next."""
        for session_id in await self._store.sessions.closings_due():
            await self._store.sessions.end(session_id, None)
            self._on_ended(session_id)
        for session_id in await self._store.sessions.summaries_due(self._config.summary_delay_s):
            await self._summarise_guarded(session_id)
        if given_up := await self._store.outbox.expire():
            _log.error("%d mails given up after three days", given_up)
        await self._store.readiness.expire()
        return LOOK_S

    async def _summarise_guarded(self, session_id: str) -> None:
        """One session's trouble is not the others'."""
        tries, not_before = self._put_off.get(session_id, (0, self._clock()))
        if self._clock() < not_before:
            return
        try:
            await self._summarise(session_id, tries)
            self._put_off.pop(session_id, None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next session and the next try go on
            _log.warning("summary of %s put off (%s)", session_id, type(error).__name__)
            self._put_off[session_id] = (
                tries + 1,
                self._clock() + timedelta(seconds=NOTES_WAIT_S * (tries + 1)),
            )

    async def _summarise(self, session_id: str, tries: int) -> None:
        complete = await self._read_notes(session_id, last=tries >= NOTES_TRIES)
        compose = partial(self._compose, complete=complete)
        if await self._store.sessions.summarise(session_id, compose, self._config.summary_delay_s):
            _log.info("session %s summarised", session_id)
            self._on_ended(session_id)

    async def _read_notes(self, session_id: str, *, last: bool) -> bool:
        """Whether the store has all of the notes. Raises what went wrong, unless it was the last try."""
        try:
            async with asyncio.timeout(NOTES_S):
                await self._notes.text(session_id)
        except Exception:
            if not last:
                raise
            return False
        return True

    def _compose(self, facts: SummaryFacts, *, complete: bool) -> list[Mail]:
        return summary_mails(self._config, summarise(facts, notes_complete=complete), self._clock())
