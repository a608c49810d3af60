"""Ways in, and out at the door: refused devices, none, fewer; too early, unknown and revoked links."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from server.booking import replace_link
from tests.browser.client import REAL_CLIENT
from tests.browser.pages import CallPage, shot
from tests.browser.visitors import Visitors
from tests.rig import Rig, a_rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_refused_and_missing_devices_have_their_own_words_and_a_way_on(
    rig: Rig, visitors: Visitors
) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"], "asking")
    ben = await visitors.arrive("ben", opened.links["mentee"], "bare")
    await expect(ann.heading("Your browser keeps the camera and microphone from this page")).to_be_visible()
    await expect(ben.heading("We can't find a camera or microphone")).to_be_visible()
    await ann.shot("lobby-refused")
    await ben.shot("lobby-no-devices")
    for one in (ann, ben):
        await one.page.get_by_role("button", name="Continue without").click()
    for one in (ann, ben):
        await one.reach(phase="call", link="connected")
    await ann.press("Chat")
    await ann.say("Writing will do")
    await ben.press("Chat")
    await expect(ben.page.locator(".chat-text")).to_have_text(["Writing will do"])


async def test_voice_only_and_without_devices_are_ways_in(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    ben = await visitors.arrive("ben", opened.links["mentee"])
    await ann.page.get_by_role("button", name="Join with voice only").click()
    await ben.page.get_by_role("button", name="Join without devices").click()
    for one in (ann, ben):
        await one.reach(phase="call", link="connected")
    await ben.hears_more()
    await ann.until_open("video")
    for kind in ("audio", "video"):
        await ben.until_open(kind)
    await expect(ben.page.get_by_text("Ann Archer's camera is off")).to_be_visible()
    await expect(ann.page.get_by_text("Ben Brook has no microphone")).to_be_visible()
    assert (await ann.media()).sent_bytes == 0
    await ben.shot("voice-only")


async def test_an_early_lobby_goes_live_by_itself(tmp_path: Path, visitors: Visitors) -> None:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_EARLY_MINUTES": "0"}) as rig:
        opened = await rig.open(starts_in_s=8)
        ann = await visitors.arrive("ann", opened.links["mentor"])
        await expect(ann.page.get_by_text("The room opens at")).to_be_visible()
        await expect(ann.join_button).to_be_disabled()
        await ann.shot("lobby-early")
        await expect(ann.join_button).to_be_enabled(timeout=20_000)
        await ann.join()
        await ann.reach(phase="waiting")
        await ann.shot("waiting")


async def test_unknown_links_and_seats_without_a_link_meet_the_same_page(
    rig: Rig, visitors: Visitors
) -> None:
    visitors.expect_complaint("status of 404")
    opened = await rig.open()
    page = await visitors.open(f"{rig.url}/join/not-a-link", await visitors.context("ann"))
    await shot(page, "unknown-link")
    await expect(page.get_by_role("main")).to_contain_text("personal link")
    said = await page.get_by_role("main").inner_text()
    for path in (f"/session/{opened.session}/mentor", "/session/nobody/mentee"):
        await page.goto(rig.url + path)
        assert await page.get_by_role("main").inner_text() == said


async def test_a_link_revoked_while_its_owner_is_in_the_lobby_shuts_them_out(
    rig: Rig, visitors: Visitors
) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    session = await rig.store.sessions.load(opened.session)
    assert session
    await replace_link(rig.store, rig.config, session, "mentor", revoke=True, who="test")
    await rig.rooms.link_changed(opened.session, "mentor")
    await expect(ann.heading("This link doesn't open the room any more")).to_be_visible()
    await expect(ann.page.get_by_text("or ask your coordinator for one")).to_be_visible()
    await ann.shot("shut-out")


async def test_a_number_typed_and_not_kept_goes_along_or_is_refused_before_joining(
    rig: Rig, visitors: Visitors
) -> None:
    ann = await visitors.arrive("ann", (await rig.open()).links["mentor"])
    number = ann.page.get_by_label("Your telephone number")
    await number.fill("banana")
    await ann.join()
    await expect(ann.page.get_by_text("Please check this number")).to_be_visible()
    await expect(number).to_be_focused()
    assert await ann.attribute("phase") == "lobby"
    await number.fill("+44 7700 900123")
    await ann.join()
    await ann.reach(phase="waiting")
    await ann.choose_more("Backup plan")
    await expect(number).to_have_value("+44 7700 900123")


async def test_who_waits_sees_the_other_come(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    await ann.join()
    await expect(ann.heading("You're in. Ben Brook isn't here yet")).to_be_visible()
    ben: CallPage = await visitors.arrive("ben", opened.links["mentee"])
    await expect(ann.heading("You're in. Ben Brook is getting ready")).to_be_visible()
    await expect(ben.page.get_by_text("Ann Archer is here and waiting for you")).to_be_visible()
    await ben.shot("lobby")
