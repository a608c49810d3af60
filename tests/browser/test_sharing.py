"""A shared screen: seen as what it is, live while it stands still, and the camera again afterwards."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import SHARED
from tests.browser.media import colour_of_peer
from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import Rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

RED = (204, 0, 51)
SLIDE = f"""data:text/html,<title>{SHARED}</title>
<body style="margin: 0; background: rgb{RED}"><h1>Three questions</h1>"""
OFF_BY = 40
"""Colours come through a codec."""
TRIES = 3
"""A machine that stalls may interrupt the line of one."""


async def a_slide(visitors: Visitors, ann: CallPage) -> Page:
    """Beside Ann's call, with nothing moving on it."""
    slide = await visitors.open(SLIDE, ann.page.context)
    await ann.page.bring_to_front()
    return slide


async def shows_slide(one: CallPage) -> bool:
    seen = await colour_of_peer(one.page)
    return all(abs(here - there) <= OFF_BY for here, there in zip(seen, RED, strict=True))


async def share(ann: CallPage, ben: CallPage) -> None:
    await ann.press("Share")
    await expect(ann.page.get_by_text("You're sharing your screen")).to_be_visible()
    await expect(ann.control("Share")).to_have_attribute("aria-pressed", "true")
    await expect(ann.page.locator(".self-view video")).not_to_contain_class("mirrored")
    await expect(ben.page.get_by_label("Ann Archer's screen", exact=True)).to_be_visible()
    await ben.until(lambda: shows_slide(ben))


async def see_the_camera_again(ann: CallPage, ben: CallPage) -> None:
    await expect(ann.page.get_by_text("You're sharing your screen")).to_have_count(0)
    await expect(ann.control("Share")).to_have_attribute("aria-pressed", "false")
    await expect(ann.page.locator(".self-view video")).to_contain_class("mirrored")
    await expect(ben.page.get_by_label("Ann Archer's picture", exact=True)).to_be_visible()

    async def moves() -> bool:
        return not await shows_slide(ben)

    await ben.until(moves)
    seen = (await ben.media()).frames
    await ben.until_media(lambda now: now.frames > seen + 10 and now.connections == 1)


async def test_a_shared_screen_is_seen_until_the_page_or_the_browser_stops_it(
    rig: Rig, visitors: Visitors
) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"], "sharing")
    ben = await visitors.arrive("ben", opened.links["mentee"])
    slide = await a_slide(visitors, ann)
    for one in (ann, ben):
        await one.join()
    await ben.sees_and_hears()
    await share(ann, ben)
    await ben.shot("screen-shared-by-peer")
    await ann.shot("screen-shared")
    await ann.page.locator(".notice").get_by_role("button", name="Stop sharing").click()
    await see_the_camera_again(ann, ben)
    await share(ann, ben)
    await slide.close()  # the track ends by itself, as with the browser's own "Stop sharing"
    await see_the_camera_again(ann, ben)
    await ben.hears_more()


async def test_a_slide_that_stands_still_is_live(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"], "sharing")
    ben = await visitors.arrive("ben", opened.links["mentee"])
    await a_slide(visitors, ann)
    for one in (ann, ben):
        await one.join()
    await ben.sees_and_hears()
    await share(ann, ben)
    seen = ["interrupted"]
    for _ in range(TRIES):
        if "interrupted" in seen:
            seen = await scenes_of_four_pictures(ben)
    assert seen == ["video"]


async def scenes_of_four_pictures(one: CallPage) -> list[str]:
    await expect(one.page.locator('.stage[data-scene="video"]')).to_be_visible()
    await one.remember_scenes()
    await four_more_pictures(one)
    return await one.scenes()


async def four_more_pictures(one: CallPage) -> None:
    """A second each, where nothing moves. The browser may begin to count anew."""
    counts: set[int] = set()

    async def came() -> bool:
        counts.add((await one.media()).frames)
        return len(counts) > 4

    await one.until(came)
