"""The controls of a call: what is switched off is not sent, what is chosen is told to both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import expect

from tests.browser.media import Media, open_devices
from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import NUMBERS, Rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SECOND = 50
"""Packets of sound: one every 20 ms."""
TALKING_MUTED = "You're muted. Nobody hears you at the moment."
REST_WITHIN_S = 10.0
"""What is under way and in the jitter buffer is played first, longer on a busy machine."""


async def comes_to_rest(
    hears: CallPage, page: CallPage, total: Callable[[Media], float], at_most: float = 0
) -> Media:
    """For two seconds a page's total grows by no more than this, while packets go on arriving."""
    async with asyncio.timeout(REST_WITHIN_S):
        while True:
            heard, before = await hears.media(), await page.media()
            await hears.until_media(lambda now, heard=heard: now.packets > heard.packets + 2 * SECOND)  # type: ignore[misc]
            after = await page.media()
            if total(after) - total(before) <= at_most:
                return after


async def test_who_is_muted_is_not_heard(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ben.hears_more()
    await ann.press("Mic")
    await expect(ann.control("Mic")).to_have_attribute("aria-pressed", "false")
    await expect(ben.page.get_by_text("Ann Archer's microphone is off").first).to_be_visible()
    # Silence, and packets that keep the line known.
    await comes_to_rest(ben, ben, lambda now: now.energy, at_most=1e-5)
    await ann.press("Mic")
    await ben.hears_more()


async def test_who_talks_while_muted_is_told_so_unless_they_want_no_help(
    rig: Rig, visitors: Visitors
) -> None:
    ann, _ben = await visitors.in_call(await rig.open())
    told = ann.page.locator(".notice", has_text=TALKING_MUTED)
    await ann.press("Mic")
    await expect(told).to_be_visible()
    await ann.choose_more("Camera and sound")
    await ann.page.get_by_role("checkbox", name="Help me with my microphone").uncheck()
    await ann.shot("devices")
    await expect(told).to_have_count(0)
    await ann.page.reload()
    await ann.reach(phase="call", link="connected", within_s=30)
    await ann.choose_more("Camera and sound")
    await expect(ann.page.get_by_role("checkbox", name="Help me with my microphone")).not_to_be_checked()


async def test_a_camera_that_is_off_is_stopped_and_sends_nothing(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ben.sees_and_hears()
    await ann.press("Camera")
    await expect(ann.control("Camera")).to_have_attribute("aria-pressed", "false")
    await ann.until_open("video")  # its light is out
    await comes_to_rest(ben, ann, lambda now: now.sent_bytes)
    await expect(ben.page.get_by_text("Ann Archer's camera is off")).to_be_visible()
    seen = (await ben.media()).frames
    await ann.press("Camera")
    await ben.until_media(lambda now: now.frames > seen + 10)


async def test_devices_are_changed_in_the_call(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ben.sees_and_hears()
    cameras, microphones = [await open_devices(ann.page, kind) for kind in ("video", "audio")]
    await ann.choose_camera("fake_device_2")
    await ann.choose_microphone("Fake Audio Input 2")

    async def others() -> bool:
        now = [await open_devices(ann.page, kind) for kind in ("video", "audio")]
        return all(len(each) == 1 for each in now) and now[0] != cameras and now[1] != microphones

    await ann.until(others)
    before = await ben.media()
    await ben.hears_more()
    await ben.until_media(lambda now: now.frames > before.frames + 10 and now.connections == 1)


async def test_voice_only_by_choice_is_told_to_both_and_taken_back(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ben.sees_and_hears()
    await ann.pin("Voice only")
    await ann.reach(rung="voice")
    await ben.reach(peer_rung="voice")
    calm = await comes_to_rest(ben, ben, lambda now: now.frames)
    await ben.shot("voice-pinned-by-peer")
    await ann.pin("Let Ringback decide")
    await ben.until_media(lambda now: now.frames > calm.frames + 10, within_s=60)
    await ben.page.locator('html:not([data-peer-rung="voice"])').wait_for(state="attached")


async def test_by_telephone_and_back_with_numbers_that_were_agreed(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open(numbers=True))
    await ann.choose_more("Backup plan")
    await ann.page.get_by_role("button", name="Go to the telephone now").click()
    for one in (ann, ben):
        await one.reach(phone="offered")
    await expect(ann.heading("Ring Ben Brook")).to_be_visible()
    ring = ann.page.get_by_role("link", name="Ring this number")
    await expect(ring).to_have_attribute("href", f"tel:{NUMBERS[1]}")
    await expect(ann.page.get_by_role("img", name="QR code that rings +44 7700 900002")).to_be_visible()
    await expect(ben.heading("Ann Archer will ring you")).to_be_visible()
    await ann.shot("phone-offered")
    await ben.shot("phone-offered-other")
    await ben.page.get_by_role("button", name="We're on the phone").click()
    for one in (ann, ben):
        await one.reach(phone="active", phase="call")
    await ann.shot("phone-active")
    await ann.add_item("Said on the phone", 5)
    await expect(ben.page.locator(".agenda .agenda-text")).to_have_text(["Said on the phone"])
    await expect(ann.page.get_by_text("The line holds.")).to_have_count(0)
    await ann.page.get_by_role("button", name="Try the call again").click()
    for one in (ann, ben):
        await one.reach(phone="hidden", phase="call", link="connected")
        await one.hears_more()


async def test_by_telephone_without_numbers_says_what_to_do(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ann.choose_more("Backup plan")
    await ann.page.get_by_role("button", name="Go to the telephone now").click()
    await ben.reach(phone="offered")
    await expect(ann.page.get_by_text("Ben Brook hasn't shared a number here.")).to_be_visible()
    await expect(ben.page.get_by_text("Ann Archer can't see your number yet.")).to_be_visible()
    await expect(ann.page.get_by_role("link", name="Ring this number")).to_have_count(0)
    await ann.shot("phone-no-number")
    await ben.page.get_by_label("Your telephone number").fill("+44 7700 900002")
    await ben.page.get_by_role("checkbox", name="Show my number to Ann Archer").click()
    ring = ann.page.get_by_role("link", name="Ring this number")
    await expect(ring).to_have_attribute("href", f"tel:{NUMBERS[1]}")
