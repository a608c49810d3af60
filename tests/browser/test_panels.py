"""Notes, agenda and goals in two real browsers: what one does, the other sees."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Locator, expect

from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import Rig

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

CARET = "(area) => [area.selectionStart, area.selectionEnd]"
PUT_CARET = "(area, at) => { area.focus(); area.setSelectionRange(at, at); }"
HERS, HIS = "Ann promises a draft.", "Ben asks the team first."


async def test_both_write_notes_at_once_and_read_the_same(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    hers, his = await ann.notes(), await ben.notes()
    await hers.fill("\n")
    await expect(his).to_have_value("\n")
    await hers.evaluate(PUT_CARET, 0)
    await his.evaluate(PUT_CARET, 1)
    await asyncio.gather(
        hers.press_sequentially(HERS, delay=20),
        his.press_sequentially(HIS, delay=20),
    )
    for area in (hers, his):
        await expect(area).to_have_value(f"{HERS}\n{HIS}")
    assert await hers.evaluate(CARET) == [len(HERS)] * 2, "the caret is where its person wrote last"
    assert await his.evaluate(CARET) == [len(HERS) + 1 + len(HIS)] * 2
    await ann.shot("notes")


async def test_the_agenda_is_one_agenda(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ann.add_item("What went well", 10)
    await ben.add_item("The budget talk", 15)
    for one in (ann, ben):
        await expect(_items(one)).to_have_text(["What went well", "The budget talk"])
    await ben.page.get_by_role("button", name="More for What went well").click()
    await ben.page.get_by_role("button", name="Edit", exact=True).click()
    await ben.page.get_by_label("Edit").fill("What went well since March")
    await ben.page.get_by_role("button", name="Save", exact=True).click()
    await expect(_items(ann).first).to_have_text("What went well since March")
    await ann.page.get_by_role("checkbox", name="Done: What went well since March").check()
    await expect(ben.page.get_by_role("checkbox", name="Done: What went well since March")).to_be_checked()
    await ann.page.get_by_role("button", name="More for The budget talk").click()
    await ann.page.get_by_role("button", name="Move up").click()
    for one in (ann, ben):
        await expect(_items(one)).to_have_text(["The budget talk", "What went well since March"])
    await ann.page.get_by_role("button", name="Talk about The budget talk now").click()
    await expect(ben.heading("The budget talk")).to_be_visible()
    await ann.shot("agenda")


async def test_a_goal_set_by_one_is_there_for_both(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    hers, his = await ann.tab("Goals"), await ben.tab("Goals")
    await his.get_by_role("button", name="Add a goal").click()
    await his.get_by_label("What is the goal?").fill("Speak first at the meeting")
    await his.get_by_label("How will you both see that it's done?").fill("Once before March")
    await his.get_by_label("By when?").fill("2027-03-01")
    await his.get_by_role("button", name="Save goal").click()
    await expect(hers.get_by_role("heading", name="Speak first at the meeting")).to_be_visible()
    await expect(hers).to_contain_text("by 1 March 2027")
    await hers.get_by_role("button", name="Edit goal: Speak first at the meeting").click()
    await hers.get_by_label("How is it going?").select_option("Under way")
    await hers.get_by_role("button", name="Save goal").click()
    await expect(his).to_contain_text("Under way")
    await ben.shot("goals")


async def test_the_chat_goes_both_ways(rig: Rig, visitors: Visitors) -> None:
    ann, ben = await visitors.in_call(await rig.open())
    await ann.press("Chat")
    await ann.say("Can you hear me?")
    await expect(ben.page.get_by_text("1 new")).to_be_visible()
    await ben.press("Chat")
    await ben.say("Loud and clear")
    for one in (ann, ben):
        await expect(one.page.locator(".chat-text")).to_have_text(["Can you hear me?", "Loud and clear"])
    await expect(ann.page.locator(".chat-line.mine")).to_contain_text("delivered")
    await ann.shot("chat")


async def test_a_line_written_before_the_other_came_outlives_a_reload(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    await ann.join()
    await ann.press("Chat")
    await ann.say("I have tea, take your time")
    await expect(ann.page.locator(".chat-line.mine")).to_contain_text("on its way")
    await ann.page.reload()
    await ann.reach(phase="waiting", server="online")
    await ann.press("Chat")
    await expect(ann.page.locator(".chat-text")).to_have_text(["I have tea, take your time"])
    ben = await visitors.arrive("ben", opened.links["mentee"])
    await ben.join()
    await ben.press("Chat")
    await expect(ben.page.locator(".chat-text")).to_have_text(["I have tea, take your time"])
    await expect(ann.page.locator(".chat-line.mine")).to_contain_text("delivered")


def _items(one: CallPage) -> Locator:
    return one.page.locator(".agenda .agenda-text")
