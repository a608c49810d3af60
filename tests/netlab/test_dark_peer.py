"""The two do not reach each other, and both reach the server: what they write and choose goes through it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.netlab.lab import Lab
from tests.netlab.product import a_session

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(180)]


async def test_what_is_written_in_the_chat_is_read_at_once(lab: Lab, tmp_path: Path) -> None:
    async with a_session(lab, tmp_path, settled_ms=1_000) as session:
        for person in session.people:
            await person.page.get_by_role("button", name="Chat", exact=True).click()
        ann, ben = (person.page for person in session.people)
        dark_ms = lab.network.cut(("a", "b"))
        await _say(session.ann.page, "written before anybody noticed")
        for person in session.people:
            await person.wait_for("data-link", "interrupted", within_ms=5_000, since_ms=dark_ms)
        await _say(ben, "written while nothing is heard")
        for page in (ann, ben):
            await expect(page.locator(".chat-text")).to_have_text(
                ["written before anybody noticed", "written while nothing is heard"], timeout=5_000
            )
            await expect(page.locator(".chat-line.mine")).to_contain_text("delivered", timeout=5_000)
        lab.network.cut()
        for person in session.people:
            await person.wait_for("data-link", "connected", within_ms=20_000)
            await expect(person.page.locator(".chat-text")).to_have_count(2)


async def _say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Write to")
    await box.fill(text)
    await box.press("Enter")
