"""The browser's ladder and Python's take the same decisions at every step, through all of the table."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from signalling.ladder import Ladder
from signalling.ladder_table import TABLE
from signalling.ladder_values import Sample
from tests.ladder_limits import CLEAN, LENGTHS, LIMITS

CLIENT = Path(__file__).parents[1] / "webclient"
TRACES, STEPS = 80, 500


class Step(msgspec.Struct, frozen=True, rename="camel"):
    at_ms: int
    sample: Sample
    settle: bool
    pin: str | None
    order: str | None


class Trace(msgspec.Struct, frozen=True):
    start: str
    steps: list[Step]


def wild(seed: int) -> Trace:
    """Stretches of one sample each, with settling, pins, orders and gaps between."""
    random = Random(seed)
    at_ms, steps = 0, list[Step]()
    while len(steps) < STEPS:
        share = random.choice((0.1, 0.25, 0.5))
        changed = {name: random.choice(each) for name, each in LIMITS.items() if random.random() < share}
        sample = msgspec.structs.replace(CLEAN, **changed)
        for at in range(random.choice(LENGTHS)):
            settle = at == 0 and random.random() < 0.03
            pin = (
                random.choice(("none", "none", "voice", "video"))
                if at == 0 and random.random() < 0.05
                else None
            )
            order = random.choice((*TABLE.orders,)) if at == 0 and random.random() < 0.05 else None
            steps.append(Step(at_ms, sample, settle, pin, order))
            at_ms += random.choice((250, 500, 500, 500, 700, 1000)) if random.random() < 0.99 else 5000
    return Trace(random.choice([rung.name for rung in TABLE.rungs[:-1]]), steps)


def in_python(trace: Trace) -> list[list[Any]]:
    """What `scripts/ladder-run.mjs` answers: the decision or null, at_last_rung, speech_lost."""
    ladder, answers = Ladder(start=trace.start), []
    for step in trace.steps:
        if step.settle:
            ladder.settle(step.at_ms)
        if step.pin:
            ladder.pin(step.pin)
        if step.order:
            ladder.order(step.order)
        decision = ladder.step(step.at_ms, step.sample)
        answers.append([decision and camel(decision), ladder.at_last_rung, ladder.speech_lost])
    return answers


def in_the_browsers_words(trace: Trace) -> dict[str, Any]:
    steps = [{**msgspec.to_builtins(step), "sample": camel(step.sample)} for step in trace.steps]
    return {"start": trace.start, "steps": steps}


def camel(struct: msgspec.Struct) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(struct)
    return {_camel(name): value for name, value in fields.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def in_node(traces: list[Trace]) -> list[list[list[Any]]]:
    node = shutil.which("node")
    if node is None or not (CLIENT / "node_modules" / "esbuild").is_dir():
        pytest.skip("needs node and webclient/node_modules (make setup)")
    given = json.dumps([in_the_browsers_words(trace) for trace in traces])
    command = [node, "scripts/ladder-run.mjs"]
    ran = subprocess.run(
        command, cwd=CLIENT, input=given, capture_output=True, text=True, timeout=60, check=True
    )
    answers: list[list[list[Any]]] = json.loads(ran.stdout)
    return answers


def test_both_ladders_take_the_same_decisions() -> None:
    traces = [wild(seed) for seed in range(TRACES)]
    seen = set()
    for seed, (trace, browser) in enumerate(zip(traces, in_node(traces), strict=True)):
        for at, (mine, theirs) in enumerate(zip(in_python(trace), browser, strict=True)):
            assert mine == theirs, f"seed {seed}, step {at}"
            seen |= {mine[0]["reason"]} if mine[0] else set()
    moves = {move.reason for move in (*TABLE.falls, *TABLE.phone.raised, TABLE.phone.cleared)}
    assert seen == moves | {"peer", "pinned", "probe", "probe_failed", "audio", "whose"}, (
        "the traces miss something"
    )
