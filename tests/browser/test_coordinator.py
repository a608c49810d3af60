"""The coordinator's day in a browser: signing in, opening a session, seeing who is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from tests.browser.client import REAL_CLIENT
from tests.browser.pages import shot
from tests.browser.visitors import Visitors
from tests.rig import Rig, a_rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def sign_in(rig: Rig, visitors: Visitors, **options: Any) -> Page:
    """By the demonstration's own link, as a person would."""
    page = await visitors.open(rig.url, await visitors.context("ann", **options))
    await shot(page, "demonstration")
    await page.get_by_role("link", name="Sign in as").click()
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Today's rooms")).to_be_visible()
    return page


async def test_a_session_is_opened_its_links_are_shown_once_and_who_enters_is_seen(
    tmp_path: Path, visitors: Visitors
) -> None:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_DEMO": "1"}) as rig:
        desk = await sign_in(rig, visitors)
        await desk.get_by_role("link", name="Open a session").first.click()
        for role, name, email in (
            ("Mentor", "Dora Dale", "dora@example.org"),
            ("Mentee", "Eli Eastwood", "eli@example.org"),
        ):
            person = desk.get_by_role("group", name=role, exact=True)
            await person.get_by_label("Name").fill(name)
            await person.get_by_label("E-mail address").fill(email)
        await shot(desk, "open-a-session")
        await desk.get_by_role("button", name="Open the session and mail the links").click()
        await expect(desk.get_by_role("heading", name="The session is open")).to_be_visible()
        await shot(desk, "links")
        link = await desk.get_by_label("Dora Dale, mentor").input_value()
        assert link.startswith(f"{rig.url}/join/")
        await desk.get_by_role("link", name="Back to today's rooms").click()
        room = desk.get_by_role("row", name="Dora Dale")
        await expect(room).to_contain_text("not here")
        assert "/join/" not in await desk.content()
        await room.get_by_role("link", name="Details").click()
        assert "/join/" not in await desk.content(), "shown once, at creation"
        dora = await visitors.arrive("ben", link)
        await dora.join()
        await dora.reach(phase="waiting")
        await desk.goto(f"{rig.url}/coordinator")
        await expect(room).to_contain_text("in the call")
        await expect(room).to_contain_text("waiting")
        await shot(desk, "today")


async def test_without_scripts_a_session_of_next_week_is_found_and_its_link_is_revoked(
    tmp_path: Path, visitors: Visitors
) -> None:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_DEMO": "1"}) as rig:
        await rig.open(starts_in_s=7 * 86400)
        desk = await sign_in(rig, visitors, java_script_enabled=False)
        await desk.get_by_role("region", name="Coming up").get_by_role("link", name="Ann Archer").click()
        await expect(desk.get_by_text("ben@example.org")).to_be_visible()
        card = desk.get_by_role("region", name="Ben Brook, mentee")
        await card.get_by_role("button", name="Revoke it").click()
        await expect(card).to_contain_text("There is no working link")
        await desk.get_by_role("link", name="Today").click()
        await expect(desk.get_by_role("region", name="Coming up")).to_contain_text("no link for Ben Brook")


async def test_the_first_form_speaks_the_browsers_time(tmp_path: Path, visitors: Visitors) -> None:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_DEMO": "1"}) as rig:
        desk = await sign_in(rig, visitors, timezone_id="Asia/Tokyo")
        await desk.get_by_role("link", name="Open a session").first.click()
        await expect(desk.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
        here = datetime.now(ZoneInfo("Asia/Tokyo"))
        day = await desk.get_by_label("Day").input_value()
        time = await desk.get_by_label("Time", exact=True).input_value()
        assert abs(datetime.fromisoformat(f"{day} {time}").replace(tzinfo=here.tzinfo) - here) < timedelta(
            minutes=5
        )


async def test_a_link_copies_with_a_press(tmp_path: Path, visitors: Visitors) -> None:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_DEMO": "1"}) as rig:
        desk = await sign_in(rig, visitors)
        await desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await desk.get_by_role("link", name="Details").first.click()
        await desk.get_by_role("button", name="Replace the link").first.click()
        await expect(desk.get_by_role("heading", name="A new link for")).to_be_visible()
        await desk.get_by_role("button", name="Copy").click()
        link = await desk.locator("input[readonly]").input_value()
        assert await desk.evaluate("navigator.clipboard.readText()") == link
