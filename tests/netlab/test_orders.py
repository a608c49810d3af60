"""A protected picture on a thin line, in two real browsers: smaller, not slower, and never paused."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from server.pages.call_numbers import VIDEO
from tests.netlab.lab import FLAGS, Lab, Participant
from tests.netlab.load import Load
from tests.netlab.pictures import between, pictures
from tests.netlab.product import a_session

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(180)]

CAMERA = "--use-fake-device-for-media-stream=fps=30"
"""As cameras are; Chromium's stand-in gives 20 pictures a second by itself."""
FALLEN_S = 12
"""To notice the line, to fall, and to drain its queue."""
LOOK_S = 20
WANTED_FPS = 20


async def protect_the_picture(person: Participant) -> None:
    await person.page.get_by_role("button", name="More", exact=True).click()
    await person.page.get_by_role("checkbox", name="Protect my picture").check()
    await person.page.keyboard.press("Escape")


@pytest.mark.parametrize("rate_kbps", [200])
async def test_a_protected_picture_keeps_its_movement(lab: Lab, tmp_path: Path, rate_kbps: int) -> None:
    lab.flags = (*FLAGS, CAMERA)
    async with a_session(lab, tmp_path) as session:
        await protect_the_picture(session.ben)
        told = session.ann.page.locator(".notice", has_text="Ben Brook protects the picture.")
        await expect(told).to_be_visible(timeout=10_000)
        start_ms = lab.line("a").set(rate_kbps=rate_kbps)
        await asyncio.sleep(FALLEN_S)
        load, before = Load(), [await pictures(person.page) for person in session.people]
        await asyncio.sleep(LOOK_S)
        after = [await pictures(person.page) for person in session.people]
        void, conditions = load.voids(), lab.conditions(load)
        shown = [between(*pair) for pair in zip(before, after, strict=True)]
        for person, seen in zip(session.people, shown, strict=True):
            rungs = [change.value for change in person.watch.since(start_ms, "data-rung")]
            print(f"{rate_kbps} kbit/s both ways: {person.name} saw {seen}; sent {rungs} ({conditions})")
            assert {change.value for change in person.watch.since(0, "data-rung")} <= VIDEO
            assert person.watch.value("data-phone") == "hidden"
        slow = min(seen.fps for seen in shown) < WANTED_FPS
        if slow and void:
            pytest.skip(void)
        assert not slow
