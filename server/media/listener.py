"""The partner's voice: it listens, and when somebody has finished speaking, it says the same again.

Not here: how packets are had from aiortc (`compat`), how loud they are (`loudness`). What is said again are
the packets as they came. What was said again is forgotten. Times are seconds of the loop's clock.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.packet import Packet

from server.media.loudness import Loudness
from server.media.opus import RATE_HZ, SILENCE, samples

CLOCK: Final = Fraction(1, RATE_HZ)
QUIET_DBOV: Final = 50
"""Fainter than -50 dBov is no speech: Chromium's microphone in a quiet room is at -60 and below."""
PAUSE_S: Final = 0.7
"""So long a pause ends a turn; within a sentence they are shorter."""
LONGEST_S: Final = 6.0
"""Whoever goes on speaking is answered after this, and not heard meanwhile."""
BEFORE_S: Final = 0.16
"""What came just before speech was noticed belongs to its first sound."""
MAX_PAYLOAD_BYTES: Final = 1300
LATE_S: Final = 0.2
"""A loop that was busy for longer does not send in one go what it has missed."""


class Listener(MediaStreamTrack):
    """The track that the partner sends; `heard` is told of each packet that comes."""

    kind = "audio"

    def __init__(self, greeting: Iterable[bytes] = ()) -> None:
        super().__init__()
        self._loudness = Loudness()
        self._saying: deque[bytes] = deque(greeting)
        self._before: deque[bytes] = deque()
        self._turn: list[bytes] = []
        self._turn_s = self._quiet_s = 0.0
        self._sent = 0
        self._due_s: float | None = None

    @property
    def saying(self) -> bool:
        """It is saying something again, and does not listen."""
        return bool(self._saying)

    def heard(self, payload: bytes) -> None:
        """A packet has arrived."""
        if self.saying or not 0 < len(payload) <= MAX_PAYLOAD_BYTES:
            return
        try:
            length_s = samples(payload) / RATE_HZ
        except ValueError:
            return
        speech = self._loudness.level_dbov(payload) < QUIET_DBOV
        if not speech and not self._turn:
            self._before.append(payload)
            while len(self._before) * length_s > BEFORE_S:
                self._before.popleft()
            return
        self._turn += [*self._before, payload]
        self._before.clear()
        self._turn_s += length_s
        self._quiet_s = 0.0 if speech else self._quiet_s + length_s
        if self._quiet_s >= PAUSE_S or self._turn_s >= LONGEST_S:
            self._saying.extend(self._turn)
            self._turn, self._turn_s, self._quiet_s = [], 0.0, 0.0

    async def recv(self) -> Packet[Any]:
        """The next packet, when the last one is over: what is being said, or silence."""
        now_s = asyncio.get_running_loop().time()
        if self._due_s is None or now_s - self._due_s > LATE_S:
            self._due_s = now_s
        await asyncio.sleep(self._due_s - now_s)
        if self.readyState != "live":
            raise MediaStreamError
        payload = self._saying.popleft() if self._saying else SILENCE
        packet = Packet(payload)
        packet.pts, packet.time_base = self._sent, CLOCK
        self._sent += samples(payload)
        self._due_s += samples(payload) / RATE_HZ
        return packet
