"""Every page as served: accessible in both colour schemes, and whole in every window.

Not here: states of the call that a test cannot call forth (`test_screens`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from server import keys
from server.booking import Booking, open_session, replace_link
from server.contacts import Contact
from server.pages.coordinator_lists import PER_PAGE
from server.tokens import new_token
from tests.browser.audit import at_all_widths, in_both_schemes
from tests.browser.client import REAL_CLIENT
from tests.browser.pages import CallPage, shot
from tests.browser.test_coordinator import sign_in
from tests.browser.visitors import Visitors
from tests.rig import ANN, BEN, NUMBERS, Rig, a_rig, until

LATE_MS = 10_000
"""A worker so late takes nobody on."""
LONG = Contact("Maximiliane von und zu Hohenstein-Waldburgstetten", "max@example.org")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    # Axe takes a second or two for each of some forty looks.
    pytest.mark.timeout(400),
]


@pytest_asyncio.fixture(loop_scope="module")
async def demo(tmp_path: Path) -> AsyncGenerator[Rig]:
    """A demonstration."""
    async with a_rig(tmp_path, {**REAL_CLIENT, "RINGBACK_DEMO": "1"}) as rig:
        yield rig


async def faults(page: Page, name: str) -> list[str]:
    found = await at_all_widths(page, name) + await in_both_schemes(page, name)
    await page.emulate_media(color_scheme="light")
    return found


async def test_pages_for_who_comes_without_a_link(rig: Rig, visitors: Visitors) -> None:
    visitors.expect_complaint("status of 404")
    page = await visitors.open(rig.url, await visitors.context("ann"))
    found = await faults(page, "home")
    await shot(page, "home")
    await page.goto(f"{rig.url}/coordinator/sign-in")
    found += await faults(page, "sign-in")
    await page.goto(f"{rig.url}/join/not-a-link")
    found += await faults(page, "unknown link")
    token, until = new_token(), rig.app[keys.CLOCK]() + timedelta(hours=1)
    await rig.store.people.add_coordinator("Cora Lane", "cora@example.org", token.hash, until)
    await page.goto(f"{rig.url}/coordinator/set-up/{token.text}")
    await expect(page.get_by_role("heading", name="Welcome, Cora Lane")).to_be_visible()
    found += await faults(page, "set-up")
    await shot(page, "set-up")
    assert found == []


async def test_pages_of_the_coordinator(demo: Rig, visitors: Visitors) -> None:
    visitors.expect_complaint("status of 400")
    desk = await sign_in(demo, visitors)
    found = await faults(desk, "today")
    await a_busy_month(demo)
    for name, path in (("today, busy", ""), ("coming", "/coming?page=2"), ("earlier", "/earlier")):
        await desk.goto(f"{demo.url}/coordinator{path}")
        await expect(desk.get_by_role("link", name=LONG.name).first).to_be_visible()
        found += await faults(desk, name)
        await shot(desk, name)
    await desk.goto(f"{demo.url}/coordinator")
    await desk.get_by_role("link", name="Details").first.click()
    found += await faults(desk, "a session's links")
    await desk.get_by_role("button", name="Replace the link").first.click()
    found += await faults(desk, "new link")
    await desk.goto(f"{demo.url}/coordinator/open")
    found += await faults(desk, "open")
    await desk.get_by_role("button", name="Open the session and mail the links").click()
    await expect(desk.get_by_role("heading", name="Please look at these again")).to_be_visible()
    found += await faults(desk, "open, with problems")
    await desk.goto(f"{demo.url}/")
    found += await faults(desk, "demonstration")
    demo.app[keys.CHECKS].worker.lag_ms = LATE_MS
    visitors.expect_complaint("status of 429")
    await desk.goto(f"{demo.url}/practise")
    await expect(desk.get_by_role("heading", name="Not just now")).to_be_visible()
    found += await faults(desk, "no rehearsal just now")
    await desk.goto(f"{demo.url}/mailbox")
    found += await faults(desk, "mailbox")
    assert found == []


async def a_busy_month(rig: Rig) -> None:
    """Sessions before and after today, more than a page holds, of people with long names and no link."""
    now = rig.app[keys.CLOCK]()
    for days in (-3, *(2 + number // 2 for number in range(PER_PAGE + 2))):
        booking = Booking(ANN, LONG, now + timedelta(days=days), 30)
        opened = await open_session(rig.store, rig.config, booking, opened_by=None, invite=False)
        session = await rig.store.sessions.load(opened.session)
        assert session
        await replace_link(rig.store, rig.config, session, "mentee", revoke=True, who="test")


async def test_the_call_page_from_the_lobby_to_the_end(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open(numbers=True)
    ann = await visitors.arrive("ann", opened.links["mentor"])
    await expect(ann.page.get_by_text("Your camera works")).to_be_visible()
    found = await faults(ann.page, "lobby") + await hidden_at(ann.page, ann.join_button, "Join")
    await ann.join()
    await ann.reach(phase="waiting")
    found += await faults(ann.page, "waiting")
    ben = await visitors.arrive("ben", opened.links["mentee"])
    await ben.join()
    await ann.reach(phase="call", link="connected")
    for name, show in scenes(ann):
        await show()
        found += await faults(ann.page, name) + await hidden_at(
            ann.page, ann.control("Leave"), f"Leave, {name}"
        )
    await ben.end_for_both()
    await ann.reach(phase="ended")
    found += await faults(ann.page, "ended")
    assert found == []


async def test_pages_beside_the_call(rig: Rig, visitors: Visitors) -> None:
    opened = await rig.open()
    ann = await visitors.arrive("ann", opened.links["mentor"])
    await ann.join()
    await ann.reach(phase="waiting")
    await ann.press("Leave")
    await expect(ann.heading("You've left the call")).to_be_visible()
    found = await faults(ann.page, "left")
    await visitors.open(opened.links["mentor"], ann.page.context)
    await expect(ann.heading("This session has moved to another tab")).to_be_visible()
    found += await faults(ann.page, "moved")
    ben = await visitors.arrive("ben", opened.links["mentee"])
    session = await rig.store.sessions.load(opened.session)
    assert session
    await replace_link(rig.store, rig.config, session, "mentee", revoke=True, who="test")
    await rig.rooms.link_changed(opened.session, "mentee")
    await expect(ben.heading("This link doesn't open the room any more")).to_be_visible()
    found += await faults(ben.page, "shut out")
    assert found == []


async def test_letters_in_the_mailbox_and_as_mails(tmp_path: Path, visitors: Visitors) -> None:
    settings = {**REAL_CLIENT, "RINGBACK_DEMO": "1", "RINGBACK_SUMMARY_DELAY_S": "1"}
    found: list[str] = []
    async with a_rig(tmp_path, settings) as rig:
        booking = Booking(ANN, BEN, rig.app[keys.CLOCK](), 30, *NUMBERS, numbers_agreed=True)
        opened = await open_session(rig.store, rig.config, booking, opened_by=None, invite=True)
        ann, ben = await visitors.in_call(opened)
        await ann.add_item("What went well", 10)
        await (await ann.notes()).fill("# Next\n- Send the draft on Friday\n- **Ask** Priya")
        await expect(await ben.notes()).to_have_value("# Next\n- Send the draft on Friday\n- **Ask** Priya")
        await ann.end_for_both()

        async def summaries() -> bool:
            return len(await rig.store.outbox.listing()) >= 4

        await until(summaries)
        page = await visitors.open(f"{rig.url}/mailbox", await visitors.context("ann"))
        bare = await visitors.open("about:blank", await visitors.context("ann"))
        for number, letter in enumerate(await rig.store.outbox.listing()):
            if letter.recipient != ANN.email:
                continue
            await page.goto(f"{rig.url}/mailbox/{letter.id}")
            found += await faults(page, f"letter {letter.key}")
            await shot(page, f"letter-{number}")
            # As a mail programme shows it, which is not our page and has no policy of ours.
            await bare.set_content(await _html_of(page))
            found += await faults(bare, f"mail {letter.key}")
            await shot(bare, f"mail-{number}")
        assert found == []


async def _html_of(page: Page) -> str:
    answer = await page.request.get(f"{page.url}/html")
    return await answer.text()


def scenes(ann: CallPage) -> list[tuple[str, Callable[[], Awaitable[object]]]]:
    """The panels and cards of the call, in an order in which each can follow the one before."""

    async def telephone() -> None:
        await ann.press("Chat")
        await ann.choose_more("Backup plan")
        await ann.page.get_by_role("button", name="Go to the telephone now").click()
        await ann.reach(phone="offered")

    async def on_the_phone() -> None:
        await ann.page.get_by_role("button", name="We're on the phone").click()
        await ann.reach(phone="active")

    return [
        ("agenda", lambda: ann.add_item("What went well", 10)),
        ("notes", ann.notes),
        ("goals", lambda: ann.tab("Goals")),
        ("chat", lambda: ann.press("Chat")),
        ("telephone", telephone),
        ("on the phone", on_the_phone),
    ]


async def hidden_at(page: Page, button: Locator, name: str) -> list[str]:
    """Windows in which the button is not to be seen without scrolling."""
    found = []
    for width, height in ((320, 640), (360, 740), (768, 1024), (1920, 1080), (1280, 800)):
        await page.set_viewport_size({"width": width, "height": height})
        place = await button.bounding_box()
        if not place or place["y"] + place["height"] > height or place["y"] < 0:
            found.append(f"{name} out of sight at {width}: {place}")
    return found
