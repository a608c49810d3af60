"""The server is stopped in mid-call and started again: the call goes on, nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from signalling.protocol import CLOSE_RESTART
from tests.browser.client import REAL_CLIENT
from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import Rig, a_rig, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

AWAY_WORDS = "The room's server can't be reached. Your call goes on; what you write is kept on this device."

KEEP_PHONE = """() => {
    window.phones = [];
    const root = document.documentElement;
    const keep = () => window.phones.push(root.dataset.phone);
    new MutationObserver(keep).observe(root, { attributeFilter: ["data-phone"] });
}"""
"""From now on every value that the screen shows of the telephone is kept."""


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


async def test_the_telephone_taken_up_meanwhile_is_not_taken_away_when_the_server_is_back(
    tmp_path: Path, visitors: Visitors
) -> None:
    visitors.expect_complaint("WebSocket connection to .* failed")
    async with a_rig(tmp_path, REAL_CLIENT) as rig:
        opened = await rig.open(numbers=True)
        ann, ben = await visitors.in_call(opened)
        for one in (ann, ben):
            await one.notes()  # loaded, as they are a moment after the call has begun
    for one in (ann, ben):
        await one.reach(server="offline", phase="call", link="connected")
    await ann.choose_more("Backup plan")
    await ann.page.get_by_role("button", name="Go to the telephone now").click()
    await ben.reach(phone="offered")
    await ben.page.get_by_role("button", name="We're on the phone").click()
    for one in (ann, ben):
        await one.reach(phone="active")
        await one.page.evaluate(KEEP_PHONE)
    async with a_rig(tmp_path, REAL_CLIENT, port=rig.config.port) as again:
        for one in (ann, ben):
            await one.reach(server="online", within_s=40)
        await until(lambda: again.rooms[opened.session].room.facts.phone == "active")
        await ben.choose_more("Backup plan")  # nobody is offered a telephone they are on
        await expect(ben.page.get_by_role("button", name="Go to the telephone now")).to_have_count(0)
        for one in (ann, ben):
            assert await one.page.evaluate("window.phones") == []
            assert await one.attribute("phone") == "active"


LOSE_THE_WAY = """() => {
    window.TrueSocket = WebSocket;
    window.WebSocket = function () { return new TrueSocket(`ws://${location.host}/nowhere`); };
}"""
"""Once this page has lost its socket, it gets no other."""


async def test_a_second_tab_in_the_lobby_that_is_back_first_ends_no_call(
    tmp_path: Path, visitors: Visitors
) -> None:
    visitors.expect_complaint("WebSocket connection to .* failed")
    async with a_rig(tmp_path, REAL_CLIENT) as rig:
        opened = await rig.open()
        ann, ben = await visitors.in_call(opened)
        lobby = CallPage(await visitors.open(ann.page.url, ann.page.context))
        await lobby.reach(server="online", phase="lobby")
        await ann.page.evaluate(LOSE_THE_WAY)
    async with a_rig(tmp_path, REAL_CLIENT, port=rig.config.port) as again:
        for one in (lobby, ben):
            await one.reach(server="online", within_s=40)
        assert again.rooms.presences(opened.session) == {"mentor": "lobby", "mentee": "call"}
        await ben.hears_more()
        await ben.reach(phase="call", link="connected")
        await ann.page.evaluate("() => { window.WebSocket = TrueSocket; }")
        await ann.reach(server="online", within_s=40)
        await until(lambda: set(again.rooms.presences(opened.session).values()) == {"call"})
        for one in (ann, ben):
            await one.reach(phase="call", link="connected")
            await one.hears_more()
            assert (await one.media()).connections == 1, "the call is the same as before"
        await lobby.page.get_by_role("button", name="Use it here").click()
        await expect(lobby.page.locator("[data-elsewhere]")).to_be_visible()


async def test_a_call_that_has_lost_its_way_to_the_server_is_brought_over_by_joining_in_another_tab(
    rig: Rig, visitors: Visitors
) -> None:
    visitors.expect_complaint("WebSocket connection to .* failed")
    opened = await rig.open()
    ann, ben = await visitors.in_call(opened)
    await ann.page.evaluate(LOSE_THE_WAY)
    for connection in rig.rooms[opened.session].seated("mentor"):
        connection.close(CLOSE_RESTART, "out of reach")
    await ann.reach(server="offline", phase="call", link="connected")
    lobby = CallPage(await visitors.open(ann.page.url, ann.page.context))
    await expect(lobby.page.locator("[data-elsewhere]")).to_be_visible()
    await ben.hears_more()
    assert (await ben.media()).connections == 1, "the lobby has ended nothing"
    await lobby.join()
    for one in (lobby, ben):
        await one.reach(phase="call", link="connected")
        await one.sees_and_hears()
    assert (await ben.media()).connections == 2
