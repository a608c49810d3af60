"""Writes docs/ladder.md from the table: `python -m signalling.ladder_doc` (with `--check`: compares only).

Not here: the table (`ladder.json`), or how it came to be (docs/decisions/0003-one-table-for-the-ladder.md).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from signalling.ladder_table import TABLE, Audio, Move, Rule, Rung, Sign, Table

USUAL_PACKET_MS: Final = 20
TARGET: Final = Path(__file__).parent.parent / "docs" / "ladder.md"

INTRODUCTION: Final = """\
# The ladder

Written by `python -m signalling.ladder_doc` from `signalling/ladder.json`, version {version}: do not edit.

Ringback protects speech first. Each side measures its line twice a second and decides for itself what it
*sends*; when speech is unusable in either direction, both screens offer the telephone. Two short programs
follow the same table, `webclient/src/ladder.ts` in the browser and `signalling/ladder.py` for reports,
rehearsals and simulation, and tests hold them together. A call begins at `{start}`.
"""

RUNGS: Final = """\
## Rungs

Sound is Opus in kbit/s without headers; "x 2" is with one older packet's sound beside the new (RED), "x 5"
with four, and a packet holds 20 ms unless it says otherwise.

"""

READING: Final = """\
## How a decision is taken

A **sign** compares one metric with one number. A metric without data shows no sign: blind means hold. A
**rule** applies while all signs of its first group, at least one of its second and none of its third show,
and is due when it has applied at every look for its time. A look counts for {look_s} s at most, and a pause
of more than {gap_s} s between two starts every clock anew: a machine that looks seldom has seen little. In
this order: the telephone, a person's pin, falls (the first that is due), climbs; then the sound that goes
with it, and whose line it is.
"""

FALLS: Final = """\
## Falls

Rules marked "settled" wait {settling_s} s after connecting, an ICE restart, unmuting, a pause in looking,
{after}. {settling_why}

Before a fall there is one warning, at most one in {warning_s} s. {warning_why}

"""

CLIMBS: Final = """\
## Climbs

{why}

The wait starts at {wait_s} s and ends at {max_wait_s} s; between two climbs lie {between_s} s; a climb or a
rung has held after {relapse_s} s. Falls marked "swings" are those by a queue; after a swing nothing better
than what it left, or than `{swing_rung}`, is tried for {swing_s} s, unless a person asks by a pin. A rung
for which the line is {barred} is not tried, nor a picture during {unseen}. "Climb" counts from the beginning
of the probe.

"""

TELEPHONE: Final = """\
## The telephone

The prompt stands on both screens while either side's evidence does ({joint}); trouble with pictures alone
never raises it.

"""

ORDERS: Final = """\
## Orders

What is kept longest on a weak line. The choice is a person's and counts for both directions; who pins voice
only has given the picture up.

"""

CHOICE: Final = "The first rule that is due; what it brought stays that long, unless a rule above it is due."


def render(table: Table = TABLE) -> str:
    """The whole document."""
    return "\n".join(
        [
            INTRODUCTION.format(version=table.version, start=table.start),
            _diagram(table),
            _rungs(table),
            READING.format(look_s=_seconds(table.look_ms), gap_s=_seconds(table.gap_ms)),
            _falls(table),
            _climbing(table),
            _telephone(table),
            _sound(table),
            _whose(table),
            _pins(table),
            _orders(table),
            _signs(table),
            _metrics(table),
        ]
    )


def _diagram(table: Table) -> str:
    *rungs, phone = (rung.name for rung in table.rungs)
    steps = list(pairwise(rungs))
    lines = [f"[*] --> {table.start}"]
    lines += [f"{better} --> {worse}: {_reasons(table, worse)}" for better, worse in steps]
    lines += [f"{worse} --> {better}: probe" for better, worse in steps]
    lines += [f"{rung.name} --> {rung.tries}: {_first_probe(rung)}" for rung in table.rungs if rung.tries]
    lines += [
        f"{rungs[-1]} --> {phone}: speech unusable",
        f"{phone} --> {table.phone.cleared.to}: the line holds",
    ]
    diagram = "".join(f"    {line}\n" for line in lines)
    words = "A fall may pass over rungs, and so may a proven probe."
    return f"```mermaid\nstateDiagram-v2\n{diagram}```\n\n{words}\n"


def _first_probe(rung: Rung) -> str:
    return f"first probe where {rung.tries_when}" if rung.tries_when else "first probe"


def _reasons(table: Table, worse: str) -> str:
    """Why a rung may be left for the next lower one, `worse`."""
    reach = table.index(worse)

    def may(rule: Move) -> bool:
        from_here = not rule.at or table.index(rule.at) == reach - 1
        lowest = rule.not_below or (rule.to if rule.to not in ("fit", "received", "next") else None)
        return from_here and (lowest is None or table.index(lowest) >= reach)

    return ", ".join(dict.fromkeys(rule.reason for rule in table.falls if may(rule)))


def _rungs(table: Table) -> str:
    head = ("rung", "picture", "sound plain / lossy / thin", "holds from", "climbed to from", "why")
    rows = [
        (
            f"`{rung.name}`",
            _picture(rung),
            " / ".join(_opus(rung.audio[mode]) for mode in ("plain", "lossy", "thin")),
            f"{rung.hold_from_kbps} kbit/s" if rung.hold_from_kbps else "-",
            f"{rung.climb_from_kbps} kbit/s" if rung.climb_from_kbps else "-",
            rung.why,
        )
        for rung in table.rungs
    ]
    return RUNGS + _grid(head, rows)


def _picture(rung: Rung) -> str:
    video, still = rung.video, rung.still
    if still:
        return f"{still.height}p, one in {_seconds(still.every_ms)} s, up to {still.max_bytes // 1000} kB"
    if not video:
        return "none"
    first = f", {video.try_kbps} at first" if video.try_kbps else ""
    return f"{video.height}p, {video.max_fps} a second, up to {video.max_kbps} kbit/s{first}"


def _opus(audio: Audio) -> str:
    kbps = f"{audio.kbps} x {1 + audio.copies}" if audio.copies else str(audio.kbps)
    return kbps if audio.packet_ms == USUAL_PACKET_MS else f"{kbps} at {audio.packet_ms} ms"


def _falls(table: Table) -> str:
    settling, warning = table.settling, table.warning
    text = FALLS.format(
        settling_s=_seconds(settling.for_ms),
        after=_signs_of(settling.after, " or "),
        settling_why=settling.why,
        warning_s=_seconds(warning.every_ms),
        warning_why=warning.why,
    )
    return text + _moves(table.falls)


def _moves(moves: Sequence[Move]) -> str:
    head = ("rule", "reason", "to", "when", "warned after", "due after", "not within", "why")
    rows = [
        (
            _marked(move),
            move.reason,
            _to(move),
            _when(move),
            _after(move.warn_ms) if move.warn_ms else "-",
            _after(move.for_ms),
            f"{_seconds(move.dwell_ms)} s of a change" if move.dwell_ms else "-",
            move.why,
        )
        for move in moves
    ]
    return _grid(head, rows)


def _marked(move: Move) -> str:
    marks = [name for name, holds in (("settled", move.settled), ("swings", move.swings)) if holds]
    return f"`{move.name}`" + (f" ({', '.join(marks)})" if marks else "")


def _to(move: Move) -> str:
    words = {
        "fit": "the best that fits",
        "received": "the best that what arrives would fill",
        "next": "the next lower",
    }.get(move.to, f"`{move.to}`")
    if move.at:
        return f"{words}, from `{move.at}` only"
    return f"{words}, not below `{move.not_below}`" if move.not_below else words


def _climbing(table: Table) -> str:
    climb = table.climb
    uses = (("begin", climb.ready), ("give up", climb.fails), ("climb", climb.proven))
    rows = [
        (f"`{rule.name}`", use, _when(rule), _after(rule.for_ms), rule.why)
        for use, rules in uses
        for rule in rules
    ]
    text = CLIMBS.format(
        why=climb.why,
        wait_s=_seconds(climb.wait_ms),
        max_wait_s=_seconds(climb.max_wait_ms),
        between_s=_seconds(climb.between_ms),
        relapse_s=_seconds(climb.relapse_ms),
        swing_s=_seconds(climb.swing_ms),
        swing_rung=climb.swing_rung,
        barred=_signs_of(climb.barred, " or "),
        unseen=_signs_of(climb.unseen, " or "),
    )
    return text + _grid(("rule", "what follows", "when", "due after", "why"), rows)


def _telephone(table: Table) -> str:
    text = TELEPHONE.format(joint=_signs_of(table.phone.joint, ", "))
    return text + _moves([*table.phone.raised, table.phone.cleared])


def _sound(table: Table) -> str:
    rows = [
        (f"`{rule.name}`", rule.to, _when(rule), _after(rule.for_ms), _stays(rule.stays_ms), rule.why)
        for rule in table.audio
    ]
    head = ("rule", "sound", "when", "due after", "stays", "why")
    return f"## Sound\n\n{CHOICE}\n\n" + _grid(head, rows)


def _whose(table: Table) -> str:
    rows = [
        (f"`{rule.name}`", rule.to, _when(rule), _after(rule.for_ms), _stays(rule.stays_ms), rule.why)
        for rule in table.whose
    ]
    head = ("rule", "side", "when", "due after", "stays", "why")
    return f"## Whose line it is\n\n{CHOICE}\n\n" + _grid(head, rows)


def _pins(table: Table) -> str:
    rows = [
        (f"`{name}`", f"`{pin.ceiling}`" if pin.ceiling else "-", f"`{pin.floor}`" if pin.floor else "-")
        for name, pin in table.pins.items()
    ]
    text = "## Pins\n\nA person's choice caps or floors the rungs; the telephone's rules go on working.\n\n"
    return text + _grid(("pin", "never better than", "never worse than"), rows)


def _orders(table: Table) -> str:
    rows = [
        (
            f"`{name}`",
            f"`{order.floor}`" if order.floor else "-",
            f"{order.fps} pictures a second" if order.fps else "-",
            order.why,
        )
        for name, order in table.orders.items()
    ]
    return ORDERS + _grid(("order", "no rule leads below", "sends at least", "why"), rows)


def _signs(table: Table) -> str:
    rows = [(f"`{name}`", _comparison(sign), sign.why) for name, sign in table.signs.items()]
    return "## Signs\n\n" + _grid(("sign", "shows when", "why"), rows)


def _comparison(sign: Sign) -> str:
    limit = sign.limit if isinstance(sign.limit, int) else f"the rung's `{sign.limit}`"
    return f"`{sign.metric}` {sign.test.replace('_', ' ')} {limit}"


def _metrics(table: Table) -> str:
    rows = [(f"`{name}`", metric.unit, metric.formula) for name, metric in table.metrics.items()]
    return "## Metrics\n\nA sample has those that could be measured; all are whole numbers.\n\n" + _grid(
        ("metric", "unit", "formula"), rows
    )


def _when(rule: Rule) -> str:
    parts = [
        _signs_of(rule.all, " and "),
        _signs_of(rule.any, " or "),
        "not " + _signs_of(rule.none, ", ") if rule.none else "",
    ]
    return "; ".join(part for part in parts if part)


def _signs_of(names: Iterable[str], between: str) -> str:
    return between.join(f"`{name}`" for name in names)


def _after(ms: int) -> str:
    return f"{_seconds(ms)} s" if ms else "at once"


def _stays(ms: int) -> str:
    return f"{_seconds(ms)} s" if ms else "-"


def _seconds(ms: int) -> str:
    return f"{ms / 1000:g}"


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def main(arguments: list[str]) -> str | None:
    """Writes the file, or with `--check` says how to bring it up to date. Returns what went wrong."""
    written = render()
    if arguments == ["--check"]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        return (
            None
            if current == written
            else f"{TARGET.name} is out of date: run python -m signalling.ladder_doc"
        )
    TARGET.write_text(written, encoding="utf-8")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
