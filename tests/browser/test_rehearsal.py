"""Practising alone in a real browser: one click from the first page, down the ladder and back."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import expect

from server import keys
from tests.browser.client import REAL_CLIENT
from tests.browser.pages import CallPage
from tests.browser.visitors import Visitors
from tests.rig import Rig, a_rig, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


SPEECH_ALONE = ("stills", "voice", "survival")
"""Which of them is the busy machine's business; the partner sends no stills."""


@pytest_asyncio.fixture(loop_scope="module")
async def demo(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_DEMO": "1"}) as running:
        yield running


async def choose(one: CallPage, line: str) -> None:
    await one.page.get_by_role("radio", name=line, exact=True).check(force=True)


async def test_one_click_leads_to_a_call_that_goes_down_to_the_telephone_and_comes_back(
    demo: Rig, visitors: Visitors
) -> None:
    page = await visitors.open(demo.url, await visitors.context("ann"))
    await page.get_by_role("link", name="Practise alone").click()
    ann = CallPage(page)
    await ann.reach(phase="lobby", server="online")
    await expect(page.locator("[data-practice]")).to_contain_text("played by the computer")
    await ann.shot("rehearsal-lobby")
    await ann.join()
    await ann.reach(phase="call", link="connected", phone="hidden")
    await ann.sees_and_hears()
    await ann.hears_more()
    await ann.shot("rehearsal-call")
    await choose(ann, "Very weak")
    await ann.reach_one_of("rung", SPEECH_ALONE, within_s=40)
    await ann.reach_one_of("peer_rung", SPEECH_ALONE, within_s=40)
    await ann.hears_more()
    await ann.shot("rehearsal-voice")
    await choose(ann, "None")
    await ann.reach(phone="offered", within_s=20)
    await expect(page.get_by_role("link", name="Ring this number")).to_have_attribute(
        "href", "tel:+447700900123"
    )
    await ann.shot("rehearsal-phone")
    tried = await ann.until_media(lambda now: now.connections >= 2, within_s=40)
    await ann.reach(link="new")
    assert await ann.attribute("phone") == "offered", "another connection is tried, and the prompt stands"
    assert tried.frames == 0
    await choose(ann, "Good")
    await ann.reach(phone="hidden", link="connected", within_s=30)
    await ann.until_media(lambda now: now.frames >= 20, within_s=60)
    await ann.hears_more()
    await ann.shot("rehearsal-back")
    await ann.end_for_both()
    await ann.reach(phase="ended")
    await expect(page.get_by_text("nothing of it is stored")).to_be_visible()
    await ann.shot("rehearsal-end")
    await page.close()
    await until(lambda: _nothing_is_left(demo))


async def _nothing_is_left(demo: Rig) -> bool:
    return await demo.app[keys.REHEARSALS].memory.rows() == 0


STORED: Final = """async () => {
  const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
    });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((resolve) => {
        const all = database.transaction(store).objectStore(store).getAll();
        all.onsuccess = () => resolve(all.result);
      });
      texts.push(JSON.stringify([store, ...rows]));
    }
    database.close();
  }
  return texts.join();
}"""
"""All that a page's origin has in this browser."""


async def test_what_is_written_while_practising_leaves_nothing_in_the_browser(
    demo: Rig, visitors: Visitors
) -> None:
    page = await visitors.open(f"{demo.url}/practise", await visitors.context("ann"))
    ann = CallPage(page)
    await ann.join()
    await ann.reach(phase="call", link="connected")
    await (await ann.notes()).fill("A secret")
    await ann.add_item("Breathe", 5)
    await ann.press("Chat")
    await ann.say("A word in confidence")
    await expect(page.get_by_text("You wrote: A word in confidence", exact=True)).to_be_visible()
    await expect(await ann.notes()).to_have_value("A secret")
    await expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    await page.reload()
    await ann.reach(phase="call", link="connected", within_s=40)
    await expect(await ann.notes()).to_have_value("A secret")
    await ann.end_for_both()
    await ann.reach(phase="ended")
    left = await page.evaluate(STORED)
    assert [word for word in ("secret", "Breathe", "confidence") if word in left] == []


async def test_a_worker_that_hangs_is_said_plainly_and_practising_anew_works(
    demo: Rig, visitors: Visitors
) -> None:
    page = await visitors.open(f"{demo.url}/practise", await visitors.context("ann"))
    ann = CallPage(page)
    await ann.join()
    await ann.reach(phase="call", link="connected")
    await ann.sees_and_hears()
    worker = demo.app[keys.CHECKS].worker
    assert worker.pid
    # No other is there before the words were read.
    starts, worker._command = worker._command, ("false",)
    os.kill(worker.pid, signal.SIGSTOP)
    await expect(page.locator(".practice-says")).to_contain_text("has stopped and is being started anew")
    await ann.shot("rehearsal-stopped")
    worker._command = starts
    rehearsal = page.url
    await page.get_by_role("link", name="Practise again").click()
    await page.wait_for_url(lambda url: "/rehearsal/" in url and url != rehearsal)
    await ann.join()
    await ann.reach(phase="call", link="connected", within_s=40)
    await ann.sees_and_hears()


async def test_from_a_lobby_it_is_one_click_and_back(demo: Rig, visitors: Visitors) -> None:
    opened = await demo.open()
    ben = await visitors.arrive("ben", opened.links["mentee"])
    lobby = ben.page.url
    await ben.page.get_by_role("link", name="Practise alone first").click()
    await ben.page.wait_for_url("**/rehearsal/**")
    await ben.reach(phase="lobby", server="online")
    await ben.join()
    await ben.reach(phase="call", link="connected")
    await ben.sees_and_hears()
    await ben.press("Leave")
    await ben.page.get_by_role("link", name="Go back").click()
    await ben.page.wait_for_url(lobby)
    await ben.reach(phase="lobby", server="online")
