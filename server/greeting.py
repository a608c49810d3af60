"""What a participant gets first: the whole state of the room, then the notes.

Not here: when (`rooms`). Everything is read before the first line goes out, and what happens meanwhile
waits in the connection, so nothing is missed and nothing comes before the welcome.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from server.config import Config
from server.db.records import Clock, SessionView
from server.db.store import Store
from server.documents.supervisor import Documents
from server.live import Live
from server.plans import plan_for, record_shown
from server.seats import SeatCookies
from server.turn import ice_servers, refresh_after_s, without_credentials
from signalling import protocol as p
from signalling.effects import ConnectionId, Greet, Moment
from signalling.protocol import Role
from signalling.room import PEER_OF

log = logging.getLogger(__name__)

WITHIN_S: Final = 15.0


class Greeter:
    """Composes welcomes, and fresh TURN credentials later. `shut_out` empties a seat whose link is dead."""

    def __init__(
        self,
        config: Config,
        store: Store,
        documents: Documents,
        cookies: SeatCookies,
        clock: Clock,
        shut_out: Callable[[str, Role], Awaitable[None]],
    ) -> None:
        self._config = config
        self._store = store
        self._documents = documents
        self._cookies = cookies
        self._clock = clock
        self._shut_out = shut_out

    async def greet(self, live: Live, greet: Greet) -> None:
        """Welcome a connection; when the store cannot be read in time, it is asked to come again later."""
        try:
            async with asyncio.timeout(WITHIN_S):
                await self._welcome(live, greet)
        except Exception as error:  # noqa: BLE001 - whatever it was, the browser tries again
            log.warning("session %s: no welcome (%s)", live.id, type(error).__name__)
            if greet.connection in live.connections:
                live.connections[greet.connection].close(p.CLOSE_LATER, "try again later")

    def equip(self, live: Live, connection_id: ConnectionId, role: Role) -> None:
        """Send the servers that a call needs, with credentials of its own; nobody gets them in the lobby."""
        if connection := live.connections.get(connection_id):
            connection.send(p.IceServers(ice_servers=self._ice(live, role)))
            connection.refresh_at_s = self._next_refresh()

    def refresh_ice(self, live: Live) -> None:
        """Send fresh credentials to those in the call whose own run out."""
        now_s = asyncio.get_running_loop().time()
        for role in PEER_OF:
            if not live.room.places[role].staying:
                continue
            for connection in live.seated(role):
                due_s = connection.refresh_at_s if live.room.held_by(connection.id) else None
                if due_s is not None and now_s >= due_s:
                    self.equip(live, connection.id, role)

    async def tell_readiness(self, live: Live) -> None:
        """A connection check is over: both read each other's word."""
        if session := await self._store.sessions.load(live.id):
            readiness = await self._readiness(session)
            for role in PEER_OF:
                for connection in live.seated(role):
                    connection.send(p.ReadinessChanged(readiness=readiness[role]))

    async def _readiness(self, session: SessionView) -> dict[Role, p.PairReadiness]:
        words = await self._store.readiness.of([session.mentor.id, session.mentee.id])
        mentor, mentee = words[session.mentor.id], words[session.mentee.id]
        return {
            "mentor": p.PairReadiness(mine=mentor, theirs=mentee),
            "mentee": p.PairReadiness(mine=mentee, theirs=mentor),
        }

    async def _welcome(self, live: Live, greet: Greet) -> None:
        session = await self._store.sessions.load(live.id)
        if session is None:
            raise LookupError("the session is gone")
        agenda = await self._store.panels.agenda(live.id)
        goals = await self._store.panels.goals(session.partnership.id)
        current = await self._store.panels.current(live.id)
        plan = await plan_for(self._store, session, greet.role)
        readiness = await self._readiness(session)
        notes = await self._documents.state(live.id, greet.note_seq)
        # No await from here on: what is relayed from now on must follow these notes.
        connection = live.connections.get(greet.connection)
        if connection is None:
            return
        if live.room.role_of(connection.id) and connection.generation != session.seat(greet.role).generation:
            # The link was replaced after the look at the cookie and before the room knew the connection.
            await self._shut_out(live.id, greet.role)
            return
        at_ms, places = int(self._clock().timestamp() * 1000), live.room.places
        ice, held = self._ice(live, greet.role), live.room.held_by(connection.id)
        welcome = p.Welcome(
            version=p.VERSION,
            now=at_ms,
            session=live.room.facts.info(Moment(0, at_ms)),
            you=places[greet.role].seat(),
            peer=places[PEER_OF[greet.role]].seat(),
            readiness=readiness[greet.role],
            ice_servers=ice if held and held.staying else without_credentials(ice),
            agenda=agenda,
            current=current,
            goals=goals,
            plan=plan,
            phone=live.room.facts.phone,
            note_seq=notes[-1][0] if notes else greet.note_seq,
        )
        connection.greet(welcome, notes)
        record_shown(self._store, live, greet.role, plan)
        connection.refresh_at_s = self._next_refresh()
        if rung := places[PEER_OF[greet.role]].rung:
            connection.send(rung)

    def _ice(self, live: Live, role: Role) -> list[p.IceServer]:
        return ice_servers(self._config, self._cookies.pseudonym(live.id, role), self._clock())

    def _next_refresh(self) -> float | None:
        after_s = refresh_after_s(self._config)
        return None if after_s is None else asyncio.get_running_loop().time() + after_s
