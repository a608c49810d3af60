"""The call in two real browsers: seen and heard, reloaded, moved to another tab, left and taken up again."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.media import frames_shown, open_devices
from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import Rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

BACK_WITHIN_S = 10.0
"""From the reload to the call, on a machine that encodes and decodes for both."""
AT_ONCE_S = 10.0
"""Far below the 30 s in which a closed page counts as one that is loaded again."""


async def test_two_people_see_and_hear_each_other(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    ben = await visitors.arrive("ben", opened.links["mentee"])
    assert await ann.attribute("phase") == "lobby"
    await ann.join()
    await ann.reach(phase="waiting")
    await ben.join()
    for one in (ann, ben):
        await one.reach(phase="call", link="connected", phone="hidden")
        found = await one.sees_and_hears()
        assert found.connections == 1, "the first negotiation was enough"
        await one.until(lambda one=one: _shows(one, 10))  # type: ignore[misc]
    await ann.shot("call")


async def test_both_links_work_in_two_tabs_of_one_browser(rig: Rig, visitors: Visitors) -> None:
    """Each seat has its own cookie, at its own path."""
    opened = await rig.open()
    context = await visitors.context("ann")
    tabs = [CallPage(await visitors.open(opened.links[role], context)) for role in ("mentor", "mentee")]
    for tab in tabs:
        await tab.reach(server="online")
        await tab.join()
    for tab in tabs:
        await tab.reach(phase="call", link="connected")
        await tab.sees_and_hears()
    cookies = {cookie["path"] for cookie in await context.cookies() if cookie["name"] == "ringback_seat"}
    assert cookies == {f"/session/{opened.session}/{role}" for role in ("mentor", "mentee")}


async def test_a_reload_is_back_in_the_call_with_nothing_re_entered(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ben.sees_and_hears()
    [first] = await open_devices(ben.page, "video")
    await ben.choose_camera("fake_device_2")
    await ben.until(lambda: _changed(ben, "video", first))
    [camera] = await open_devices(ben.page, "video")
    await ben.press("Mic")
    await expect(ben.control("Mic")).to_have_attribute("aria-pressed", "false")
    notes = await ben.notes()
    await notes.press_sequentially("Just before the reload")
    await ben.page.reload()
    await ben.reach(phase="call", link="connected", within_s=BACK_WITHIN_S)
    await expect(ben.control("Mic")).to_have_attribute("aria-pressed", "false")
    await ben.until_open("video", camera)
    await expect(await ben.notes()).to_have_value("Just before the reload")
    await expect(await ann.notes()).to_have_value("Just before the reload")
    await ann.until_media(lambda now: now.connections == 2 and now.frames >= 10)
    assert await ann.attribute("phase") == "call"
    assert await ann.attribute("phone") == "hidden", "a reload is no reason to telephone"


async def test_the_newest_tab_wins_and_the_older_leads_back_with_one_click(
    rig: Rig, visitors: Visitors
) -> None:
    opened = await rig.open()
    ann, ben = await visitors.in_call(opened)
    second = CallPage(await visitors.open(ben.page.url, ben.page.context))
    await second.reach(server="online", phase="lobby")
    await expect(second.page.locator("[data-elsewhere]")).to_be_visible()
    await ben.hears_more()
    assert await ann.attribute("phase") == "call", "opening the link once more ends no call"
    await second.join()
    await expect(ben.heading("This session has moved to another tab")).to_be_visible()
    await ben.until_open("audio")  # the older tab is silent and deaf: no echo
    await ben.shot("moved")
    await second.sees_and_hears()
    await ann.until_media(lambda now: now.connections == 2 and now.energy > 0.001)
    assert await _presences(rig, opened.session) == {"mentor": 1, "mentee": 1}, "counted once"
    await ben.page.get_by_role("button", name="Use it here").click()
    await ben.reach(phase="call", link="connected")
    await expect(second.heading("This session has moved to another tab")).to_be_visible()
    await ben.hears_more()


async def test_leaving_is_seen_at_once_and_can_be_undone(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ben.press("Leave")
    await ben.reach(phase="ended")
    await ann.reach(phase="waiting", within_s=AT_ONCE_S)
    await expect(ann.heading("Ben Brook has left the call")).to_be_visible()
    for kind in ("audio", "video"):
        await ben.until_open(kind)
    await ben.shot("left")
    await ben.page.get_by_role("button", name="Rejoin").click()
    await asyncio.gather(*(one.reach(phase="call", link="connected") for one in (ann, ben)))
    await asyncio.gather(*(one.sees_and_hears() for one in (ann, ben)))


async def _shows(one: CallPage, frames: int) -> bool:
    return await frames_shown(one.page) >= frames


async def _changed(one: CallPage, kind: str, before: str) -> bool:
    """One device of this kind is open, and it is another than before."""
    return [before] != await open_devices(one.page, kind) != []


async def _presences(rig: Rig, session: str) -> dict[str, int]:
    """How many stays of each are open."""
    stays = await rig.store.sessions.presences(session)
    return {role: sum(s.role == role and s.left is None for s in stays) for role in ("mentor", "mentee")}
