"""Protecting the picture in two real browsers: one chooses, both carry it out, and it is remembered."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import Rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PREFERENCE = """
() => window.connections.at(-1)?.getSenders().find((sender) => sender.track?.kind === "video")
  ?.getParameters().degradationPreference ?? null
"""


async def _sends_by(page: CallPage, preference: str) -> None:
    async def so() -> bool:
        return bool(await page.page.evaluate(PREFERENCE) == preference)

    await page.until(so)


def box(page: Page) -> Locator:
    return page.get_by_role("checkbox", name="Protect my picture")


async def test_the_one_who_needs_the_picture_decides_for_both(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    ben = await visitors.arrive("ben", opened.links["mentee"])
    await box(ben.page).check()
    for one in (ann, ben):
        await one.join()
    for one in (ann, ben):
        await one.reach(phase="call", link="connected")
        await _sends_by(one, "maintain-framerate")
    told = ann.page.locator(".notice")
    await expect(told.get_by_text("Ben Brook protects the picture.")).to_be_visible()
    await ben.page.reload()
    await ben.reach(phase="call", link="connected")
    for one in (ann, ben):
        await _sends_by(one, "maintain-framerate")
    await ben.page.get_by_role("button", name="More", exact=True).click()
    await expect(box(ben.page)).to_be_checked()
    await box(ben.page).uncheck()
    for one in (ann, ben):
        await _sends_by(one, "balanced")
    await expect(told.get_by_text("Ben Brook no longer protects the picture.")).to_be_visible()
