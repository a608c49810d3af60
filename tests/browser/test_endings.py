"""The end for both: what each sees, and the summary that each gets by mail."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.async_api import expect

from server.pages.call_numbers import VIDEO
from tests.browser.client import REAL_CLIENT
from tests.browser.visitors import Visitors
from tests.rig import Rig, a_rig, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_the_end_for_both_is_seen_by_both_and_each_gets_one_summary(
    tmp_path: Path, visitors: Visitors
) -> None:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_SUMMARY_DELAY_S": "1"}) as rig:
        opened = await rig.open()
        ann, ben = await visitors.in_call(opened)
        await (await ann.notes()).fill("Send the draft on Friday")
        await expect(await ben.notes()).to_have_value("Send the draft on Friday")
        # Half-written by the one who is not asked.
        await (await ann.tab("Agenda")).get_by_label("New item").fill("The budget talk")
        await ben.choose_more("End for both")
        await ben.page.get_by_role("button", name="Stay").click()
        assert await ben.attribute("phase") == "call", "it asks first"
        await ben.end_for_both()
        for one in (ann, ben):
            await one.reach(phase="ended")
            await expect(one.heading("That was your session")).to_be_visible()
            for kind in ("audio", "video"):
                await one.until_open(kind)
        await expect(ann.page.get_by_text("Ben Brook ended it for both of you.")).to_be_visible()
        await expect(ben.page.get_by_text("You ended it for both of you.")).to_be_visible()
        for one in (ann, ben):
            await expect(one.page.locator("[data-story]")).to_have_text(re.compile("^You were in the room"))

        async def both_told() -> bool:
            told = (await rig.store.calls.minutes([opened.session])).get(opened.session, [])
            return {minute.role for minute in told} == {"mentor", "mentee"}

        await until(both_told)
        calls = await rig.store.calls.minutes([opened.session])
        assert all(set(minute.seconds) <= VIDEO and not minute.lost_s for minute in calls[opened.session])
        await ann.shot("ended")

        async def arrived() -> bool:
            return len(await rig.store.outbox.listing()) >= 2

        await until(arrived)
        letters = await rig.store.outbox.listing()
        assert sorted(letter.recipient for letter in letters) == ["ann@example.org", "ben@example.org"]
        for letter in letters:
            for words in ("Send the draft on Friday", "The budget talk"):
                assert words in _text(letter.message)
        await ann.page.reload()
        await expect(ann.heading("That was your session")).to_be_visible()
        await expect(ann.page.locator("[data-story]")).to_be_visible()


async def test_what_stands_in_a_form_is_not_lost_at_the_end(tmp_path: Path, visitors: Visitors) -> None:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_SUMMARY_DELAY_S": "1"}) as rig:
        ann, ben = await visitors.in_call(await rig.open())
        agenda = await ben.tab("Agenda")
        await agenda.get_by_label("New item").fill("The budget talk")
        goals = await ben.tab("Goals")
        await goals.get_by_role("button", name="Add a goal").click()
        await goals.get_by_label("What is the goal?").fill("Speak first at the meeting")
        await expect((await ben.tab("Agenda")).get_by_label("New item")).to_have_value("The budget talk")
        await expect((await ben.tab("Goals")).get_by_label("What is the goal?")).to_have_value(
            "Speak first at the meeting"
        )
        await ann.page.get_by_label("New item").fill("What went well")
        await ann.press("Leave")
        await expect(ann.heading("You've left the call")).to_be_visible()
        await ben.end_for_both()
        await ben.reach(phase="ended")

        async def arrived() -> bool:
            return len(await rig.store.outbox.listing()) >= 2

        await until(arrived)
        for letter in await rig.store.outbox.listing():
            for words in ("The budget talk", "Speak first at the meeting", "What went well"):
                assert words in _text(letter.message)


async def test_a_closed_page_takes_along_what_stands_in_its_forms(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    await ann.join()
    await ann.page.get_by_label("New item").fill("What went well")
    await ann.tab("Goals")
    await ann.page.reload()
    await ann.reach(phase="waiting", server="online")
    await expect(ann.page.get_by_role("tab", name="Goals")).to_have_attribute("aria-selected", "true")
    await expect(ann.page.locator(".agenda .agenda-text")).to_have_text(["What went well"])


def _text(message: bytes) -> str:
    """The part for reading without HTML."""
    part = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    assert part
    return str(part.get_content())
