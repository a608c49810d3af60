"""One person's round trip to the server, measured by pings over their own access.

Not here: anything else of the server. A lost packet costs TCP's shortest timer, then twice as long; an
unanswered ping counts with its age, and the second longest of late for all of them; after 8 s the connection
is given up and a new one made (`webclient/src/connection.ts`).
"""

from __future__ import annotations

from random import Random
from typing import Final

from signalling.rise import Rise
from signalling.simulate.line import Link

EVERY_MS: Final = 4000
PROBE_MS: Final = 1000
DEAD_MS: Final = 8000
RTO_MS: Final = 200
KEPT_MS: Final = 40_000
"""The second longest round trip of so long counts: loss shows in single pings, and one of them is chance."""


class ServerPath:
    """`reachable` is the server's own state."""

    def __init__(self, up: Link, down: Link, random: Random) -> None:
        self.reachable = True
        self._links = (up, down)
        self._random = random
        self._rise = Rise()
        self._asked_at = -EVERY_MS
        self._answer_at: int | None = 0
        """When the answer to the open question comes; None while there is no way."""
        self._rtt: float | None = None
        self._answers: list[tuple[int, float]] = []
        self._open = False

    @property
    def calm(self) -> bool:
        return not self._open and self.reachable

    def pass_by(self, ms: int) -> None:
        """Questions and answers went on as before."""
        self._asked_at += ms
        self._answers = [(then + ms, rtt) for then, rtt in self._answers]

    def tick(self, at_ms: int) -> None:
        """Every half second: answers come, and the next ping is due."""
        if self._open:
            self._await(at_ms)
        elif at_ms - self._asked_at >= EVERY_MS:
            self._ask(at_ms)

    def probe(self, at_ms: int) -> None:
        """The call is in trouble: ask sooner."""
        if not self._open and at_ms - self._asked_at >= PROBE_MS:
            self._ask(at_ms)

    def rise_ms(self, at_ms: int) -> int | None:
        if self._rtt is None:
            return None
        age = at_ms - self._asked_at if self._open else 0
        last = max(self._rtt, age)
        self._answers = [each for each in self._answers if at_ms - each[0] < KEPT_MS]
        longest = sorted(rtt for _, rtt in self._answers)
        second = longest[-2] if len(longest) > 1 else 0.0
        return self._rise.of(at_ms, last) + round(max(0.0, second - last))

    def _ask(self, at_ms: int) -> None:
        self._asked_at, self._open = at_ms, True
        self._answer_at = self._answered(at_ms)
        self._await(at_ms)

    def _answered(self, at_ms: int) -> int | None:
        up, down = self._links
        if not self.reachable or not up.phase.kbps or not down.phase.kbps:
            return None
        took = 2.0 * (up.phase.delay_ms + down.phase.delay_ms) + up.delay_ms + down.delay_ms
        loss, timer = 1 - (1 - up.loss) * (1 - down.loss), RTO_MS
        while loss and self._random.random() < loss and timer < DEAD_MS:
            took, timer = took + timer, 2 * timer
        jitter = self._random.random() * (up.phase.jitter_ms + down.phase.jitter_ms)
        return at_ms + int(took + jitter)

    def _await(self, at_ms: int) -> None:
        """An answer that would have come since the last look has come; the dark lets none through."""
        age = at_ms - self._asked_at
        if self._answer_at is None or not self.reachable:
            self._answer_at = again + age // 2 if (again := self._answered(at_ms)) else None
        if self._answer_at is not None and self._answer_at < at_ms + 500:
            self._rtt, self._open = float(self._answer_at - self._asked_at), False
            self._answers.append((at_ms, self._rtt))
        elif age > DEAD_MS:
            self._rtt, self._open = None, False
