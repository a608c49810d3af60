"""Camera and microphone in the lobby: seen, heard, and chosen for the call and for the next visit."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.media import open_devices
from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import Rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MIRRORED = "matrix(-1, 0, 0, 1, 0, 0)"
DEVICES = """
async (kind) => (await navigator.mediaDevices.enumerateDevices())
  .filter((each) => each.kind === kind && !["default", "communications"].includes(each.deviceId))
  .map((each) => [each.label, each.deviceId])
"""
CAMERA, MICROPHONE = "fake_device_2", "Fake Audio Input 2"


def menu(one: CallPage, name: str) -> Locator:
    return one.page.get_by_role("combobox", name=name, exact=True)


async def devices(one: CallPage, kind: str) -> dict[str, str]:
    """Labels and ids that the browser has for a kind: `audioinput` and so on."""
    return dict(await one.page.evaluate(DEVICES, kind))


async def test_the_preview_is_mirrored_for_its_owner_and_moves(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    preview = ann.page.get_by_label("Your camera", exact=True)
    await expect(preview).to_be_visible()
    await expect(preview).to_have_css("transform", MIRRORED)

    async def moves() -> bool:
        shown = "(video) => video.getVideoPlaybackQuality().totalVideoFrames"
        return int(await preview.evaluate(shown)) > 10

    await ann.until(moves)
    ben = await visitors.arrive("ben", opened.links["mentee"])
    for one in (ann, ben):
        await one.join()
    await ben.sees_and_hears()
    await expect(ann.page.locator(".self-view video")).to_have_css("transform", MIRRORED)
    await expect(ben.page.locator(".peer-picture video")).to_have_css("transform", "none")


async def test_the_beads_rise_and_fall_with_the_voice(rig: Rig, visitors: Visitors) -> None:
    ann = await visitors.arrive("ann", (await rig.open()).links["mentor"])
    beads = ann.page.locator(".preview .meter .lit")
    seen: set[int] = set()

    async def several() -> bool:
        seen.add(await beads.count())
        return len(seen) >= 4

    await ann.until(several)
    await expect(ann.page.get_by_text("Your microphone works")).to_be_visible()
    await ann.page.get_by_role("button", name="Microphone", exact=True).click()
    await expect(ann.page.locator(".preview .meter")).to_have_count(0)
    await expect(ann.page.get_by_text("Your microphone is off for now")).to_be_visible()


async def test_a_device_chosen_in_the_lobby_is_used_in_the_call_and_remembered(
    rig: Rig, visitors: Visitors
) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    await expect(ann.page.get_by_text("Your camera works")).to_be_visible()
    cameras, microphones = await devices(ann, "videoinput"), await devices(ann, "audioinput")
    for name, found in (("Camera", cameras), ("Microphone", microphones)):
        assert len(found) >= 2
        await expect(menu(ann, name).locator("option")).to_have_text([*found])
    assert await open_devices(ann.page, "video") != [cameras[CAMERA]]
    await menu(ann, "Camera").select_option(label=CAMERA)
    await menu(ann, "Microphone").select_option(label=MICROPHONE)
    await uses(ann, cameras, microphones)
    await ann.page.reload()
    await ann.reach(phase="lobby", server="online")
    await uses(ann, cameras, microphones)
    ben = await visitors.arrive("ben", opened.links["mentee"])
    for one in (ann, ben):
        await one.join()
    await ben.sees_and_hears()
    await ann.until_open("video", cameras[CAMERA])
    await ann.until_open("audio", microphones[MICROPHONE])


async def uses(ann: CallPage, cameras: dict[str, str], microphones: dict[str, str]) -> None:
    """The chosen ones are open, the menus say so."""
    await ann.until_open("video", cameras[CAMERA])
    await ann.until_open("audio", microphones[MICROPHONE])
    await expect(menu(ann, "Camera")).to_have_value(cameras[CAMERA])
    await expect(menu(ann, "Microphone")).to_have_value(microphones[MICROPHONE])
