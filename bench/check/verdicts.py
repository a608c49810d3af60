"""Ten impaired lines and what the check says of each, beside what was done to the line.

One browser in a network namespace (`tests.netlab`); needs root. `BENCH_LINES=clean,no-udp` is these alone.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, Route, async_playwright

from bench.figures import row
from signalling.ladder_table import TABLE
from signalling.line_record import EVERY_MS
from tests.netlab import namespaces
from tests.netlab.check import SETTINGS, VERDICT_WITHIN_S, diagnostics, keep_results, reach, start, told
from tests.netlab.lab import Lab, open_lab
from tests.netlab.load import Load
from tests.netlab.product import Server

NEAR_PM, NEAR_SHARE = 10, 0.2
"""Loss is right within a point or a fifth of what the line dropped, speed within a fifth of its rate."""


@dataclass(frozen=True)
class Case:
    """An impairment both ways. `rung` may be missed by one."""

    name: str
    line: dict[str, Any]
    rung: str
    remedies: frozenset[str]


def _case(name: str, rung: str, *remedies: str, **line: Any) -> Case:
    return Case(name, line, rung, frozenset(remedies))


CASES: Final = (
    _case("clean", "hd", "none"),
    _case("500", "sd", "none", rate_kbps=500),
    _case("250", "low", "voice_first", rate_kbps=250),
    _case("100", "stills", "voice_first", rate_kbps=100),
    _case("40", "voice", "voice_first", "telephone", rate_kbps=40),
    _case("loss-10", "sd", "nearer", loss_pm=100),
    _case("bursts-25", "low", "nearer", loss_pm=250, burst=3),
    _case("delay-300", "hd", "none", delay_ms=300),
    _case("jitter-100", "sd", "none", "nearer", delay_ms=100, jitter_ms=25, loss_pm=50),
    _case("no-udp", "phone", "network", udp_blocked=True),
)


@dataclass(frozen=True)
class Dropped:
    """What the line carried and dropped of one direction while the packets were measured."""

    sent: int
    dropped: int

    @property
    def pm(self) -> int:
        return round(1000 * self.dropped / self.sent) if self.sent else 0


async def measure() -> None:
    if reason := namespaces.missing():
        print(f"| not measured | {reason} |")
        return
    wanted = os.environ.get("BENCH_LINES", ",".join(case.name for case in CASES)).split(",")
    load = Load()
    right: dict[str, list[bool]] = {"rung and remedy": [], "loss": [], "speed": []}
    cases = [case for case in CASES if case.name in wanted]
    async with _checking() as (lab, page):
        for case in cases:
            try:
                row(case.name, await _judged(case, lab, page, right))
            except AssertionError:
                right["rung and remedy"].append(False)
                row(case.name, f"no verdict: a step took over {VERDICT_WITHIN_S} s")
    for what, claims in right.items():
        row(f"{what} right", f"{sum(claims)} of {len(claims)}")
    row("machine", str(load))


async def _judged(case: Case, lab: Lab, page: Page, right: dict[str, list[bool]]) -> str:
    """One check on one line; what it said, and `right` added to."""
    await page.goto(f"{lab.server_origin}/check")
    lab.line("a").set(**case.line)
    try:
        await start(page)
        dropped = await _dropped(lab, page) if case.name != "no-udp" else None
        verdict = await told(page)
    finally:
        lab.line("a").clear()
    apart = abs(TABLE.index(verdict["rung"]) - TABLE.index(case.rung))
    right["rung and remedy"].append(apart <= 1 and verdict["remedy"] in case.remedies)
    packets = (await diagnostics(page))["packets"]
    said = [f"{verdict['rung']} ({case.rung}), {verdict['remedy']} ({' or '.join(sorted(case.remedies))})"]
    if dropped and packets["everyMs"] == EVERY_MS:
        pairs = [(verdict[way]["lossPm"], dropped[way].pm) for way in ("up", "down")]
        right["loss"].append(all(abs(seen - done) <= max(NEAR_PM, NEAR_SHARE * done) for seen, done in pairs))
        said += ["lost " + ", ".join(f"{seen / 10:.1f} % ({done / 10:.1f})" for seen, done in pairs)]
    else:
        said += ["lost " + ", ".join(f"{verdict[way]['lossPm'] / 10:.1f} %" for way in ("up", "down"))]
    speeds = [verdict[way]["kbps"] or 0 for way in ("up", "down")]
    if rate := case.line.get("rate_kbps"):
        right["speed"].append(all(abs(speed - rate) <= NEAR_SHARE * rate for speed in speeds))
    said += ["speed " + ", ".join(f"{speed}" for speed in speeds) + " kbit/s"]
    said += [f"{packets['up']} packets, one in {packets['everyMs']} ms"]
    return "; ".join(said)


async def _dropped(lab: Lab, page: Page) -> dict[str, Dropped]:
    """By direction, from the first packet of the measurement until the page first asks for something else."""
    counters: list[Any] = []

    async def note(route: Route) -> None:
        counters.append(lab.network.report()["counters"]["a"])
        await route.continue_()

    await reach(page, "line")
    counters.append(lab.network.report()["counters"]["a"])
    await page.route("**/check/up", note, times=1)
    await told(page)
    before, after = counters[:2]
    found = {}
    for way in ("up", "down"):
        sent, *dropped = (
            after[way][key] - before[way][key] for key in ("sent_packets", "lost", "overflowed")
        )
        found[way] = Dropped(sent, sum(dropped))
    return found


@asynccontextmanager
async def _checking() -> AsyncIterator[tuple[Lab, Page]]:
    """A server, and Ann's browser."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        lab = open_lab(await stack.enter_async_context(async_playwright()), folder)
        stack.push_async_callback(lab.close)
        server = Server(lab, folder, SETTINGS)
        stack.push_async_callback(server.kill)
        await server.start()
        ann = await lab.open("a", f"{lab.server_origin}/")
        await keep_results(ann.page)
        yield lab, ann.page
