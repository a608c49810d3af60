"""What the partner hears, in the ladder's metrics: packets of speech counted over the last 2 s.

Not here: the packets (`compat`), the reports that carry this (`reports`). Nothing is decoded, so what a
decoder would make up is taken to be what did not arrive.
"""

from __future__ import annotations

from collections import deque
from typing import Final

WINDOW_MS: Final = 2000
RATE_MS: Final = 1000
SEQUENCES: Final = 1 << 16
LEAST_PACKETS: Final = 8
"""Fewer in 2 s say nothing of loss: longest packets are 120 ms."""
MOST_PACKETS: Final = 1000
"""Ten times what speech is."""
OUT_OF_ORDER: Final = 100
"""A number so far behind, or further, begins anew."""


class Hearing:
    """Times are milliseconds of one clock."""

    def __init__(self) -> None:
        self._packets: deque[tuple[int, int]] = deque(maxlen=MOST_PACKETS)
        self._highest: int | None = None
        self._bytes: deque[tuple[int, int]] = deque()

    def packet(self, at_ms: int, sequence: int) -> None:
        """A packet of speech has arrived; `sequence` is RTP's."""
        if self._highest is None:
            self._highest = sequence
        step = (sequence - self._highest + SEQUENCES // 2) % SEQUENCES - SEQUENCES // 2
        if abs(step) > OUT_OF_ORDER:
            self._packets.clear()
        number = self._highest + step
        self._packets.append((at_ms, number))
        self._highest = number if abs(step) > OUT_OF_ORDER else max(self._highest, number)

    def received(self, at_ms: int, total_bytes: int) -> None:
        """So much has arrived altogether."""
        self._bytes.append((at_ms, total_bytes))
        while self._bytes[0][0] < at_ms - RATE_MS and len(self._bytes) > 2:
            self._bytes.popleft()

    @property
    def received_kbps(self) -> int | None:
        if len(self._bytes) < 2 or self._bytes[-1][0] == self._bytes[0][0]:
            return None
        (then, before), (now, total) = self._bytes[0], self._bytes[-1]
        return (total - before) * 8 // (now - then)

    def loss_pm(self, at_ms: int) -> int | None:
        """Per mille of speech that did not arrive; None while there was too little."""
        while self._packets and self._packets[0][0] < at_ms - WINDOW_MS:
            self._packets.popleft()
        if len(self._packets) < LEAST_PACKETS:
            return None
        numbers = {number for _, number in self._packets}
        sent = max(numbers) - min(numbers) + 1
        return (sent - len(numbers)) * 1000 // sent
