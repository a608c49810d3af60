"""What a connection check measured of one line, and what one direction of it says at a given moment.

Not here: measuring (`webclient/src/check/`) and what follows for a call (`verdict`). Packets go out every
`EVERY_MS`, as speech does, or less often on a thin line, as speech does there; a record is one direction's
packets in the order sent, and is read as if it went on for ever, again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from signalling import speech
from signalling.ladder_table import TABLE, Audio

EVERY_MS: Final = 20
LOST: Final = -1
PACKETS_KBPS: Final = {20: 85, 60: 30}
"""What packets take so often, with all headers and receipts (`webclient/src/check/packets.ts`)."""
QUEUED_MS: Final = TABLE.limit("queueing")
FEW_LOST_PM: Final = 50
DAMAGE_MS: Final = 2000
"""Loss and concealment are measured over 2 s, as in a call (`ladder.json`, metrics)."""
SECOND_MS: Final = 1000
DEEPEST_MS: Final = 400
"""A jitter buffer deeper than this spoils a conversation as much as a gap does."""
MARGIN_MS: Final = 20

Delay = Annotated[int, Meta(ge=LOST, le=60_000)]
"""Milliseconds above the direction's shortest, or `LOST`."""
Kbps = Annotated[int, Meta(ge=0, le=10_000_000)]


class Figures(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True, gc=False
):
    """What a browser hands in when its check is over. None: it could not be measured."""

    connected: bool
    """A connection for media and data came about."""
    microphone: Literal["heard", "silent", "none"]
    every_ms: Literal[20, 60] = EVERY_MS
    """Between two packets; more than `EVERY_MS` where the line could not carry so many."""
    up: Annotated[tuple[Delay, ...], Meta(max_length=1000)] = ()
    """From the browser to the server."""
    down: Annotated[tuple[Delay, ...], Meta(max_length=1000)] = ()
    up_kbps: Kbps | None = None
    """Over HTTP."""
    down_kbps: Kbps | None = None
    rtt_ms: Annotated[int, Meta(ge=0, le=60_000)] | None = None
    """The shortest round trip."""
    socket: bool = True
    """A WebSocket to the server came about; without one nobody comes into a room."""


_figures: Final = msgspec.json.Decoder(Figures)


def decode_figures(text: str) -> Figures:
    """Raises `msgspec.DecodeError`."""
    return _figures.decode(text)


@dataclass(frozen=True, slots=True)
class Look:
    """One direction at one moment, in the units of the ladder's metrics."""

    loss_pm: int
    """Of the last 2 s."""
    rise_ms: int
    """The shortest delay of the last second above the shortest of all."""
    silence_ms: int
    """Since the last packet arrived."""


class Record:
    """One direction of a line."""

    def __init__(self, delays_ms: tuple[int, ...], kbps: int | None, every_ms: int = EVERY_MS) -> None:
        self._packets = delays_ms
        self._every_ms = every_ms
        # A packet of 60 ms that is lost takes 60 ms of speech with it.
        self._delays = tuple(delay for delay in delays_ms for _ in range(every_ms // EVERY_MS))
        self._looks: dict[int, Look] = {}
        self._made_up: dict[tuple[int, int, bool], list[float]] = {}
        self._arrived = sorted(delay for delay in delays_ms if delay != LOST)
        self.buffer_ms = min(self.delay_ms(950) + MARGIN_MS, DEEPEST_MS)
        """How late a packet may be and still be heard: jitter buffers follow nearly the slowest packets."""
        self.kbps = None if kbps is None else max(kbps, self._shown_kbps)
        """What was measured over HTTP, and at least what the packets have shown."""

    @property
    def _shown_kbps(self) -> int:
        """TCP is slow where a queue holds two of its packets; ours went through all the same."""
        through = self._arrived and self.delay_ms(500) < QUEUED_MS and self.lost_pm <= FEW_LOST_PM
        return PACKETS_KBPS.get(self._every_ms, 0) if through else 0

    @property
    def is_thin(self) -> bool:
        """Packets as often as those of speech filled a queue."""
        return self._every_ms > EVERY_MS

    @property
    def is_dead(self) -> bool:
        return not self._arrived

    def delay_ms(self, pm: int) -> int:
        """The delay that `pm` per mille of the arrived packets do not exceed; 0 without any."""
        return (
            self._arrived[min(len(self._arrived) * pm // 1000, len(self._arrived) - 1)]
            if self._arrived
            else 0
        )

    @property
    def lost_pm(self) -> int:
        return _per_mille(self._packets.count(LOST), len(self._packets))

    @property
    def jitter_ms(self) -> int:
        """The mean difference of neighbours that arrived."""
        pairs = zip(self._packets, self._packets[1:], strict=False)
        steps = [abs(b - a) for a, b in pairs if LOST not in (a, b)]
        return round(sum(steps) / len(steps)) if steps else 0

    @property
    def reordered_pm(self) -> int:
        """Packets that one sent after them overtook."""
        latest, overtaken = -1, 0
        for at, delay in enumerate(self._packets):
            if delay == LOST:
                continue
            arrival = at * self._every_ms + delay
            overtaken += arrival < latest
            latest = max(latest, arrival)
        return _per_mille(overtaken, len(self._packets))

    def look(self, at_ms: int) -> Look:
        """What the direction says at a moment; the same again whenever the record has been gone through."""
        at = at_ms // EVERY_MS % max(1, len(self._delays))
        if at not in self._looks:
            self._looks[at] = self._look(at)
        return self._looks[at]

    def _look(self, at: int) -> Look:
        damaged, last = self._recent(at, DAMAGE_MS), self._recent(at, SECOND_MS)
        arrived = [delay for delay in last if delay != LOST]
        everything = reversed(self._recent(at, len(self._delays) * EVERY_MS))
        quiet = next((gap for gap, delay in enumerate(everything) if delay != LOST), len(self._delays))
        return Look(
            loss_pm=_per_mille(damaged.count(LOST), len(damaged)),
            rise_ms=min(arrived, default=0),
            silence_ms=quiet * EVERY_MS,
        )

    def arrives(self, at_ms: int) -> bool:
        """Whether what is sent at a moment does."""
        return bool(self._delays) and self._delays[at_ms // EVERY_MS % len(self._delays)] != LOST

    def concealed_pm(self, at_ms: int, audio: Audio) -> int:
        """Speech sent so of the last 2 s that a listener's browser has to make up, while somebody speaks."""
        key = audio.copies, audio.packet_ms, speech.has_fec(audio)
        if key not in self._made_up:
            self._made_up[key] = list(self._unheard(audio))
        made_up, at, count = self._made_up[key], at_ms // EVERY_MS, DAMAGE_MS // EVERY_MS
        if not made_up:
            return 0
        lost = sum(made_up[each % len(made_up)] for each in range(at - count, at))
        return round(1000 * speech.HEARD_SHARE * lost / count)

    def _unheard(self, audio: Audio) -> Iterator[float]:
        """Of each 20 ms what is heard of it neither by its own packet nor by a later one: 0, 1, or a part."""
        wait_ms = max(self.buffer_ms, speech.cushion_ms(self.lost_pm))
        for at in range(len(self._delays)):
            if any(self._comes(at, n * audio.packet_ms, wait_ms) for n in (0, *speech.distances(audio))):
                yield 0.0
            elif speech.has_fec(audio) and self._comes(at, audio.packet_ms, wait_ms):
                yield 1.0 - speech.FEC_SHARE
            else:
                yield 1.0

    def _comes(self, at: int, later_ms: int, wait_ms: int) -> bool:
        """Whether the packet so much later is there when the sound of `at` is to be played."""
        delay = self._delays[(at + later_ms // EVERY_MS) % len(self._delays)]
        return delay != LOST and later_ms + delay <= wait_ms

    def _recent(self, at: int, for_ms: int) -> list[int]:
        count = len(self._delays)
        return [self._delays[each % count] for each in range(at - for_ms // EVERY_MS, at)] if count else []


def _per_mille(part: int, whole: int) -> int:
    return round(1000 * part / whole) if whole else 0
