"""The rooms of this process: events go into them, their effects are carried out.

Not here: the rules (`signalling.room`, `signalling.messages`) and sockets (`socket`). Nothing here waits
for a disk or a browser before it takes the next event.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from server.after_call import AfterCall
from server.config import Config
from server.connection import Connection
from server.db.records import Clock, Held, SessionView
from server.db.store import Store
from server.edits import Edits
from server.greeting import Greeter
from server.live import Live
from server.note_frames import NoteFrames
from server.register import Register
from server.seats import SeatCookies
from signalling import protocol as p
from signalling.effects import ConnectionId, Effect, Equip, Greet, Moment, StoreEdit
from signalling.facts import Facts
from signalling.messages import receive
from signalling.protocol import Presence, Role
from signalling.room import PEER_OF, Room

log = logging.getLogger(__name__)

TICK_S: Final = 1.0
FINISH_WITHIN_S: Final = 5.0
"""What a stopping server gives its rooms to write down what they know."""


class Rooms:
    """One for the process."""

    def __init__(
        self,
        config: Config,
        store: Store,
        cookies: SeatCookies,
        clock: Clock,
    ) -> None:
        self.on_quiet: Callable[[], None] = lambda: None
        """Called when a session has ended and its summary may go out."""
        self._early = timedelta(minutes=config.early_minutes)
        self._store = store
        self._clock = clock
        self._rooms: dict[str, Live] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids = itertools.count(1)
        self._closing = False
        self.notes = NoteFrames(store, self._rooms.get)
        self._greeter = Greeter(config, store, self.notes.documents, cookies, clock, self.link_changed)
        self._after_call = AfterCall(store)
        self._edits = Edits(store, self._after_call, self._now, self._perform)
        self._register = Register(store, clock, self.refresh, lambda: self.on_quiet())

    # For sockets

    def new_id(self) -> ConnectionId:
        return ConnectionId(next(self._ids))

    def connect(self, connection: Connection, session: SessionView, role: Role, hello: p.Hello) -> None:
        """A connection that may take this seat has said hello."""
        if self._closing:
            connection.close(p.CLOSE_RESTART, "restart")
            return
        facts, at = self._facts(session), self._now()
        live = self._rooms.get(session.id)
        if live is None:
            live = self._rooms[session.id] = Live(Room(facts, at))
            log.info("session %s: room made", session.id)
        live.connections[connection.id] = connection
        connection.generation = session.seat(role).generation
        if (names := live.room.names) != (facts.mentor, facts.mentee):
            # One may have been changed since the session was loaded; in its turn the store tells the newest.
            facts = replace(facts, mentor=names[0], mentee=names[1])
            self.refresh_soon(session.id)
        self._perform(live, live.room.rebook(facts, at))
        self._perform(live, live.room.connect(connection.id, role, hello, at))
        if hello.zone:
            person = session.person(role).id
            live.desk.put(lambda: self._store.people.set_zone(person, hello.zone))
        live.desk.put(lambda: self._after_call.tell(live))

    def receive(self, session_id: str, connection: Connection, message: p.ClientMessage) -> None:
        """A message from a connection that has said hello."""
        if live := self._rooms.get(session_id):
            self._perform(live, receive(live.room, connection.id, message, self._now()))

    def take_note(self, session_id: str, connection: Connection, frame: bytes) -> None:
        """A note update from a connection that has said hello."""
        live = self._rooms.get(session_id)
        role = live.room.role_of(connection.id) if live else None
        if live and role:
            self._perform(live, live.room.hear(connection.id, self._now()))
            self.notes.take(live, role, connection, frame)

    def disconnect(self, session_id: str, connection: Connection, code: int | None) -> None:
        """A connection has ended, with the code its browser gave, if it gave one."""
        live = self._rooms.get(session_id)
        if live and live.connections.pop(connection.id, None) and not self._closing:
            self._perform(live, live.room.disconnect(connection.id, code, self._now()))

    # For pages, jobs and tests

    def __contains__(self, session_id: object) -> bool:
        return session_id in self._rooms

    def __getitem__(self, session_id: str) -> Live:
        """The room of a session. Raises `KeyError` when nobody is in it."""
        return self._rooms[session_id]

    def presences(self, session_id: str) -> dict[Role, Presence]:
        """Who is in the room now."""
        live = self._rooms.get(session_id)
        return live.presences() if live else dict.fromkeys(PEER_OF, "away")

    async def link_changed(self, session_id: str, role: Role) -> None:
        """The seat's link was replaced or revoked: whoever came in by it is shut out."""
        if live := self._rooms.get(session_id):
            self._perform(live, live.room.shut_out(role, self._now()))

    async def refresh(self, session_id: str) -> None:
        """The store knows something new of a session, for example that it has ended."""
        live = self._rooms.get(session_id)
        session = await self._store.sessions.load(session_id) if live else None
        if live and session:
            self._perform(live, live.room.rebook(self._facts(session), self._now()))
            await self._after_call.tell(live)

    async def checked(self, session_id: str) -> None:
        """One of the two has had a connection check from the seat: both read the word."""
        if live := self._rooms.get(session_id):
            await self._greeter.tell_readiness(live)

    def refresh_soon(self, session_id: str) -> None:
        """As `refresh`, without waiting for it; in its turn, and again when the database is away."""
        if live := self._rooms.get(session_id):
            live.desk.put(lambda: self.refresh(session_id))

    # For the application

    async def hold(self, held: Sequence[Held]) -> None:
        """The process begins: who was on the telephone in the one before it is expected back.

        As after a broken connection of this process, and as if it had broken now; the stay counts to the
        session's planned end at most, for nobody knows how long the server was away.
        """
        for each in held:
            session, at = await self._store.sessions.load(each.session_id), self._now()
            if session is None:
                continue
            facts = self._facts(session)
            live = self._rooms[session.id] = Live(Room(facts, at), stays=dict(each.stays))
            planned_ms = facts.starts_ms + facts.minutes * 60_000
            for role in each.stays:
                live.room.expect_back(role, Moment(at.steady_ms, min(at.epoch_ms, planned_ms)))
            log.info("session %s: held, it is on the telephone", session.id)

    async def run(self) -> None:
        """Lets time pass in the rooms, until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            self.let_time_pass()

    def let_time_pass(self) -> None:
        """In all rooms."""
        for live in list(self._rooms.values()):
            try:
                self._tick(live)
            except Exception:
                log.exception("session %s: time could not pass", live.id)

    async def close(self) -> None:
        """The process ends: browsers are told to come again, what is known is written.

        Who is in the call stays recorded as in it: the call goes on between the browsers, and their
        hellos after the restart, or else the store's healing, tell how it went on. Who is on the
        telephone then is held by the next process (`hold`).
        """
        self._closing = True
        lives = list(self._rooms.values())
        for live in lives:
            for connection in live.connections.values():
                connection.close(p.CLOSE_RESTART, "restart")
        finished = await asyncio.gather(*(live.desk.finish(FINISH_WITHIN_S) for live in lives))
        if not all(finished):
            log.error("the database was away at the end: %d rooms lost edits", finished.count(False))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_WITHIN_S)

    def _tick(self, live: Live) -> None:
        self._perform(live, live.room.tick(self._now()))
        self._greeter.refresh_ice(live)
        if live.over:
            del self._rooms[live.id]
            log.info("session %s: room forgotten", live.id)
            self._spawn(self.notes.documents.close(live.id))

    def _perform(self, live: Live, effects: list[Effect]) -> None:
        for effect in live.deliver(effects):
            match effect:
                case Greet():
                    self._spawn(self._greeter.greet(live, effect))
                case Equip(connection, role):
                    self._greeter.equip(live, connection, role)
                case StoreEdit():
                    self._edits.take(live, effect)
                case _:
                    self._register.record(live, effect)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _now(self) -> Moment:
        return Moment(int(time.monotonic() * 1000), int(self._clock().timestamp() * 1000))

    def _facts(self, session: SessionView) -> Facts:
        return Facts(
            id=session.id,
            starts_ms=_ms(session.starts),
            minutes=session.minutes,
            opens_ms=_ms(session.starts - self._early),
            closes_ms=_ms(session.closes),
            mentor=session.mentor.name,
            mentee=session.mentee.name,
            met=session.met is not None,
            ended=session.ended is not None,
            phone=session.phone,
        )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
