"""The packets of a check: what the browser sends, and what the worker says in return.

Not here: the data channel they travel on (`check`). One reply for one packet, so nobody is sent more than
they sent. Integers are big endian:

    packet  seq u32, any padding
    reply   seq u32, n u32, at u32 (ms since the first packet), highest u32, seen u64, padding

`n` counts replies, `highest` is the greatest seq that has arrived, and bit k of `seen` says that `highest`
- k has: one reply tells of the last 64 packets, so a browser knows both directions apart.
"""

from __future__ import annotations

import struct
from typing import Final

PACKET: Final = struct.Struct("!I")
REPLY: Final = struct.Struct("!IIIIQ")
REPLY_BYTES: Final = 40
"""As much as 20 ms of speech at 16 kbit/s."""
MAX_PACKET_BYTES: Final = 200
MAX_PACKETS: Final = 1000
WINDOW: Final = 64


class Reflector:
    """One check's packets."""

    def __init__(self) -> None:
        self._replies = 0
        self._highest = -1
        self._seen = 0
        self._began_ms: float | None = None

    def reply(self, packet: bytes, at_ms: float) -> bytes | None:
        """What to send back, or nothing: for what is no packet, and when there have been enough."""
        if not PACKET.size <= len(packet) <= MAX_PACKET_BYTES or self._replies >= MAX_PACKETS:
            return None
        (seq,) = PACKET.unpack_from(packet)
        if seq >= MAX_PACKETS:
            return None
        self._note(seq)
        if self._began_ms is None:
            self._began_ms = at_ms
        fields = (seq, self._replies, round(at_ms - self._began_ms), self._highest, self._seen)
        self._replies += 1
        return REPLY.pack(*fields).ljust(REPLY_BYTES, b"\0")

    def _note(self, seq: int) -> None:
        ahead = seq - self._highest
        if ahead > 0:
            self._seen = (self._seen << ahead | 1) & (1 << WINDOW) - 1
            self._highest = seq
        elif -ahead < WINDOW:
            self._seen |= 1 << -ahead
