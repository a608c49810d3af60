"""Still pictures beside speech, in two real browsers on a line that carries both and no video."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.netlab.lab import Lab, Participant, now_ms
from tests.netlab.product import Session, a_session

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(240)]

RATE_KBPS = 100
PICTURE = """() => {
  const canvas = document.querySelector('.peer-picture canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value, at) => (sum * 31 + value * (at % 7)) % 1000003, canvas.height);
}"""
"""A number that is another for another picture."""


@pytest.fixture
async def session(lab: Lab, tmp_path: Path) -> AsyncIterator[Session]:
    async with a_session(lab, tmp_path) as session:
        yield session


async def test_a_line_too_thin_for_video_shows_stills_that_change_beside_speech(session: Session) -> None:
    thin_ms = session.lab.line("a").set(rate_kbps=RATE_KBPS)
    for person in session.people:
        at_ms = await person.wait_for("data-rung", "stills", within_ms=60_000, since_ms=thin_ms)
        print(f"{RATE_KBPS} kbit/s: {person.name} sent stills after {at_ms - thin_ms} ms")
    seen = await asyncio.gather(*[pictures(person, 3, within_s=75) for person in session.people])
    for person, ages in zip(session.people, seen, strict=True):
        print(f"{person.name} saw three pictures, {ages} ms apart")
        await expect(person.page.locator(".still-mark")).to_contain_text("Still picture from")
        await expect(person.page.locator(".peer-picture video").first).to_be_hidden()


async def pictures(person: Participant, count: int, *, within_s: float) -> list[int]:
    """Milliseconds between `count` different stills on the person's screen."""
    await person.page.locator(".scene.still").wait_for(timeout=within_s * 1000)
    last, times = await person.page.evaluate(PICTURE), [now_ms()]
    async with asyncio.timeout(within_s):
        while len(times) < count:
            await asyncio.sleep(0.2)
            now = await person.page.evaluate(PICTURE)
            if now != last:
                last, times = now, [*times, now_ms()]
    return [later - earlier for earlier, later in pairwise(times)]
