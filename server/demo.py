"""The demonstration: one coordinator, one open session, links that survive a restart.

Only on loopback (`config` refuses anything else) and only with RINGBACK_DEMO. Not here: its pages.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import itertools
from dataclasses import dataclass
from datetime import timedelta

from server.booking import Booking, open_session
from server.config import Config
from server.contacts import Contact
from server.db.records import Clock, Person
from server.db.store import Store
from server.seal import Sealer
from server.seats import link_url
from server.tokens import Token, new_token
from signalling.protocol import Role

COORDINATOR = Contact("Cora Lane", "cora@example.org")
MENTOR = Contact("Ann Archer", "ann@example.org")
MENTEE = Contact("Ben Brook", "ben@example.org")
NUMBERS = ("+447700900001", "+447700900002")
"""Ofcom's range for drama: nobody has these numbers."""
ROLES: tuple[Role, Role] = ("mentor", "mentee")
MINUTES = 30
WORTH_KEEPING = timedelta(hours=1)
"""A session that closes sooner than this is replaced by a new one at the start."""


@dataclass(frozen=True)
class DemoLink:
    """A personal link as the first page offers it."""

    role: Role
    name: str
    url: str


class Demonstration:
    """Keeps one open session at hand whose links are the same after a restart."""

    def __init__(self, store: Store, config: Config, sealer: Sealer, clock: Clock) -> None:
        self._store = store
        self._config = config
        self._key = sealer.derive("demonstration links")
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self.sign_in_token = new_token().text
        """Lives in memory and dies with the process."""

    async def coordinator(self) -> Person:
        """The demonstration's coordinator; without password or code, so only the token signs in."""
        known = await self._store.people.coordinator_by_email(COORDINATOR.email)
        if known:
            return known.person
        now = self._clock()
        return await self._store.people.add_coordinator(
            COORDINATOR.name, COORDINATOR.email, new_token().hash, now
        )

    async def links(self) -> tuple[DemoLink, DemoLink]:
        """Both links of the open session; one that is over, or lost a link, is followed by a new one."""
        async with self._one_at_a_time:
            for number in itertools.count():
                tokens: dict[Role, Token] = {role: self._token(number, role) for role in ROLES}
                found = [await self._store.sessions.seat_by_link(tokens[role].hash) for role in ROLES]
                seats = [seat for seat in found if seat]
                if not seats:
                    await self._open(tokens)
                    return self._shown(tokens)
                if len(seats) < len(ROLES):
                    # The coordinator has replaced or revoked one, and nobody can look the new one up.
                    continue
                session = await self._store.sessions.load(seats[0].session_id)
                if session and not session.ended and session.closes - self._clock() > WORTH_KEEPING:
                    return self._shown(tokens)
        raise AssertionError("counting never ends")

    async def _open(self, tokens: dict[Role, Token]) -> None:
        booking = Booking(MENTOR, MENTEE, self._clock(), MINUTES, *NUMBERS, numbers_agreed=True)
        coordinator = await self.coordinator()
        await open_session(
            self._store, self._config, booking, opened_by=coordinator.id, invite=False, tokens=tokens
        )

    def _shown(self, tokens: dict[Role, Token]) -> tuple[DemoLink, DemoLink]:
        mentor, mentee = (link_url(self._config.public_url, tokens[role].text) for role in ROLES)
        return DemoLink("mentor", MENTOR.name, mentor), DemoLink("mentee", MENTEE.name, mentee)

    def _token(self, number: int, role: Role) -> Token:
        digest = hmac.digest(self._key, f"{number}|{role}".encode(), "sha256")
        return Token(base64.urlsafe_b64encode(digest).decode().rstrip("="))
