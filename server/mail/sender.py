"""Takes mails out of the outbox and hands them over, one after the other, until each is sent or given up.

Not here: the conversation (`smtp`) and the loop that calls (`server.jobs`). A mail is leased before it is
handed over and the outcome is written after, so that no two senders have the same mail; a process lost
in between lets the mail go out once more after the lease, with the same Message-ID.
"""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

import aiosmtplib

from server.config_kinds import Smtp
from server.db.errors import UnavailableError
from server.db.outbox import Outbox
from server.db.records import Clock, Letter
from server.mail.smtp import Answer, hand_over, signed_in, unreachable

FIRST_WAIT_S: Final = 30
LONGEST_WAIT_S: Final = 3600
HAND_OVER_S: Final = 120
"""For one mail, connecting included."""
LEASE_S: Final = 300
"""Longer than handing over and writing down the outcome can take."""
WRITE_DOWN_S: Final = 120
AT_ONCE: Final = 20
"""Mails over one connection."""
LOOK_S: Final = 5.0
"""Another process may have put in a mail; nobody tells us."""

_log = logging.getLogger(__name__)


class Sender:
    """The only user of the mail server in this process."""

    def __init__(self, outbox: Outbox, server: Smtp, mail_from: str, clock: Clock) -> None:
        self._outbox = outbox
        self._server = server
        self._from = parseaddr(mail_from)[1]
        self._name = self._from.rpartition("@")[2]
        self._clock = clock
        self.closing = False
        """Set before stopping: the mail in hand is finished, the next one not begun."""
        self._stack = AsyncExitStack()
        self._client: aiosmtplib.SMTP | None = None

    async def send_due(self) -> float:
        """Send what is due; gives the seconds until it is worth looking again.

        When the server cannot be reached, the mails behind the first one wait with it.
        """
        try:
            for _ in range(AT_ONCE):
                letters = [] if self.closing else await self._outbox.lease(self._clock(), 1, LEASE_S)
                if not letters:
                    break
                if not await self._send(letters[0]):
                    return FIRST_WAIT_S
        finally:
            await self._hang_up()
        due = await self._outbox.next_due()
        return LOOK_S if due is None else max(0.0, min(LOOK_S, (due - self._clock()).total_seconds()))

    async def _send(self, letter: Letter) -> bool:
        """False when the server could not be reached."""
        answer = await self._answer(letter)
        await self._write_down(letter, answer)
        if answer.verdict == "unreachable":
            await self._hang_up()
        return answer.verdict != "unreachable"

    async def _answer(self, letter: Letter) -> Answer:
        try:
            async with asyncio.timeout(HAND_OVER_S):
                client = await self._connection()
                return await hand_over(client, self._from, letter.recipient, letter.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return unreachable(error)

    async def _write_down(self, letter: Letter, answer: Answer) -> None:
        """The outcome must reach the disk before the lease ends, so a busy database is asked again."""
        async with asyncio.timeout(WRITE_DOWN_S):
            for pause in range(1, WRITE_DOWN_S):
                try:
                    await self._record(letter, answer)
                except UnavailableError:
                    await asyncio.sleep(pause)
                else:
                    return

    async def _record(self, letter: Letter, answer: Answer) -> None:
        match answer.verdict:
            case "accepted":
                await self._outbox.sent(letter)
                _log.info("mail %d sent", letter.id)
            case "refused":
                await self._outbox.failed(letter, answer.words)
                _log.error("mail %d refused for good (%s)", letter.id, answer.brief)
            case "later" | "unreachable":
                await self._outbox.retry(letter, answer.words, next_try(self._clock(), letter.tries))
                _log.warning("mail %d is tried again later (%s)", letter.id, answer.brief)

    async def _connection(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            await self._hang_up()
            self._client = await self._stack.enter_async_context(signed_in(self._server, self._name))
        return self._client

    async def _hang_up(self) -> None:
        self._client = None
        await self._stack.aclose()


def next_try(now: datetime, tries: int) -> datetime:
    """30 s after the first failure, twice as long after each, an hour at most; a fifth more or less."""
    wait_s = min(FIRST_WAIT_S * 2 ** min(tries, 10), LONGEST_WAIT_S)
    return now + timedelta(seconds=max(FIRST_WAIT_S, min(wait_s * random.uniform(0.8, 1.2), LONGEST_WAIT_S)))
