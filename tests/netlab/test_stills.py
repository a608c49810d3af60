"""Still pictures beside speech, in two real browsers on a line that carries both and no video."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.netlab.lab import Lab, Participant, now_ms
from tests.netlab.product import Session, a_session

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(240)]

RATE_KBPS = 100
STILL = """() => {
  const canvas = document.querySelector('.scene.still .peer-picture canvas');
  if (!canvas) return null;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const video = document.querySelector('.peer-picture video');
  return {
    picture: data.reduce((sum, value, at) => (sum * 31 + value * (at % 7)) % 1000003, canvas.height),
    mark: document.querySelector('.still-mark')?.textContent.trim() ?? 'no mark',
    video: !!video?.checkVisibility(),
  };
}"""
"""What the screen shows of a still at one moment, null while it shows none: between two stills video is
tried. The picture is a number that is another for another picture."""


@pytest.fixture
async def session(lab: Lab, tmp_path: Path) -> AsyncIterator[Session]:
    async with a_session(lab, tmp_path) as session:
        yield session


async def test_a_line_too_thin_for_video_shows_stills_that_change_beside_speech(session: Session) -> None:
    thin_ms = session.lab.line("a").set(rate_kbps=RATE_KBPS)
    for person in session.people:
        at_ms = await person.wait_for("data-rung", "stills", within_ms=60_000, since_ms=thin_ms)
        print(f"{RATE_KBPS} kbit/s: {person.name} sent stills after {at_ms - thin_ms} ms")
    seen = await asyncio.gather(*[stills(person, 3, within_s=120) for person in session.people])
    for person, ages in zip(session.people, seen, strict=True):
        print(f"{person.name} saw three stills, {ages} ms apart")


async def stills(person: Participant, count: int, *, within_s: float) -> list[int]:
    """Milliseconds between `count` different stills on the screen, each marked, no video beside it."""
    last, times = None, list[int]()
    async with asyncio.timeout(within_s):
        while len(times) < count:
            still = await person.page.evaluate(STILL)
            if still and still["picture"] != last:
                assert "Still picture from" in still["mark"]
                assert not still["video"], "the video stands beside its still"
                last, times = still["picture"], [*times, now_ms()]
            await asyncio.sleep(0.2)
    return [later - earlier for earlier, later in pairwise(times)]
