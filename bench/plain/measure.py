"""What browser defaults make of named lines, in speech understood: the yardstick's figures.

    python -m bench.plain.measure [clean thin ...]     (as root, on a machine with nothing else to do)

Prints one row a listener. It judges nothing; tests/netlab/test_plain.py does.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Playwright, async_playwright

from tests.netlab import namespaces, plain
from tests.netlab.lab import PORT, TALKERS, Lab, now_ms, open_lab
from tests.netlab.load import Load

SETTLE_S, LISTEN_S = 8, 20


@dataclass(frozen=True, slots=True)
class Case:
    """Line a in both directions, set 5 s into the call; `query` chooses what the page sends."""

    line: dict[str, Any] = field(default_factory=dict)
    query: str = ""


VOICE = "?video=0"
CASES = {
    "clean": Case(),
    "clean, 720 lines": Case(query="?height=720"),
    "clean, voice alone": Case(query=VOICE),
    "10 % random loss": Case({"loss_pm": 100}),
    "20 % random loss": Case({"loss_pm": 200}),
    "20 % in bursts of 3": Case({"loss_pm": 200, "burst": 3}),
    "30 % random loss": Case({"loss_pm": 300}),
    "60 kbit/s, queue 0.3 s": Case({"rate_kbps": 60}),
    "60 kbit/s, queue 1 s": Case({"rate_kbps": 60, "queue_ms": 1000}),
    "60 kbit/s, queue 5 s": Case({"rate_kbps": 60, "queue_ms": 5000}),
    "60 kbit/s, voice alone": Case({"rate_kbps": 60}, VOICE),
    "30 kbit/s, voice alone": Case({"rate_kbps": 30}, VOICE),
}


async def measure(lab: Lab, name: str, case: Case) -> None:
    """Hold one call on the yardstick page and print what both sides understood of it."""
    runner = await plain.serve(lab.server.listener(PORT))
    try:
        people = [await lab.join(host, lab.server_origin + "/" + case.query) for host in TALKERS]
        for person in people:
            await person.wait_for("data-link", "connected", within_ms=20_000)
        await asyncio.sleep(5)
        lab.line("a").set(**case.line)
        await asyncio.sleep(SETTLE_S)
        load, start_ms, before = Load(), now_ms(), [await person.audio() for person in people]
        await asyncio.sleep(LISTEN_S)
        audios = [await person.audio() - earlier for person, earlier in zip(people, before, strict=True)]
        conditions = lab.conditions(load)
        for person, audio in zip(people, audios, strict=True):
            verdict = await person.judge(start_ms, start_ms + LISTEN_S * 1000)
            print(f"{name:24} {TALKERS[person.name]} heard {verdict}; {audio} ({conditions})", flush=True)
    finally:
        await runner.cleanup()


async def measure_in_a_new_lab(playwright: Playwright, name: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ringback-") as folder:
        lab = open_lab(playwright, Path(folder))
        try:
            await measure(lab, name, CASES[name])
        finally:
            await lab.close()


async def main(names: list[str]) -> None:
    async with async_playwright() as playwright:
        for name in names or CASES:
            await measure_in_a_new_lab(playwright, name)


if __name__ == "__main__":
    if reason := namespaces.missing():
        sys.exit(reason)
    asyncio.run(main(sys.argv[1:]))
