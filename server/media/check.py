"""One connection check in the worker: the browser's offer answered, its voice and its packets sent back.

Not here: who may have one (`server.checks`), what the figures mean (`signalling.verdict`). A connection is
never used again: aiortc has no rollback and no ICE restart, so another check is another offer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)

from server.media import compat
from server.media.candidates import only_allowed
from server.media.echo import Echo
from server.media.reflect import Reflector
from server.media.wire import IceServer

LIFE_S: Final = 45.0
"""A check takes under 25 s; whoever is still there after this has forgotten it."""
ANSWER_WITHIN_S: Final = 7.0
"""aioice waits 5 s for STUN and TURN servers that do not answer, and goes on without them."""
CLOSE_WITHIN_S: Final = 2.0
CHANNEL: Final = "check"
MAX_BUFFERED_BYTES: Final = 16 * 1024
GONE: Final = frozenset({"closed", "failed"})


class Check:
    """Owns one RTCPeerConnection. `on_gone` is called once when nothing more will come of it."""

    def __init__(self, ice_servers: list[IceServer], on_gone: Callable[[], None]) -> None:
        servers = [RTCIceServer(each.urls, each.username, each.credential) for each in ice_servers]
        # A list in any case: aiortc's default for none at all asks a public STUN server.
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._echo = Echo()
        self._reflector = Reflector()
        self._on_gone = on_gone
        self._life: asyncio.TimerHandle | None = None
        self._connection.on("track", self._on_track)
        self._connection.on("datachannel", self._on_channel)
        self._connection.on("connectionstatechange", self._on_state)

    async def answer(self, sdp: str, *, private: bool) -> str:
        """The answer, with candidates. Raises what aiortc raises for a bad offer, or TimeoutError."""
        connection = self._connection
        async with asyncio.timeout(ANSWER_WITHIN_S):
            offer = RTCSessionDescription(only_allowed(sdp, private=private), "offer")
            await connection.setRemoteDescription(offer)
            if connection.sctp is None:
                raise ValueError("an offer without a data channel is no check's")
            await connection.setLocalDescription(await connection.createAnswer())
        compat.guard_datagrams(connection)
        self._life = asyncio.get_running_loop().call_later(LIFE_S, self._gone)
        return str(connection.localDescription.sdp)

    async def close(self) -> None:
        """Within `CLOSE_WITHIN_S`, whatever the connection is waiting for."""
        if self._life:
            self._life.cancel()
        self._on_gone = lambda: None
        self._echo.stop()
        async with asyncio.timeout(CLOSE_WITHIN_S):
            await self._connection.close()

    def _on_track(self, track: MediaStreamTrack) -> None:
        """The first voice is echoed; anything else is not even received."""
        for transceiver in self._connection.getTransceivers():
            is_free = transceiver.receiver.track is track and transceiver.sender.track is None
            if is_free and track.kind == "audio":
                compat.tap_rtp(transceiver.receiver, self._echo.heard)
                transceiver.sender.replaceTrack(self._echo)
                transceiver.direction = "sendrecv"

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label == CHANNEL:
            channel.on("message", lambda packet: self._on_packet(channel, packet))

    def _on_packet(self, channel: RTCDataChannel, packet: bytes | str) -> None:
        now_ms = asyncio.get_running_loop().time() * 1000
        reply = self._reflector.reply(packet, now_ms) if isinstance(packet, bytes) else None
        if reply and channel.readyState == "open" and channel.bufferedAmount < MAX_BUFFERED_BYTES:
            channel.send(reply)

    def _on_state(self) -> None:
        if self._connection.connectionState in GONE:
            self._gone()

    def _gone(self) -> None:
        self._on_gone()
