"""A voice sent back a second later, as it came: nothing is decoded, kept or looked at.

Not here: how packets are had from aiortc (`compat`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from fractions import Fraction
from typing import Any, Final, NamedTuple

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.packet import Packet

DELAY_S: Final = 0.8
"""With what capture, the way and the jitter buffer add, about a second passes from mouth to ear."""
CLOCK: Final = Fraction(1, 48_000)
"""Opus in RTP always has this clock (RFC 7587, section 4.1)."""
MAX_HELD: Final = 120
"""Packets of 10 ms for a little over the delay; what comes faster is dropped."""
MAX_PAYLOAD_BYTES: Final = 1300


class _Held(NamedTuple):
    due_s: float
    payload: bytes
    timestamp: int


class Echo(MediaStreamTrack):
    """The track that the worker sends. Timestamps are differences to the first packet's."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[_Held] = deque()
        self._came = asyncio.Event()
        self._first: int | None = None

    def heard(self, payload: bytes, timestamp: int) -> None:
        """A packet has arrived; it goes back when its time has come."""
        if not payload or len(payload) > MAX_PAYLOAD_BYTES or len(self._held) >= MAX_HELD:
            return
        if self._first is None:
            self._first = timestamp
        due_s = asyncio.get_running_loop().time() + DELAY_S
        self._held.append(_Held(due_s, payload, (timestamp - self._first) & 0xFFFFFFFF))
        self._came.set()

    async def recv(self) -> Packet[Any]:
        """The next packet, when it is due."""
        while not self._held:
            if self.readyState != "live":
                raise MediaStreamError
            self._came.clear()
            await self._came.wait()
        held = self._held.popleft()
        await asyncio.sleep(held.due_s - asyncio.get_running_loop().time())
        packet = Packet(held.payload)
        packet.pts, packet.time_base = held.timestamp, CLOCK
        return packet

    def stop(self) -> None:
        super().stop()
        self._came.set()
