"""Who may have a connection check now: decided before anything is opened, and counted while it lasts.

Not here: the connection itself (`server.media`), HTTP (`server.pages.check`). A ticket is a capability of
192 random bits that lives in this process's memory for less than a minute; nothing is signed because nothing
of it is kept anywhere else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
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
        """Let a check begin. A person's newer one ends the older. Raises `CheckRefusedError`."""
        now = self._clock()
        self._expire(now)
        for each in list(self._tickets.values()):
            if owner and each.owner and each.owner.person == owner.person:
                self.end(each.id)
        self._refuse_when_full(address, now)
        self._begun.count(address, now)
        ticket = Ticket(new_token().text, address, owner, now + LIFE)
        self._tickets[ticket.id] = ticket
        self.worker.want()
        return ticket

    def expect(self) -> None:
        """Somebody looks at the page: a worker that is up already saves half a second after the click."""
        if self._config.checks_at_once:
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
        try:
            return await self.worker.offer(offer)
        except MediaUnavailableError:
            raise CheckRefusedError(
                "check.unavailable", "The check could not start just now. Try again in a few seconds.", 5
            ) from None
        except OfferFailedError:
            raise InvalidError(
                "check.offer", "Your browser's connection was not understood. Load the page and try again."
            ) from None

    def _refuse_when_full(self, address: str, now: datetime) -> None:
        config, held = self._config, Counter(each.address for each in self._tickets.values())
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
