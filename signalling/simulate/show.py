"""The tables and traces that `python -m signalling.simulate` prints.

Not here: counting (`tally`, `judge`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signalling.simulate.call import Call
from signalling.simulate.scene import Scene
from signalling.simulate.tally import Tally

HEADINGS = (
    "profile", "hours", "falls", "false", "flaps", "most", "low", "high", "warned", "fell", "back",
    "prompts", "false", "late", "after", "right", "wrong", "unclear", "differ",
)  # fmt: skip
LEGEND = """
falls, false: falls of the rung in an hour on one side; those from a rung that the line had carried for 10 s
flaps, most: reversals in an hour; the most in any 5 minutes on a troubled line: median / 95 in 100
low, high: share of the time on a rung below, above what the line could carry, in %
warned, fell, back: seconds from the line's change to warning, fall, the rung it carries: median / 95 in 100
prompts, false, late: telephone prompts in an hour; while speech was usable; 13 s of broken speech before one
after: seconds of broken speech before a prompt: median / 95 in 100
right, wrong, unclear: of the time in which a side is named, one access being in trouble, in %
differ: of the time, two screens that differ over the side for more than 5 s, in %
"""


def table(tallies: Mapping[str, Tally]) -> str:
    """One row a profile, in Markdown."""
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *(_row(name, tally) for name, tally in tallies.items())]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n" + LEGEND


def _row(name: str, tally: Tally) -> tuple[str, ...]:
    def rate(what: str) -> str:
        number = tally.counts.get(what, 0)
        return f"{tally.per_hour(what):.2f}" if number else "0"

    def share(what: str, of: str) -> str:
        return f"{100 * tally.share(what, of):.1f}" if tally.counts.get(of) else "-"

    sides = [share(f"{named}_side_ms", "blaming_ms") for named in ("right", "wrong", "unclear")]
    return (
        name,
        f"{tally.hours:.0f}",
        rate("falls"),
        str(tally.counts.get("false falls", 0)),
        rate("reversals"),
        _numbers(tally, "reversals in 5 min"),
        share("too_low_ms", "judged_ms"),
        share("too_high_ms", "judged_ms"),
        *(_times(tally, what) for what in ("warn", "fall", "recover")),
        rate("prompts"),
        str(tally.counts.get("false prompts", 0)),
        str(tally.counts.get("late prompts", 0)),
        _times(tally, "prompt"),
        *sides,
        share("differing_ms", "side_ms"),
    )


def _numbers(tally: Tally, what: str) -> str:
    middle = tally.number(what, 50)
    return "-" if middle is None else f"{middle} / {tally.number(what, 95)}"


def _times(tally: Tally, what: str) -> str:
    middle, most = tally.at(what, 50), tally.at(what, 95)
    return "-" if middle is None or most is None else f"{middle / 1000:.1f} / {most / 1000:.1f}"


def trace(scene: Scene, seed: int) -> Iterator[str]:
    """Each change of Ann's line, and each decision of both with the sample that led to it."""
    call, lines = Call(scene, seed), ""
    for at_ms, browser, sample, decision in call.looks():
        now = " ".join(f"{link.phase.kbps}k/{link.phase.loss_pm}pm" for link in call.links[:2])
        if now != lines:
            lines = now
            yield f"{at_ms / 1000:7.1f}      ann's line, up and down: {now}"
        if decision is None or decision.reason == "audio":
            continue
        tried = f" (try {decision.probing})" if decision.probing else ""
        warned = f" (warns of {decision.warning})" if decision.warning else ""
        yield (
            f"{at_ms / 1000:7.1f} {browser.name}  {decision.rung}{tried}{warned}: {decision.reason}; "
            f"whose: {decision.whose}; usable {sample.usable_kbps}, received {sample.received_by_peer_kbps}, "
            f"rise {sample.rtt_rise_ms}, loss {sample.loss_pm}, concealed {sample.peer_concealed_pm}"
        )
