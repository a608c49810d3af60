"""Traces of a line, written as segments, run through the ladder. `python -m signalling.replay FILE`.

Not here: where samples come from in a call, or a model of a line (`simulate`). A trace file holds named
`lines` (samples) and `traces`; a segment is one line, with some metrics changed, looked at for a while.
The decisions are written in brief: what changed, when and why. `--write` puts the present decisions into
the file, to be read and judged in the difference; without it they are printed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from signalling.ladder import Ladder
from signalling.ladder_values import Decision, Sample

LOOK_EVERY_MS: Final = 500
STATE: Final = ("rung", "probing", "audio", "phone", "whose")


class Segment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`like` names a line, `changed` overrides its metrics (null: no data); the others come first."""

    for_ms: int
    like: str | None = None
    changed: dict[str, int | None] = {}
    every_ms: int = LOOK_EVERY_MS
    settle: bool = False
    pin: str | None = None
    order: str | None = None


class Trace(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    name: str
    claim: str
    start: str | None = None
    segments: list[Segment]
    decisions: list[dict[str, object]] = []


class Traces(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    lines: dict[str, dict[str, int | None]]
    traces: list[Trace]

    def replay(self, trace: Trace) -> list[Decision]:
        """Every decision the ladder takes along the trace. Raises `KeyError` for a line that is not there."""
        ladder = Ladder(start=trace.start)
        return [decision for decision in self._run(trace, ladder) if decision]

    def _run(self, trace: Trace, ladder: Ladder) -> Iterator[Decision | None]:
        begins_ms = 0
        for segment in trace.segments:
            if segment.settle:
                ladder.settle(begins_ms)
            if segment.pin:
                ladder.pin(segment.pin)
            if segment.order:
                ladder.order(segment.order)
            sample = self._sample(segment)
            for at_ms in range(begins_ms, begins_ms + segment.for_ms, segment.every_ms):
                yield ladder.step(at_ms, sample)
            begins_ms += segment.for_ms

    def _sample(self, segment: Segment) -> Sample:
        line = {} if segment.like is None else self.lines[segment.like]
        return msgspec.convert({**line, **segment.changed}, Sample)


def read(path: Path) -> Traces:
    """Raises `msgspec.ValidationError` when the file is no trace file."""
    return msgspec.json.decode(path.read_bytes(), type=Traces)


def brief(decisions: list[Decision], start: Decision) -> list[dict[str, object]]:
    """Each decision as its time, its reason, the warning, and what is not as before."""
    before = msgspec.to_builtins(start)
    result: list[dict[str, object]] = []
    for decision in decisions:
        now = msgspec.to_builtins(decision)
        changed = {key: now[key] for key in STATE if now[key] != before[key]}
        warning = {"warning": now["warning"]} if now["warning"] else {}
        result.append({"at_ms": now["at_ms"], "reason": now["reason"], **warning, **changed})
        before = now
    return result


def main(arguments: list[str]) -> None:
    path = Path(arguments[0])
    traces = read(path)
    for trace in traces.traces:
        trace.decisions = brief(traces.replay(trace), Ladder(start=trace.start).decision)
    text = pretty(traces)
    if "--write" in arguments:
        path.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def pretty(traces: Traces) -> str:
    """The file as people read it: each sample, segment and decision on a line of its own."""
    lines = [f"    {_inline(name)}: {_inline(line)}" for name, line in traces.lines.items()]
    each = [_pretty(trace) for trace in traces.traces]
    return "{\n" + _block("  ", "lines", "{}", lines) + ",\n" + _block("  ", "traces", "[]", each) + "\n}\n"


def _pretty(trace: Trace) -> str:
    plain = msgspec.to_builtins(trace)
    words = [f'      "{key}": {_inline(plain[key])}' for key in ("name", "claim", "start") if key in plain]
    lists = [
        _block("      ", key, "[]", [f"        {_inline(value)}" for value in plain.get(key, [])])
        for key in ("segments", "decisions")
    ]
    return "    {\n" + ",\n".join(words + lists) + "\n    }"


def _block(indent: str, key: str, brackets: str, items: list[str]) -> str:
    inside = "\n" + ",\n".join(items) + f"\n{indent}" if items else ""
    return f'{indent}"{key}": {brackets[0]}{inside}{brackets[1]}'


def _inline(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()


if __name__ == "__main__":
    main(sys.argv[1:])
