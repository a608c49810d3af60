"""One call under one profile, on Ringback or on the yardstick page, and what was recorded of it.

Figures are made of it afterwards (`figures.py`), when no browser runs any more.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import async_playwright

from bench.call import deeds, seconds
from bench.call.steps import Line, Profile, Step
from tests.netlab import align, plain, turnserver
from tests.netlab.lab import PORT, Lab, Participant, now_ms, open_lab
from tests.netlab.load import Load
from tests.netlab.product import SETTLED_MS, Server, a_session

PageName = Literal["product", "yardstick"]
Over = Callable[[Participant], bool]
"""Whether there is nothing more to wait for at one person's end."""
MARGIN_MS = int(1000 * align.WANDER_S)
LEAD_MS = 3000
"""Of the good line, before a profile's second 0: what is usual."""
TURNING_S = (-1, 6)
"""Around the moment in which the line goes bad: when it is looked at closely."""
FAR_APART_S = 60.0
LEAST_S = 8.0
"""Of each stretch that is listened to, in a call that may end early."""


@dataclass(frozen=True, slots=True)
class Call:
    """Two people in a settled call on clean lines; the yardstick's server cannot be killed."""

    lab: Lab
    people: tuple[Participant, Participant]
    server: Server | None = None


@dataclass(slots=True)
class Played:
    """All that is left of a call. `start_ms` is the second 0 of the profile (epoch)."""

    profile: Profile
    people: tuple[Participant, Participant]
    start_ms: int
    totals: list[list[seconds.Totals]] = field(default_factory=list)
    busy_pm: int = 0
    conditions: str = ""

    def at_ms(self, at_s: float) -> int:
        """The moment (epoch) of a profile's second."""
        return self.start_ms + int(1000 * at_s)

    def turning(self) -> bool:
        """Whether this is about the moment in which the line goes bad."""
        onset_s = self.profile.onset_s
        if onset_s is None:
            return False
        first, last = (self.at_ms(onset_s + each) for each in TURNING_S)
        return first <= now_ms() < last


async def play(page: PageName, profile: Profile, over: Over | None = None) -> Played:
    """Hold the call from joining to the end of the profile, in a laboratory of its own.

    Or until `over` is true of both, if that comes first, once every stretch has lasted `LEAST_S`.
    """
    with tempfile.TemporaryDirectory(prefix="ringback-") as name:
        async with async_playwright() as playwright:
            lab = open_lab(playwright, Path(name))
            try:
                async with PAGES[page](lab, Path(name), profile) as call:
                    return await _hold(call, profile, over)
            finally:
                await lab.close()


async def _hold(call: Call, profile: Profile, over: Over | None) -> Played:
    load = Load()
    played = Played(profile, call.people, now_ms() + LEAD_MS)
    beside = [
        asyncio.create_task(seconds.keep(call.lab, call.people, played.totals, played.turning)),
        asyncio.create_task(_forget(played)),
    ]
    try:
        async with deeds.Doer(call.lab, call.people, call.server) as doer:
            for step in sorted(profile.steps, key=lambda step: step.at_s):
                await _until(played.at_ms(step.at_s))
                await _take(call.lab, doer, step)
            played.profile = await _end(played, over)
        played.busy_pm, played.conditions = load.busy_pm, call.lab.conditions(load)
        for person in call.people:
            end_ms = played.at_ms(played.profile.length_s)
            await person.hearing.reach(end_ms + MARGIN_MS, within_ms=MARGIN_MS + 3000)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    return played


async def _forget(played: Played) -> None:
    """Drop what was recorded between stretches that are far apart: half an hour of it fills the memory."""
    holes = [hole for hole in played.profile.unheard() if hole[1] - hole[0] > FAR_APART_S]
    while holes:
        await asyncio.sleep(FAR_APART_S / 4)
        for start_s, end_s in holes:
            end_ms = min(played.at_ms(end_s) - 2 * MARGIN_MS, now_ms() - 2 * MARGIN_MS)
            for person in played.people:
                person.hearing.forget(played.at_ms(start_s) + 2 * MARGIN_MS, end_ms)


async def _end(played: Played, over: Over | None) -> Profile:
    """Wait for it; returns what has been played by then."""
    profile = played.profile
    if over:
        await _until(played.at_ms(max(start for start, _ in profile.listen.values()) + LEAST_S))
        while now_ms() < played.at_ms(profile.length_s) and not all(map(over, played.people)):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        return profile.cut((now_ms() - played.start_ms) / 1000)
    await _until(played.at_ms(profile.length_s))
    return profile


async def _take(lab: Lab, doer: deeds.Doer, step: Step) -> None:
    if not isinstance(step, Line):
        await doer.do(step.deed)
    elif step.clears:
        lab.line(step.host).clear()
    else:
        lab.line(step.host).set(**step.both, up=dict(step.up), down=dict(step.down))


async def _until(moment_ms: int) -> None:
    await asyncio.sleep(max(0, moment_ms - now_ms()) / 1000)


@asynccontextmanager
async def _product(lab: Lab, folder: Path, profile: Profile) -> AsyncIterator[Call]:
    async with AsyncExitStack() as stack:
        settings: dict[str, str] = {}
        if profile.turn:
            if reason := turnserver.missing():
                raise deeds.ImpossibleError(reason)
            relay = await stack.enter_async_context(turnserver.relay(lab.server, folder))
            settings = {**relay.settings("udp"), "RINGBACK_RELAY_ONLY": "1"}
        session = await stack.enter_async_context(a_session(lab, folder, settings))
        yield Call(lab, session.people, session.server)


@asynccontextmanager
async def _yardstick(lab: Lab, _folder: Path, _profile: Profile) -> AsyncIterator[Call]:
    runner = await plain.serve(lab.server.listener(PORT))
    try:
        ann, ben = await asyncio.gather(*(lab.join(host, lab.server_origin + "/") for host in ("a", "b")))
        for person in (ann, ben):
            since_ms = await person.wait_for("data-link", "connected", within_ms=30_000)
            assert await person.hearing.reach(since_ms + SETTLED_MS, within_ms=SETTLED_MS + 10_000)
        yield Call(lab, (ann, ben))
    finally:
        await runner.cleanup()


PAGES: dict[PageName, Callable[[Lab, Path, Profile], AbstractAsyncContextManager[Call]]] = {
    "product": _product,
    "yardstick": _yardstick,
}
