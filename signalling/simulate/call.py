"""A call: two browsers with their ladders on the four links of a scene, half a second at a time.

Not here: judging what they did (`judge`). The two look at different moments, as browsers do, and talk in
turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from signalling.ladder_table import TABLE, Table
from signalling.ladder_values import Decision, Sample
from signalling.simulate.browser import Browser
from signalling.simulate.hearing import Path
from signalling.simulate.line import LOOK_MS, Link
from signalling.simulate.scene import Event, Scene
from signalling.simulate.server import ServerPath

WHOLE_MS: Final = 1000
"""Calm time is left out in whole seconds: some browsers look once in a second."""
TURN_MS: Final = 10_000
"""How long one of them speaks, on average."""


Look = tuple[int, Browser, Sample, Decision | None]
"""When, whose, what was measured, and what was newly decided."""


class Call:
    """`ann` and `ben`, and `looks` to let time pass."""

    def __init__(self, scene: Scene, seed: int = 0, table: Table = TABLE) -> None:
        self._scene, self._random = scene, Random(seed)
        random = self._random
        self.links = [
            Link(phases, random) for phases in (scene.ann.up, scene.ann.down, scene.ben.up, scene.ben.down)
        ]
        ann_up, ann_down, ben_up, ben_down = self.links
        there, back = Path(ann_up, ben_down), Path(ben_up, ann_down)
        self.ann = Browser("ann", there, back, ServerPath(ann_up, ann_down, random), random, table)
        self.ben = Browser("ben", back, there, ServerPath(ben_up, ben_down, random), random, table)
        self._offset_ms = random.randrange(LOOK_MS)
        self._events = sorted(scene.events, key=lambda event: event.at_ms)
        self._turn_until = 0

    def looks(self) -> Iterator[Look]:
        """The looks of both browsers, in order; long calm stretches have few."""
        ann, ben, offset, at_ms = self.ann, self.ben, self._offset_ms, 0
        while at_ms + LOOK_MS <= self._scene.length_ms:
            if ann.calm and ben.calm:
                at_ms += self._calm(at_ms)
            at_ms += LOOK_MS
            while self._events and self._events[0].at_ms <= at_ms:
                self._happen(self._events.pop(0), at_ms)
            if at_ms >= self._turn_until:
                self._take_turns(at_ms)
            ann.send()
            ben.send()
            ann.server.tick(at_ms)
            ben.server.tick(at_ms)
            if at_ms % ann.person.looks_every_ms == 0:
                yield at_ms, ann, *ann.look(at_ms)
                ann.report(at_ms, ben)
            if at_ms % ben.person.looks_every_ms == 0:
                yield at_ms + offset, ben, *ben.look(at_ms + offset)
                ben.report(at_ms + offset, ann)

    def _calm(self, at_ms: int) -> int:
        """How many ms may be left out from here, and leave them out."""
        packet_ms = max(self.ann.packet_ms, self.ben.packet_ms)
        ends = [self._scene.length_ms, *(event.at_ms - LOOK_MS for event in self._events[:1])]
        end_ms = min(*ends, *(side.ladder.rests_until_ms - LOOK_MS for side in (self.ann, self.ben)))
        ms = min(end_ms - at_ms, *(link.calm_ms(packet_ms) for link in self.links)) // WHOLE_MS * WHOLE_MS
        if ms <= 0 or packet_ms > min(self.ann.packet_ms, self.ben.packet_ms):
            return 0
        for link in self.links:
            link.pass_by(ms, packet_ms)
        self.ann.pass_by(at_ms + ms, ms)
        self.ben.pass_by(at_ms + ms + self._offset_ms, ms)
        return ms

    def _happen(self, event: Event, at_ms: int) -> None:
        browser = self.ann if event.who == "ann" else self.ben
        browser.person = event.person or browser.person
        if event.settle:
            self.ann.move(at_ms)
            self.ben.move(at_ms)
        if event.server is not None:
            browser.server.reachable = event.server

    def _take_turns(self, at_ms: int) -> None:
        self._turn_until = at_ms + int(self._random.expovariate(1 / TURN_MS))
        self.ann.speaks = not self.ann.speaks
        self.ben.speaks = not self.ann.speaks
