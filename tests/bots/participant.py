"""A participant made of code: joins through the link and the socket, and exchanges media peer to peer.

aiortc has no rollback, no ICE restart and gathers before it describes, so a bot never takes part in a
collision: one side offers (the impolite one, as in the client), the other only answers. Not here: what is
said and shown (`media`), the protocol without media (`tab`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.sdp import candidate_from_sdp

from signalling import protocol as p
from tests.bots.media import Colour, Ear, Eye, Tone
from tests.bots.tab import Tab, a_tab

CHANNELS: Final[dict[str, dict[str, Any]]] = {
    "reports": {"negotiated": True, "id": 1, "ordered": False, "maxRetransmits": 0},
    "messages": {"negotiated": True, "id": 2},
}
"""As `webclient/src/peerlink.ts` opens them."""


class Participant:
    """One side of a call. It offers when it is the mentor and the peer's tab is in the call."""

    def __init__(self, tab: Tab, *, tone_hz: float, rgb: tuple[int, int, int]) -> None:
        self.tab = tab
        self.ear, self.eye = Ear(), Eye()
        self.received: list[dict[str, Any]] = []
        """What came on the channel for messages."""
        self.peer: p.Uuid | None = None
        # An empty list, not None: aiortc's default asks a public STUN server.
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._tracks: tuple[MediaStreamTrack, ...] = (Tone(tone_hz), Colour(rgb))
        self._channels: dict[str, RTCDataChannel] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.pc.on("track", self._on_track)
        tab.on_message = self._on_message

    @property
    def connected(self) -> bool:
        return self.pc.connectionState == "connected"

    @property
    def talking(self) -> bool:
        """The channel for messages is open."""
        channel = self._channels.get("messages")
        return channel is not None and channel.readyState == "open"

    def say(self, frame: dict[str, Any]) -> None:
        """Send a message on the data channel."""
        self._channels["messages"].send(json.dumps(frame))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pc.close()

    def _on_message(self, message: p.ServerMessage) -> None:
        match message:
            case p.PeerChanged(peer):
                self._meet(peer)
            case p.Welcome():
                self._meet(message.peer)
            case p.Offered(sender, sdp):
                self._run(self._answer(sender, sdp))
            case p.Answered(_, sdp):
                self._run(self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer")))
            case p.Candidated():
                self._run(self._add(message))
            case _:
                pass

    def _meet(self, peer: p.Seat) -> None:
        arrived = peer.presence == "call" and peer.client is not None and peer.client != self.peer
        if arrived and self.tab.seat.role == "mentor" and self.pc.signalingState == "stable":
            self._run(self._offer(str(peer.client)))
        if arrived:
            self.peer = peer.client

    async def _offer(self, to: p.Uuid) -> None:
        self._add_own()
        await self.pc.setLocalDescription(await self.pc.createOffer())
        await self.tab.send(p.Offer(to=to, sdp=self.pc.localDescription.sdp))

    async def _answer(self, sender: p.Uuid, sdp: str) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        if not self._channels:
            self._add_own()
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        await self.tab.send(p.Answer(to=sender, sdp=self.pc.localDescription.sdp))

    async def _add(self, message: p.Candidated) -> None:
        if not message.candidate:
            return
        candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = message.sdp_mid, message.sdp_m_line_index
        await self.pc.addIceCandidate(candidate)

    def _add_own(self) -> None:
        """Tracks before channels: aiortc's bundle has to begin with a track."""
        for track in self._tracks:
            self.pc.addTrack(track)
        for label, options in CHANNELS.items():
            self._channels[label] = self.pc.createDataChannel(label, **options)
        self._channels["messages"].on("message", lambda text: self.received.append(json.loads(text)))

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
    """A bot in the lobby of the link's room; `bot.tab.join()` lets it into the call."""
    async with a_tab(link) as tab:
        bot = Participant(tab, tone_hz=tone_hz, rgb=rgb)
        try:
            yield bot
        finally:
            await bot.stop()
