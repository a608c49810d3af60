"""The server is stopped in mid-call and started again: the call goes on, nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.client import REAL_CLIENT
from tests.browser.visitors import Visitors
from tests.rig import a_rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

AWAY_WORDS = "The room's server can't be reached. Your call goes on; what you write is kept on this device."


async def test_the_call_goes_on_and_what_was_typed_arrives_afterwards_once(
    tmp_path: Path, visitors: Visitors
) -> None:
    visitors.expect_complaint("WebSocket connection to .* failed")
    async with a_rig(tmp_path, REAL_CLIENT) as rig:
        ann, ben = await visitors.in_call(await rig.open())
        hers, his = await ann.notes(), await ben.notes()
        await hers.press_sequentially("Before.")
        await expect(his).to_have_value("Before.")
        await ben.sees_and_hears()
    for one in (ann, ben):
        await one.reach(server="offline", phase="call", link="connected")
        await expect(one.page.get_by_text(AWAY_WORDS)).to_be_visible()
    await hers.press("Control+End")
    await hers.press_sequentially(" Ann meanwhile.")
    await his.press("Control+Home")
    await his.press_sequentially("Ben meanwhile. ")
    await expect(ann.page.get_by_text("Kept on this device until the line is back").first).to_be_visible()
    await ann.add_item("Added meanwhile", 5)
    await ann.shot("server-away")
    for one in (ann, ben):
        await one.hears_more()
        assert await one.attribute("link") == "connected"
    async with a_rig(tmp_path, REAL_CLIENT, port=rig.config.port):
        for one in (ann, ben):
            await one.reach(server="online", phase="call", link="connected", within_s=40)
            await expect(one.page.get_by_text(AWAY_WORDS)).to_be_hidden()
        for one in (ann, ben):
            await expect(await one.notes()).to_have_value("Ben meanwhile. Before. Ann meanwhile.")
        await ben.tab("Agenda")
        await expect(ben.page.locator(".agenda .agenda-text")).to_have_text(["Added meanwhile"])
        for one in (ann, ben):
            assert (await one.media()).connections == 1, "the call is the same as before"
            await one.hears_more()
