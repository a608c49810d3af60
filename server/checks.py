"""Who may have a connection check now: decided before anything is opened, and counted while it lasts.

Not here: the connection itself (`server.media`), HTTP (`server.pages.check`). A ticket is a capability of
192 random bits that lives in this process's memory for less than a minute; nothing is signed because nothing
of it is kept anywhere else.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from server.config import Config
from server.db.records import Clock
from server.errors import InvalidError, LaterError
from server.media.supervisor import MediaUnavailableError, MediaWorker, OfferFailedError
from server.media.wire import Offer
from server.throttle import Throttle
from server.tokens import new_token
from server.turn import PSEUDONYM_CHARACTERS, for_worker, ice_servers
from signalling import protocol

LIFE: Final = timedelta(seconds=50)
"""A check takes under 25 s; with a second try of the connection it still fits."""
BUDGET_BYTES: Final = 12 * 1024 * 1024
"""What one check may move over HTTP, both ways together."""
OFFERS: Final = 3
"""Of one check: a page makes one, and another where the worker was lost. Each costs 32 ms of the worker."""


class CheckRefusedError(LaterError):
    """No check now."""


@dataclass(frozen=True)
class Owner:
    """Who has the check, and the session from whose seat."""

    person: str
    session: str


@dataclass
class Ticket:
    """One check that was admitted."""

    id: str
    address: str
    """What the client is counted under."""
    owner: Owner | None
    """Whose check it is; None from the open link, and then nothing is stored."""
    until: datetime
    left_bytes: int = BUDGET_BYTES
    left_offers: int = OFFERS
    offering: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One connection at a time; the later one replaces the former."""

    def spend(self, count: int) -> bool:
        """Whether the budget still has that many bytes; then they are spent."""
        if count > self.left_bytes:
            return False
        self.left_bytes -= count
        return True


class Checks:
    """The checks of this process and the worker they run in."""

    def __init__(self, config: Config, clock: Clock, worker: MediaWorker | None = None) -> None:
        self._config = config
        self._clock = clock
        self._tickets: dict[str, Ticket] = {}
        self._begun = Throttle(config.checks_per_minute, 60)
        self.worker = worker or MediaWorker(self.end)

    def begin(self, address: str, owner: Owner | None) -> Ticket:
        """Let a check begin; a person's newer one ends the older.

        Raises `CheckRefusedError`, and then nothing has changed.
        """
        now = self._clock()
        self._expire(now)
        older = {each.id for each in self._tickets.values() if owner and _is_of(each, owner)}
        self._refuse_when_full(
            address, now, [each for each in self._tickets.values() if each.id not in older]
        )
        self._begun.count(address, now)
        for each in older:
            self.end(each)
        ticket = Ticket(new_token().text, address, owner, now + LIFE)
        self._tickets[ticket.id] = ticket
        self.worker.want()
        return ticket

    @property
    def offered(self) -> bool:
        """Whether there are checks on this server."""
        return self._config.checks_at_once > 0

    def expect(self) -> None:
        """Somebody looks at the page: a worker that is up already saves half a second after the click."""
        if self.offered:
            self.worker.want()

    def find(self, ticket: str) -> Ticket | None:
        """The check a ticket is for, while it lasts."""
        found = self._tickets.get(ticket)
        return found if found and self._clock() < found.until else None

    def end(self, ticket: str) -> None:
        """It is over; ending twice changes nothing."""
        if self._tickets.pop(ticket, None):
            self.worker.end(ticket)

    def ice_servers(self, ticket: Ticket) -> list[protocol.IceServer]:
        """What the browser uses; the worker uses the same."""
        return ice_servers(self._config, ticket.id[:PSEUDONYM_CHARACTERS], self._clock())

    async def answer(self, ticket: Ticket, sdp: str) -> str:
        """The worker's answer to the browser's offer. Raises `CheckRefusedError` or `InvalidError`."""
        servers = for_worker(self.ice_servers(ticket))
        offer = Offer(ticket.id, sdp, servers, self._config.checks_private)
        if not ticket.left_offers:
            raise InvalidError("check.spent", "This check has connected often enough. Start a new one.")
        ticket.left_offers -= 1
        try:
            async with ticket.offering:
                return await self.worker.offer(offer)
        except MediaUnavailableError:
            raise CheckRefusedError(
                "check.unavailable", "The check could not start just now. Try again in a few seconds.", 5
            ) from None
        except OfferFailedError:
            raise InvalidError(
                "check.offer", "Your browser's connection was not understood. Load the page and try again."
            ) from None

    def _refuse_when_full(self, address: str, now: datetime, others: Iterable[Ticket]) -> None:
        config, held = self._config, Counter(each.address for each in others)
        if not self.offered:
            raise CheckRefusedError(
                "check.off", "Connection checks are switched off on this server. Ask whoever runs it.", 0
            )
        if not self._begun.allows(address, now):
            raise CheckRefusedError(
                "check.too_often",
                "That was a lot of checks from your network. Wait a minute, then check.",
                60,
            )
        slow = self.worker.lag_ms > config.checks_lag_ms
        if held[address] >= config.checks_per_address or held.total() >= config.checks_at_once or slow:
            raise CheckRefusedError(
                "check.busy", "Others are checking their connection just now. Try again in half a minute.", 30
            )

    def _expire(self, now: datetime) -> None:
        for each in [each for each in self._tickets.values() if now >= each.until]:
            self.end(each.id)


def _is_of(ticket: Ticket, owner: Owner) -> bool:
    return ticket.owner is not None and ticket.owner.person == owner.person
