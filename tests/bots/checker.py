"""A bot that has its connection checked, as the page does: a voice, packets on a data channel, figures.

Not here: HTTP (`test_check`), the page's own measuring (`webclient/src/check/`).
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from tests.bots.media import Ear, Tone

PACKET_BYTES = 40
REPLY = struct.Struct("!IIIIQ")


@dataclass(frozen=True)
class Reply:
    """One reply of the worker, as docs/check.md has it."""

    seq: int
    n: int
    at_ms: int
    highest: int
    seen: int


@dataclass
class Checker:
    """One peer connection that offers."""

    hz: float = 440.0
    pc: RTCPeerConnection = field(default_factory=lambda: RTCPeerConnection(RTCConfiguration(iceServers=[])))
    ear: Ear = field(default_factory=Ear)
    replies: list[Reply] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.pc.addTrack(Tone(self.hz))
        self.pc.on("track", self._on_track)
        self.channel = self.pc.createDataChannel("check", ordered=False, maxRetransmits=0)
        self.channel.on("message", self._on_reply)

    @property
    def open(self) -> bool:
        return self.channel.readyState == "open"

    async def offer(self) -> str:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return str(self.pc.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def send(self, seq: int) -> None:
        self.channel.send(struct.pack("!I", seq).ljust(PACKET_BYTES, b"\0"))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.pc.close()

    def _on_track(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self.ear.listen(track))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_reply(self, data: Any) -> None:
        self.replies.append(Reply(*REPLY.unpack_from(data)))


@asynccontextmanager
async def a_checker(hz: float = 440.0) -> AsyncGenerator[Checker]:
    checker = Checker(hz)
    try:
        yield checker
    finally:
        await checker.stop()
