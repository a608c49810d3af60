"""One direction of an access line: rate, drop-tail queue, delay, jitter, loss, blackout.

No sockets, no clock, no process: bytes and times go in, bytes come out. `forward.py` feeds it.
Times are integers in microseconds of any monotonic clock and never run backwards.
"""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any

JITTER_SLOT_US = 20_000
"""All packets of one slot share one draw of jitter: a burst stays a burst, as on a radio line,
and voice packets (one per 20 ms) still see independent delays."""

PROTOCOL_AT, UDP = {4: 9, 6: 6}, 17
"""Where an IP packet of each version names what it carries; nothing here sends IPv6 extension headers."""


@dataclass(frozen=True, slots=True)
class Impairment:
    """What one direction does to packets; the defaults are a good line of 10 ms.

    The queue is bounded by `queue_ms` of sending time at the current rate; one packet always fits.
    Loss takes effect behind the queue (a lost packet has used the line, as on a radio link).
    `burst` is the mean number of packets lost in a row (Gilbert's model: nothing is lost in the
    good state, everything in the bad one); 1 means independent losses.
    """

    rate_kbps: int | None = None
    queue_ms: int = 300
    delay_ms: int = 10
    jitter_ms: int = 0
    loss_pm: int = 0
    burst: int = 1
    blackout: bool = False
    udp_blocked: bool = False

    def __post_init__(self) -> None:
        if self.rate_kbps is not None and self.rate_kbps < 1:
            raise ValueError("rate_kbps is at least 1; use blackout=True for a dead line")
        if not 0 <= self.loss_pm <= 1000 or self.burst < 1:
            raise ValueError("loss_pm is 0..1000 and burst at least 1 packet")
        if min(self.queue_ms, self.delay_ms, self.jitter_ms) < 0:
            raise ValueError("queue_ms, delay_ms and jitter_ms are not negative")
        if self.burst > 1 and self.loss_pm * (self.burst + 1) > 1000 * self.burst:
            raise ValueError("so much loss needs longer bursts: loss <= burst / (burst + 1)")

    def changed(self, changes: dict[str, Any]) -> Impairment:
        """This impairment with some fields replaced. Raises TypeError for an unknown field."""
        return replace(self, **changes)

    @property
    def queue_bytes(self) -> int | None:
        return None if self.rate_kbps is None else self.rate_kbps * self.queue_ms // 8


@dataclass(slots=True)
class Counters:
    """Packets and bytes of one direction since it was made."""

    sent_packets: int = 0
    sent_bytes: int = 0
    delivered_packets: int = 0
    delivered_bytes: int = 0
    lost: int = 0
    overflowed: int = 0
    blacked_out: int = 0
    blocked: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class Losses:
    """Decides packet by packet, by Gilbert's two-state chain."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._bad = False

    def hits(self, loss_pm: int, burst: int) -> bool:
        """Whether the next packet is lost."""
        if loss_pm in (0, 1000):
            return loss_pm == 1000
        if burst == 1:
            return self._random.random() * 1000 < loss_pm
        leave_bad = 1 / burst
        enter_bad = leave_bad * loss_pm / (1000 - loss_pm)
        stay = 1 - leave_bad if self._bad else enter_bad
        self._bad = self._random.random() < stay
        return self._bad


class Direction:
    """Packets enter by `send`, leave by `arrivals`; `next_at` says when to look again."""

    def __init__(self, impairment: Impairment, random: Random) -> None:
        self.impairment = impairment
        self.counters = Counters()
        self._random = random
        self._losses = Losses(random)
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._head_sent_at = 0
        self._flight: deque[tuple[int, bytes]] = deque()
        self._last_arrival = 0
        self._slot = -1
        self._slot_jitter_us = 0

    def send(self, now: int, packet: bytes) -> None:
        """Put one IP packet on the line; it may be dropped here and now."""
        counters, impairment = self.counters, self.impairment
        counters.sent_packets += 1
        counters.sent_bytes += len(packet)
        if impairment.blackout:
            counters.blacked_out += 1
        elif impairment.udp_blocked and packet[PROTOCOL_AT[packet[0] >> 4]] == UDP:
            counters.blocked += 1
        elif impairment.rate_kbps is None and not self._queue:
            self._depart(now, packet)
        else:
            self._enqueue(now, packet)

    def arrivals(self, now: int) -> list[bytes]:
        """The packets that have reached the other end by now, in order."""
        self._transmit(now)
        arrived: list[bytes] = []
        while self._flight and self._flight[0][0] <= now:
            arrived.append(self._flight.popleft()[1])
        self.counters.delivered_packets += len(arrived)
        self.counters.delivered_bytes += sum(map(len, arrived))
        return arrived

    def next_at(self) -> int | None:
        """When something happens next on this line; None while it is empty."""
        times = [self._flight[0][0]] if self._flight else []
        if self._queue:
            times.append(self._head_sent_at)
        return min(times, default=None)

    def set(self, now: int, impairment: Impairment) -> None:
        """Change the line under the packets that are on it.

        A blackout loses all of them; a new rate applies to the rest of the packet being sent.
        """
        self._transmit(now)
        before, self.impairment = self.impairment, impairment
        if impairment.blackout:
            self.counters.blacked_out += len(self._queue) + len(self._flight)
            self._queue.clear()
            self._flight.clear()
            self._queued_bytes = 0
        elif self._queue and impairment.rate_kbps != before.rate_kbps:
            unsent = (self._head_sent_at - now) * (before.rate_kbps or 0)
            rate = impairment.rate_kbps
            self._head_sent_at = now + (unsent // rate if rate else 0)
            self._transmit(now)

    def _enqueue(self, now: int, packet: bytes) -> None:
        self._transmit(now)
        room = self.impairment.queue_bytes
        if self._queue and room is not None and self._queued_bytes + len(packet) > room:
            self.counters.overflowed += 1
            return
        if not self._queue:
            self._head_sent_at = now + self._sending_us(packet)
        self._queue.append(packet)
        self._queued_bytes += len(packet)

    def _transmit(self, now: int) -> None:
        while self._queue and self._head_sent_at <= now:
            packet = self._queue.popleft()
            self._queued_bytes -= len(packet)
            self._depart(self._head_sent_at, packet)
            if self._queue:
                self._head_sent_at += self._sending_us(self._queue[0])

    def _depart(self, at: int, packet: bytes) -> None:
        impairment = self.impairment
        if self._losses.hits(impairment.loss_pm, impairment.burst):
            self.counters.lost += 1
            return
        delay_us = max(0, impairment.delay_ms * 1000 + self._jitter_us(at))
        self._last_arrival = max(self._last_arrival, at + delay_us)
        self._flight.append((self._last_arrival, packet))

    def _jitter_us(self, at: int) -> int:
        slot, jitter_us = at // JITTER_SLOT_US, self.impairment.jitter_ms * 1000
        if jitter_us and slot != self._slot:
            self._slot = slot
            self._slot_jitter_us = self._random.randint(-jitter_us, jitter_us)
        return self._slot_jitter_us if jitter_us else 0

    def _sending_us(self, packet: bytes) -> int:
        rate = self.impairment.rate_kbps
        return 0 if rate is None else len(packet) * 8000 // rate
