"""`python -m signalling.simulate.recovery [KBPS ...]`: how soon what a thin line took is back.

Not here: histories drawn at random (`profiles`). A line of 2 Mbit/s is thin for half a minute, both ways,
and open again; half of the calls have browsers without an estimate. G7 asks for a picture within 8 s and
`hd` within 25, in 95 of 100 cases.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median
from typing import Final

from signalling.ladder_table import TABLE
from signalling.simulate.call import Call
from signalling.simulate.line import Phase
from signalling.simulate.scene import Access, Event, Person, Scene

OPEN_KBPS: Final = 2000
THIN_AT_MS: Final = 60_000
OPEN_AT_MS: Final = 90_000
LENGTH_MS: Final = 180_000
QUEUES_MS: Final = (300, 1000)
THIN_KBPS: Final = (60, 25)
STEPS: Final = {"voice": "voice", "picture": "low", "sd": "sd", "hd": "hd"}
"""What is waited for, and the least rung that has it."""
CALLS: Final = 24


def thinned(kbps: int, queue_ms: int, *, estimate: bool) -> Scene:
    """Ann's line is open, thin, and open again."""
    steps = (
        (THIN_AT_MS, OPEN_KBPS),
        (OPEN_AT_MS - THIN_AT_MS, kbps),
        (LENGTH_MS - OPEN_AT_MS, OPEN_KBPS),
    )
    line = tuple(Phase(for_ms=for_ms, kbps=rate, queue_ms=queue_ms) for for_ms, rate in steps)
    person = Person(has_estimate=estimate)
    events = (Event(at_ms=0, who="ann", person=person), Event(at_ms=0, who="ben", person=person))
    return Scene(length_ms=LENGTH_MS, ann=Access(line, line), events=events)


def times(scene: Scene, seed: int) -> list[dict[str, int]]:
    """For both sides, ms from the line's opening to each step; 0 for what was there all along."""
    back: dict[str, dict[str, int]] = {"ann": {}, "ben": {}}
    for at_ms, browser, _, _ in Call(scene, seed).looks():
        if at_ms >= OPEN_AT_MS:
            here = TABLE.index(browser.ladder.decision.rung)
            for step, rung in STEPS.items():
                if here <= TABLE.index(rung):
                    back[browser.name].setdefault(step, at_ms - OPEN_AT_MS)
    return [{step: side.get(step, LENGTH_MS) for step in STEPS} for side in back.values()]


def row(kbps: int, queue_ms: int, calls: int = CALLS) -> str:
    """Median and 95 in 100 of each step, in seconds, in Markdown."""
    sides = [
        side for seed in range(calls) for side in times(thinned(kbps, queue_ms, estimate=seed % 2 == 0), seed)
    ]
    cells = [f"{kbps} kbit/s", f"{queue_ms} ms"]
    for step in STEPS:
        took = sorted(side[step] / 1000 for side in sides)
        cells.append(f"{median(took):.1f} / {took[-(-len(took) * 95 // 100) - 1]:.1f}")
    return "| " + " | ".join(cells) + " |"


def main(arguments: Sequence[str]) -> None:
    head = ("line", "queue", *STEPS)
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    rates = [int(word) for word in arguments] or THIN_KBPS
    lines += [row(kbps, queue_ms) for kbps in rates for queue_ms in QUEUES_MS]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
