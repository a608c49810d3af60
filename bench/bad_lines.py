"""How soon the call reacts to a line that goes bad and is good again, and what is understood meanwhile.

Two browsers in network namespaces (`tests.netlab`); needs root. Every repeat is a session of its own.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import async_playwright

from bench.figures import row, spread
from tests.netlab import namespaces
from tests.netlab.lab import Participant, now_ms, open_lab
from tests.netlab.load import Load
from tests.netlab.product import Session, a_session

REPEATS = 2
LISTEN_MS = 20_000
DRAINED_S = 6
"""As `tests.netlab.test_product` has them."""
VIDEO = ("hd", "sd", "low")

Found = dict[str, list[float]]
Case = Callable[[Session, Found], Awaitable[None]]


async def measure() -> None:
    if reason := namespaces.missing():
        print(f"| not measured | {reason} |")
        return
    for case in (clean, loss, thin, dark):
        found: Found = defaultdict(list)
        load = Load()
        for _ in range(REPEATS):
            await _once(case, found)
        for what, values in found.items():
            row(what, _words(what, values))
        row(f"machine during {case.__name__}", str(load))


async def _once(case: Case, found: Found) -> None:
    with tempfile.TemporaryDirectory() as name:
        async with async_playwright() as playwright:
            lab = open_lab(playwright, Path(name))
            try:
                async with a_session(lab, Path(name)) as session:
                    await case(session, found)
            finally:
                await lab.close()


async def clean(session: Session, found: Found) -> None:
    await _listen(session, "clean line", found)


async def loss(session: Session, found: Found) -> None:
    session.lab.line("a").set(loss_pm=200)
    await asyncio.sleep(4)
    await _listen(session, "20 % random loss both ways", found)


async def thin(session: Session, found: Found) -> None:
    thin_ms = session.lab.line("a").set(rate_kbps=60)
    for person in session.people:
        voice_ms = await person.wait_for("data-rung", "voice", within_ms=30_000, since_ms=thin_ms)
        found["60 kbit/s both ways: until voice only"].append(voice_ms - thin_ms)
    await asyncio.sleep(DRAINED_S)
    await _listen(session, "60 kbit/s both ways, voice only", found)
    good_ms = session.lab.line("a").clear()
    for person in session.people:
        back_ms = await person.wait_for("data-rung", *VIDEO, within_ms=60_000, since_ms=good_ms)
        found["line good again: until video is sent"].append(back_ms - good_ms)


async def dark(session: Session, found: Found) -> None:
    dark_ms = session.lab.line("a").set(blackout=True)
    for person in session.people:
        told_ms = await person.wait_for("data-link", "interrupted", within_ms=15_000, since_ms=dark_ms)
        found["blackout: until the screen says so"].append(told_ms - dark_ms)
        offered_ms = await person.wait_for("data-phone", "offered", within_ms=15_000, since_ms=dark_ms)
        found["blackout: until the telephone is offered"].append(offered_ms - dark_ms)
    await asyncio.sleep(max(0, 15 - (now_ms() - dark_ms) / 1000))
    light_ms = session.lab.line("a").clear()
    for person in session.people:
        assert await person.hearing.reach(light_ms + 7_000, within_ms=20_000)
        found["15 s dark: until speech is heard again"].append(_heard_again(person, light_ms))


def _heard_again(person: Participant, light_ms: int) -> int:
    sounds = person.hearing.sounds(light_ms, light_ms + 7_000)
    assert sounds, f"{person.name} heard nothing for 7 s after the line was good again"
    return sounds[0][0] - light_ms


async def _listen(session: Session, what: str, found: Found) -> None:
    start_ms = now_ms()
    await asyncio.sleep(LISTEN_MS / 1000)
    for person in session.people:
        verdict = await person.judge(start_ms, start_ms + LISTEN_MS)
        found[f"{what}: STOI"].append(verdict.stoi)
        found[f"{what}: longest gap"].append(verdict.longest_gap_ms)


def _words(what: str, values: list[float]) -> str:
    if what.endswith("STOI"):
        return f"median {sorted(values)[len(values) // 2]:.3f}, worst {min(values):.3f} of {len(values)}"
    return spread(values, "ms")
