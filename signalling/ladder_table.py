"""The shape of the ladder's table, `ladder.json`, and the one loaded copy of it.

Not here: how the table is followed (`ladder`, `webclient/src/ladder.ts`) and the numbers themselves.
All values are integers: milliseconds, kbit/s, per mille, 0 or 1. There are no expressions; a rule is a
few named signs and how long they must have shown. `webclient/src/ladder-table.ts` is the same shape.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final, Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")

Mode = Literal["plain", "lossy", "thin"]
Side = Literal["none", "mine", "theirs", "unclear"]
Limit = int | Literal["hold_from_kbps", "climb_from_kbps", "thin_below_kbps", "capacity_from_kbps"]
"""A number, or the name of the rung's own number."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all parts share: named fields, no others, never changed."""


class Metric(Part, frozen=True, kw_only=True):
    unit: str
    formula: str


class Video(Part, frozen=True, kw_only=True):
    max_kbps: int
    height: int
    max_fps: int
    try_kbps: int | None = None
    """At most that much while it is tried from a rung without video."""


class Still(Part, frozen=True, kw_only=True):
    """One picture every `every_ms`, of `height` lines at most."""

    every_ms: int
    max_bytes: int
    height: int


class Audio(Part, frozen=True, kw_only=True):
    """Opus: `kbps` without headers; each packet also carries the sound of `copies` older ones (RFC 2198).

    A packet holds `packet_ms` of sound: longer ones have fewer headers, and lose more when they are lost.
    """

    kbps: int
    copies: int
    packet_ms: int


class Rung(Part, frozen=True, kw_only=True):
    """What one rung sends, and which usable bandwidth it wants."""

    name: str
    video: Video | None = None
    still: Still | None = None
    tries: str | None = None
    """The better rung that is tried first from here; without it the next one."""
    tries_when: str | None = None
    """A sign that must show for that, as seen from the better rung; the next rung follows its failure."""
    audio: dict[Mode, Audio]
    hold_from_kbps: int
    climb_from_kbps: int
    thin_below_kbps: int
    capacity_from_kbps: int
    why: str

    @property
    def shows_picture(self) -> bool:
        """There is something to see, moving or still."""
        return self.video is not None or self.still is not None


class Sign(Part, frozen=True, kw_only=True):
    """One comparison. A metric without data shows no sign."""

    metric: str
    test: Literal["at_least", "below"]
    limit: Limit
    why: str


class Rule(Part, frozen=True, kw_only=True):
    """Applies while every sign of `all`, one of `any` (if there are any) and none of `none` show.

    Due when it has applied for `for_ms`.
    """

    name: str
    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    for_ms: int
    why: str


class Move(Rule, frozen=True, kw_only=True):
    """A rule that changes the rung.

    `to` is a rung, "fit" (the best that the line carries), "received" (the best that what arrives fills)
    or "next".
    """

    reason: str
    to: str
    at: str | None = None
    """Only when that rung is being sent."""
    not_below: str | None = None
    dwell_ms: int = 0
    """Time since the last change of rung before this rule may change it again."""
    warn_ms: int = 0
    """People are warned when it has applied that long; 0 for a move that needs no warning."""
    settled: bool = False
    """Waits until `settling` is over."""
    swings: bool = False
    """A queue takes the rung: a swing of the line, soon after a climb and not for the first time."""


class Choice(Rule, Generic[T], frozen=True, kw_only=True):
    """One of several things of which one holds, the more urgent first."""

    to: T
    stays_ms: int
    """How long it holds at least against less urgent ones."""


class Climb(Part, frozen=True, kw_only=True):
    """A probe begins when a rule of `ready` is due, is given up by `fails`, and succeeds by `proven`.

    Signs of `barred` keep a rung from being tried, as seen from that rung, those of `unseen` rungs with a
    picture. For `proven`, `for_ms` counts from the beginning of the probe.
    """

    ready: tuple[Rule, ...]
    barred: tuple[str, ...]
    unseen: tuple[str, ...]
    fails: tuple[Rule, ...]
    proven: tuple[Rule, ...]
    between_ms: int
    wait_ms: int
    max_wait_ms: int
    relapse_ms: int
    failed_times: int
    relapse_times: int
    swing_ms: int
    swing_rung: str
    """For so long after a swing nothing better is tried than what the line held then, or that rung."""
    why: str


class Phone(Part, frozen=True, kw_only=True):
    """`raised` by this side's own evidence, `joint` signs from the peer, `cleared` when the line holds."""

    joint: tuple[str, ...]
    raised: tuple[Move, ...]
    cleared: Move


class Pin(Part, frozen=True, kw_only=True):
    """`ceiling`: never better than that rung; `floor`: never worse, the telephone excepted."""

    ceiling: str | None = None
    floor: str | None = None


class Order(Part, frozen=True, kw_only=True):
    """What is kept longest on a weak line. `floor`: no rule leads below it, to the telephone neither."""

    floor: str | None = None
    fps: int | None = None
    """At least so many pictures a second are sent at every rung with video."""
    why: str


class WarningPace(Part, frozen=True, kw_only=True):
    every_ms: int
    why: str


class Settling(Part, frozen=True, kw_only=True):
    for_ms: int
    after: tuple[str, ...]
    why: str


class Table(Part, frozen=True, kw_only=True):
    version: int
    start: str
    look_ms: int
    """What one look counts for at most: a machine that looks seldom has seen little, not much."""
    gap_ms: int
    """Samples further apart than this are no continuous observation (a sleeping laptop)."""
    metrics: dict[str, Metric]
    rungs: tuple[Rung, ...]
    """Best first; the last is the telephone, the one before it the last that carries the call."""
    pins: dict[str, Pin]
    orders: dict[str, Order]
    signs: dict[str, Sign]
    falls: tuple[Move, ...]
    climb: Climb
    phone: Phone
    audio: tuple[Choice[Mode], ...]
    whose: tuple[Choice[Side], ...]
    warning: WarningPace
    settling: Settling

    def rules(self) -> tuple[Rule, ...]:
        """Every rule with a clock. `climb.proven` goes by the clock of the probe."""
        return (
            *self.falls,
            *self.climb.ready,
            *self.climb.fails,
            *self.phone.raised,
            self.phone.cleared,
            *self.audio,
            *self.whose,
        )

    def limit(self, sign: str) -> int:
        """The number that a sign compares with, for those who ask the same question beside the ladder.

        Raises `KeyError` for an unknown sign, `ValueError` for one whose number is the rung's own.
        """
        limit = self.signs[sign].limit
        if not isinstance(limit, int):
            raise ValueError(f"{sign} compares with each rung's own {limit}")
        return limit

    def index(self, name: str) -> int:
        """Where a rung stands; 0 is the best. Raises `ValueError` for an unknown name."""
        return [rung.name for rung in self.rungs].index(name)

    def carried(self, kbps: int) -> int:
        """The best rung that `kbps` of usable bandwidth holds, never the telephone."""
        holds = (at for at, rung in enumerate(self.rungs[:-1]) if rung.hold_from_kbps <= kbps)
        return next(holds, len(self.rungs) - 2)


def parse(text: bytes) -> Table:
    """Raises `msgspec.ValidationError` for a table of another shape."""
    return msgspec.json.decode(text, type=Table)


TABLE: Final = parse(files("signalling").joinpath("ladder.json").read_bytes())
