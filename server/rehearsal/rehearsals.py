"""The rehearsals of this process: their passes, the rooms they are in, and that nothing is left of them.

Not here: who may have one (`gate`), HTTP (`server.pages.rehearsal`), the partner's place (`partner`), its
media (`server.media`). A rehearsal is an ordinary session in an ordinary room, in a store of its own that
lives in memory: no job looks at it, so no mail is written.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from server.config import Config
from server.db.memory import MemoryDatabase
from server.db.records import Clock, SessionView
from server.db.sessions import new_session_id
from server.db.store import Store
from server.errors import InvalidError
from server.media.shaper import LineName
from server.media.supervisor import MediaUnavailableError, MediaWorker
from server.media.wire import IceServer, Play
from server.rehearsal.gate import Gate
from server.rehearsal.partner import ROLE as PARTNER
from server.rehearsal.partner import Seat
from server.rehearsal.passes import Pass, Passes
from server.rooms import Rooms
from server.seal import Sealer
from server.seats import SeatCookies
from server.tokens import new_token
from server.turn import PSEUDONYM_CHARACTERS, for_worker, ice_servers
from signalling.place import State
from signalling.protocol import Role

VISITOR: Final[Role] = "mentor"
LIFE: Final = timedelta(minutes=20)
"""Of a pass, and so of a rehearsal."""
MINUTES: Final = 15
"""What the timer shows as planned."""
EMPTY_S: Final = 40.0
"""A rehearsal whose page is gone for so long is over; a reload takes 30 s at most to count as left."""
LEFT_S: Final = 120.0
"""The same for somebody who left the call and keeps the page open."""
OVER_S: Final = 20.0
"""How long a page that shows the end may still send what it has kept."""
LOOK_S: Final = 1.0
AGAIN_S: Final = 1.0
"""Between a partner that was lost and the next."""
PARTNERS_NAME: Final = "Robin"
"""The pages say beside it that the computer plays Robin."""
PARTNERS_NUMBER: Final = "+447700900123"
"""Ofcom's range for drama: nobody has it."""
ROOM: Final = "Practice room"
USUAL_LINE: Final[LineName] = "good"
COOKIES: Final = "rehearsal pseudonyms"

log = logging.getLogger(__name__)


@dataclass
class Rehearsal:
    """One that has begun. Times are of the loop's clock."""

    granted: Pass
    people: list[str]
    playing: asyncio.Task[None] | None = None
    line: LineName = USUAL_LINE
    here_s: float = 0.0
    """When whoever practises was in the room last; below it in the call or on the way in."""
    in_s: float = 0.0
    finished_s: float | None = None
    """When it was over; None while it lasts."""

    @property
    def finished(self) -> bool:
        return self.finished_s is not None


class Rehearsals:
    """Admission, life and end of each. `close` leaves nothing."""

    def __init__(self, config: Config, sealer: Sealer, clock: Clock, worker: MediaWorker) -> None:
        self._config, self._clock, self._worker = config, clock, worker
        self._passes = Passes(sealer)
        self.memory = MemoryDatabase()
        self.store = Store(self.memory.database, sealer, clock)
        self.rooms = Rooms(config, self.store, SeatCookies(sealer.derive(COOKIES)), clock)
        self._gate = Gate(config, worker)
        self._live: dict[str, Rehearsal] = {}
        self._opening = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def offered(self) -> bool:
        return self._config.rehearsals_at_once > 0

    # Admission

    def admit(self, address: str, name: str, back: str = "") -> tuple[str, str]:
        """The name of a rehearsal and the pass into it. Raises `RehearsalRefusedError`."""
        now = self._clock()
        self._gate.begin(address, now, self._held())
        self._worker.want()
        granted = Pass(new_session_id(), name, int((now + LIFE).timestamp()), address, back)
        return granted.rehearsal, self._passes.write(granted)

    def read(self, rehearsal: str, text: str) -> Pass | None:
        """The pass, if it is one into this rehearsal, and it is not over."""
        found = self._passes.read(text, rehearsal, self._clock())
        over = rehearsal in self._live and self._live[rehearsal].finished
        return None if over else found

    async def enter(self, rehearsal: str, text: str) -> SessionView | None:
        """The session behind a pass, opened when nobody was in it yet. Raises `RehearsalRefusedError`."""
        async with self._opening:
            granted = self.read(rehearsal, text)
            if granted is None:
                return None
            if rehearsal not in self._live:
                self._gate.enter(granted.address, self._held())
                await self._open(granted)
        return await self.store.sessions.load(rehearsal)

    # While it lasts

    def set_line(self, rehearsal: str, line: LineName) -> None:
        """Make the partner's line another. Raises `InvalidError` when there is no such rehearsal."""
        found = self._live.get(rehearsal)
        if found is None or found.finished:
            raise InvalidError("rehearsal.over", "This rehearsal is over. Begin another one.")
        found.line = line
        self._worker.stage.shape(rehearsal, line)

    def line(self, rehearsal: str) -> LineName:
        """What the partner's line is now; the usual one before anybody was in."""
        return self._live[rehearsal].line if rehearsal in self._live else USUAL_LINE

    def start(self) -> None:
        """Let time pass."""
        self._tasks = [asyncio.create_task(self.rooms.run()), asyncio.create_task(self._watch())]

    async def close(self) -> None:
        """The process ends: pages are told, nothing is kept."""
        tasks = [*self._tasks, *(each.playing for each in self._live.values() if each.playing)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.rooms.close()
        await self.rooms.notes.documents.stop()
        await self.memory.close(self.store)

    async def _open(self, granted: Pass) -> None:
        """An ordinary session; the addresses are nobody's and stand in no mail."""
        people, sessions, name = self.store.people, self.store.sessions, granted.rehearsal
        visitor = await people.ensure(granted.name, f"visitor@{name.lower()}.invalid")
        partner = await people.ensure(PARTNERS_NAME, f"partner@{name.lower()}.invalid")
        hashes: dict[Role, bytes] = {VISITOR: new_token().hash, PARTNER: new_token().hash}
        numbers = {PARTNER: PARTNERS_NUMBER}
        starts = self._clock()
        await sessions.open(
            visitor, partner, starts, MINUTES, None, True, hashes, session_id=name, numbers=numbers
        )
        now_s = asyncio.get_running_loop().time()
        rehearsal = Rehearsal(granted, [visitor.id, partner.id], here_s=now_s, in_s=now_s)
        self._live[name] = rehearsal
        rehearsal.playing = asyncio.create_task(self._play(rehearsal))
        log.info("rehearsal %s: begun", name)

    async def _play(self, rehearsal: Rehearsal) -> None:
        """Keep a partner in the room: one that is lost is followed by another."""
        name, again = rehearsal.granted.rehearsal, False
        while True:
            try:
                session = await self.store.sessions.load(name)
                await self._worker.ready()
                if session is None:
                    return
                play = Play(name, ROOM, rehearsal.line, again, self._ice(name), self._config.checks_private)
                await Seat(self.rooms, self._worker.stage, session).hold(play)
                again = True
            except MediaUnavailableError:
                pass
            except Exception:
                log.exception("rehearsal %s: no partner came", name)
            await asyncio.sleep(AGAIN_S)

    def _ice(self, name: str) -> list[IceServer]:
        return for_worker(ice_servers(self._config, name[:PSEUDONYM_CHARACTERS], self._clock()))

    # Its end

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            for name in list(self._live):
                try:
                    await self._look(name, self._live[name])
                except Exception:
                    log.exception("rehearsal %s: could not be looked at", name)

    async def _look(self, name: str, rehearsal: Rehearsal) -> None:
        now_s = asyncio.get_running_loop().time()
        room = self.rooms[name].room if name in self.rooms else None
        state = room.places[VISITOR].state if room else State.AWAY
        if state is not State.AWAY:
            rehearsal.here_s = now_s
        if state not in (State.AWAY, State.LEFT):
            rehearsal.in_s = now_s
        gone = now_s - rehearsal.here_s > EMPTY_S or now_s - rehearsal.in_s > LEFT_S
        late = self._clock().timestamp() >= rehearsal.granted.until
        ended = room is not None and room.facts.ended
        if rehearsal.finished_s is None:
            if gone or late or ended:
                rehearsal.finished_s = now_s
                await self._finish(name, rehearsal)
        elif state is State.AWAY or now_s - rehearsal.finished_s > OVER_S:
            await self._forget(name, rehearsal)

    async def _finish(self, name: str, rehearsal: Rehearsal) -> None:
        """The partner goes, and a page that is still there is told."""
        if rehearsal.playing:
            rehearsal.playing.cancel()
            await asyncio.gather(rehearsal.playing, return_exceptions=True)
        await self.store.sessions.end(name, None)
        await self.rooms.refresh(name)

    async def _forget(self, name: str, rehearsal: Rehearsal) -> None:
        """Not a row is left; a page that still shows the end has its connection closed."""
        await self.rooms.link_changed(name, VISITOR)
        if name in self.rooms:
            await self.rooms[name].desk.finish(EMPTY_S)
        await self.memory.forget(rehearsal.people)
        del self._live[name]
        log.info("rehearsal %s: over, nothing is left of it", name)

    def _held(self) -> list[str]:
        """The addresses of those that last."""
        return [each.granted.address for each in self._live.values() if not each.finished]
