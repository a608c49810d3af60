"""A participant made of code: joins through the link and the socket, and exchanges media peer to peer.

The impolite side offers, as in the client; the other only answers (`server.media.leg`). Not here: what is
said and shown (`media`), the protocol without media (`tab`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiortc import MediaStreamTrack

from server.media.leg import Leg
from signalling import protocol as p
from tests.bots.media import Colour, Ear, Eye, Tone
from tests.bots.tab import Tab, a_tab


class Participant:
    """One side of a call. It offers when it is the mentor and both are in the call.

    `joined`: its tab is in the call already.
    """

    def __init__(self, tab: Tab, *, tone_hz: float, rgb: tuple[int, int, int], joined: bool = False) -> None:
        self.tab = tab
        self._joined = joined
        self.ear, self.eye = Ear(), Eye()
        self.received: list[dict[str, Any]] = []
        """What came on the channel for messages."""
        self.peer: p.Uuid | None = None
        """The peer's tab that was in the call last."""
        self._offered: p.Uuid | None = None
        self.leg = Leg((Tone(tone_hz), Colour(rgb)), on_message=self._on_frame)
        self._tasks: set[asyncio.Task[None]] = set()
        self.leg.pc.on("track", self._on_track)
        tab.on_message = self._on_message

    @property
    def connected(self) -> bool:
        return self.leg.pc.connectionState == "connected"

    @property
    def talking(self) -> bool:
        """The channel for messages is open."""
        return self.leg.open("messages")

    async def join(self) -> None:
        """From the lobby into the call; a peer who is there already gets an offer."""
        await self.tab.join()
        self._joined = True
        self._offer_when_due()

    def say(self, frame: dict[str, Any]) -> None:
        """Send a message on the data channel."""
        assert self.leg.send("messages", json.dumps(frame))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.leg.close()

    def _on_message(self, message: p.ServerMessage) -> None:
        match message:
            case p.PeerChanged(peer):
                self.meet(peer)
            case p.Welcome():
                self.meet(message.peer)
            case p.Offered(sender, sdp):
                self._run(self._answer(sender, sdp))
            case p.Answered(_, sdp):
                self._run(self.leg.accept(sdp))
            case p.Candidated():
                self._run(self._add(message))
            case _:
                pass

    def meet(self, peer: p.Seat) -> None:
        """Take note of where the peer is."""
        if peer.presence == "call" and peer.client is not None:
            self.peer = peer.client
            self._offer_when_due()

    def _offer_when_due(self) -> None:
        """The room relays nothing of somebody who is still in the lobby."""
        due = self._joined and self.peer is not None and self.peer != self._offered
        if due and self.tab.seat.role == "mentor" and self.leg.pc.signalingState == "stable":
            self._offered = self.peer
            self._run(self._offer(str(self.peer)))

    async def _offer(self, to: p.Uuid) -> None:
        await self.tab.send(p.Offer(to=to, sdp=await self.leg.offer()))

    async def _answer(self, sender: p.Uuid, sdp: str) -> None:
        await self.tab.send(p.Answer(to=sender, sdp=await self.leg.answer(sdp)))

    async def _add(self, message: p.Candidated) -> None:
        if message.candidate:
            await self.leg.add(message)

    def _on_frame(self, channel: str, message: bytes | str) -> None:
        if channel == "messages":
            self.received.append(json.loads(message))

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._run(self.ear.listen(track) if track.kind == "audio" else self.eye.look(track))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@asynccontextmanager
async def a_participant(
    link: str, *, tone_hz: float, rgb: tuple[int, int, int]
) -> AsyncGenerator[Participant]:
    """A bot in the lobby of the link's room; `bot.join()` lets it into the call."""
    async with a_tab(link) as tab:
        bot = Participant(tab, tone_hz=tone_hz, rgb=rgb)
        try:
            yield bot
        finally:
            await bot.stop()
