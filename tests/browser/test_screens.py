"""The screens in all their states: accessible, within their window and their policy, workable by keys."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FloatRect, Locator, Page, async_playwright, expect

from tests.browser.chromium import launch
from tests.browser.gallery import Gallery, Scheme, build, open_gallery

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

LOOKS: Final[tuple[tuple[Scheme, int], ...]] = (
    ("light", 1280),
    ("dark", 1920),
    ("dark", 360),
    ("dark", 768),
    ("light", 320),
)

SMALL_WORDS = """
() => {
  const found = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const element = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (parseFloat(getComputedStyle(element).fontSize) < 14) found.push(words.currentNode.data.trim());
  }
  return found;
}
"""
"""Visible words set in less than 14 px."""

LONG_ROOM = """
() => document.querySelector(".room") !== null && document.documentElement.scrollHeight > innerHeight
"""

MOVING = """
() => document.getAnimations().filter((each) => each.effect.getComputedTiming().duration > 1).length
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("gallery"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        started = await launch(playwright)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def gallery(browser: Browser, built: Path) -> AsyncGenerator[Gallery]:
    async with open_gallery(browser, built) as opened:
        yield opened


async def change(page: Page, patch: str) -> None:
    """Change the state as the call would; `patch` is a JavaScript object that may use `now`."""
    await page.evaluate(f"(() => {{ const now = gallery.now(); gallery.change({patch}); }})()")


async def box(locator: Locator) -> FloatRect:
    found = await locator.bounding_box()
    assert found is not None
    return found


@pytest.mark.timeout(400)
async def test_every_state_is_accessible_and_fits(browser: Browser, built: Path) -> None:
    async with open_gallery(browser, built) as gallery:
        states: list[str] = await (await gallery.show("call")).page.evaluate("gallery.states")
        waiting = ["pages", *states]
        wrong: list[str] = []

        async def look() -> None:
            while waiting:
                wrong.extend(await faults(gallery, waiting.pop()))

        async with asyncio.TaskGroup() as two:
            for _ in range(2):
                two.create_task(look())
    assert wrong == []


async def faults(gallery: Gallery, state: str) -> list[str]:
    """Of one state in all windows, with its name, its colours and its width before each line."""
    screen, found = await gallery.show(state), []
    for scheme, width in LOOKS:
        await screen.become(scheme, width)
        small: list[str] = await screen.page.evaluate(SMALL_WORDS)
        lines = [*screen.errors, *await screen.violations(), *(f"too small: {words}" for words in small)]
        if await screen.page.evaluate(LONG_ROOM):
            lines.append("the room is longer than its window")
        if wide := await screen.too_wide():
            lines.append(f"{wide} px too wide")
        found += [f"{state}, {scheme}, {width}: {line}" for line in lines]
    await screen.page.close()
    return found


@pytest.mark.parametrize("width", [360, 1280])
async def test_controls_of_the_call_are_large_enough_for_a_thumb(gallery: Gallery, width: int) -> None:
    page = (await gallery.show("call", width)).page
    for button in await page.locator(".bar button:visible, .tab, .self-hide").all():
        size = await box(button)
        assert min(size["width"], size["height"]) >= 44, await button.inner_html()


async def test_the_surface_that_programs_rely_on_is_there(gallery: Gallery) -> None:
    lobby = (await gallery.show("lobby")).page
    await expect(lobby.get_by_role("button", name="Join", exact=True)).to_have_attribute(
        "data-action", "join"
    )
    await expect(lobby.locator("html")).to_have_attribute("data-phase", "lobby")
    page = (await gallery.show("voice")).page
    for name, value in {
        "data-phase": "call", "data-rung": "low", "data-peer-rung": "voice", "data-whose": "theirs",
        "data-link": "connected", "data-server": "online", "data-phone": "hidden",
    }.items():  # fmt: skip
        await expect(page.locator("html")).to_have_attribute(name, value)
    for name in ("Agenda", "Notes", "Goals"):
        await page.get_by_role("tab", name=name, exact=True).click()
        await expect(page.get_by_role("tabpanel", name=name, exact=True)).to_be_visible()
    await page.get_by_role("tab", name="Notes").click()
    await expect(page.get_by_role("textbox", name="Shared notes", exact=True)).to_be_editable()


async def test_there_is_one_polite_and_one_assertive_live_region(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    await page.get_by_role("tab", name="Goals").click()
    regions = await page.locator("[aria-live], [role=status], [role=alert], [role=log]").all()
    assert sorted([await region.get_attribute("aria-live") or "" for region in regions]) == [
        "assertive",
        "polite",
    ]
    await change(page, "{ link: 'interrupted', interruptedSince: Date.now() }")
    await expect(page.locator("[aria-live=assertive]")).to_have_text("Connection lost. Still trying.")
    await expect(page.get_by_role("button", name="Telephone instead")).to_be_visible()


@pytest.mark.parametrize("opener", [None, "More"], ids=["lobby", "call"])
async def test_protecting_the_picture_is_one_box_and_is_said(gallery: Gallery, opener: str | None) -> None:
    page = (await gallery.show("call" if opener else "lobby")).page
    if opener:
        await page.get_by_role("button", name=opener, exact=True).click()
    box = page.get_by_role("checkbox", name="Protect my picture")
    await expect(box).not_to_be_checked()
    await box.press("Space")
    await expect(box).to_be_checked()
    await expect(page.locator("[aria-live=polite]")).to_have_text("We protect the picture, both ways.")
    await expect(page.get_by_text("Ann Archer has chosen this")).to_have_count(0)
    await change(page, "{ peerOrder: 'picture' }")
    await expect(page.get_by_text("Ann Archer has chosen this: it counts for both of you.")).to_be_visible()
    await box.press("Space")
    await expect(page.locator("[aria-live=polite]")).to_have_text("Speech comes first again.")


async def test_where_the_picture_is_kept_the_prompt_leads_to_the_chat_and_covers_nothing(
    gallery: Gallery,
) -> None:
    page = (await gallery.show("picture_kept")).page
    await expect(page.locator(".peer-picture video").first).to_be_visible()
    await expect(page.get_by_text("Ring", exact=False)).to_have_count(0)
    await page.get_by_role("button", name="Write instead").click()
    await expect(page.get_by_role("textbox", name="Write to Ann Archer")).to_be_focused()
    await expect(page.locator(".peer-picture video").first).to_be_visible()
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("button", name="Backup plan").click()
    await page.get_by_role("button", name="Go to the telephone now").click()
    await expect(page.locator("html")).to_have_attribute("data-phone", "offered")


async def test_a_lost_line_offers_writing_to_those_who_protect_the_picture(gallery: Gallery) -> None:
    page = (await gallery.show("picture_interrupted")).page
    await expect(page.get_by_role("button", name="Telephone instead")).to_have_count(0)
    await page.get_by_role("button", name="Write instead").click()
    await expect(page.get_by_role("textbox", name="Write to Ann Archer")).to_be_focused()


async def test_the_lobby_goes_live_by_itself(gallery: Gallery) -> None:
    page = (await gallery.show("lobby_early")).page
    join = page.get_by_role("button", name="Join", exact=True)
    await expect(join).to_be_disabled()
    await change(page, "{ session: { ...now.session, state: 'open' } }")
    await expect(join).to_be_enabled()
    await expect(page.locator("[aria-live=polite]")).to_have_text("The room is open. You can join now.")


async def test_joining_takes_the_focus_to_the_room_and_leaving_to_what_follows(gallery: Gallery) -> None:
    page = (await gallery.show("lobby")).page
    await page.get_by_role("button", name="Join", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await page.get_by_role("button", name="Leave", exact=True).click()
    await expect(page.get_by_role("heading", name="You've left the call")).to_be_focused()
    await expect(page.get_by_role("button", name="Rejoin")).to_be_visible()


async def test_the_peers_arrival_leaves_the_focus_where_one_writes(gallery: Gallery) -> None:
    page = (await gallery.show("waiting")).page
    await page.get_by_role("tab", name="Notes").click()
    await page.get_by_role("textbox", name="Shared notes").focus()
    await change(page, "{ phase: 'call', link: 'connected', peer: { ...now.peer, presence: 'call' } }")
    await expect(page.locator("[aria-live=polite]")).to_have_text("Ann Archer has joined.")
    await expect(page.get_by_role("textbox", name="Shared notes")).to_be_focused()


async def test_the_focus_is_not_lost_with_the_button_that_was_pressed(gallery: Gallery) -> None:
    for state, button in (
        ("phone", "We're on the phone"),
        ("call_sharing", "Stop sharing"),
        ("voice", "Dismiss"),
    ):
        page = (await gallery.show(state)).page
        pressed = page.locator(".stage").get_by_role("button", name=button)
        await pressed.press("Enter")
        await expect(pressed).to_have_count(0)
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
    page = (await gallery.show("call")).page
    panel = page.get_by_role("tabpanel", name="Agenda")
    await panel.get_by_role("button", name="Done with this").press("Enter")
    await expect(page.locator("body")).not_to_be_focused()


async def test_keys_steer_the_call_but_not_while_typing(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    microphone = page.get_by_role("button", name="Mic", exact=True)
    await page.keyboard.press("m")
    await expect(microphone).to_have_attribute("aria-pressed", "false")
    await expect(page.locator("[aria-live=polite]")).to_have_text("Your microphone is off.")
    await page.keyboard.down(" ")
    await expect(microphone).to_have_attribute("aria-pressed", "true")
    await page.keyboard.up(" ")
    await expect(microphone).to_have_attribute("aria-pressed", "false")
    await page.keyboard.press("n")
    notes = page.get_by_role("textbox", name="Shared notes")
    await notes.press("m")
    assert (await notes.input_value()).count("m") >= 1
    await expect(microphone).to_have_attribute("aria-pressed", "false")
    await notes.press("Control+d")
    await expect(microphone).to_have_attribute("aria-pressed", "true")


async def test_who_came_without_devices_reads_so_under_the_controls(gallery: Gallery) -> None:
    page = (await gallery.show("call", 320)).page
    await change(page, "{ status: { microphone: 'none', camera: 'none', screen: false }, selfStream: null }")
    words = page.locator(".bar .control-word")
    await expect(words.nth(0)).to_have_text("No mic")
    await expect(words.nth(1)).to_have_text("No camera")
    microphone = page.get_by_role("button", name="Mic", exact=True)
    await expect(microphone).to_have_attribute("aria-pressed", "false")


async def test_video_that_pauses_is_told_at_once(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    words = "Ann's line is weak. We paused video so you can keep talking."
    notice = f"{{ id: 'line-1', words: {words!r}, urgency: 'assertive', dismissible: true, action: null }}"
    await change(page, f"{{ notices: [{notice}] }}")
    await expect(page.locator("[aria-live=assertive]")).to_have_text(words)


@pytest.mark.parametrize("width", [640, 740])
async def test_in_a_low_window_stage_and_panel_stand_side_by_side(gallery: Gallery, width: int) -> None:
    page = (await gallery.show("call", width)).page
    leave, scene = (
        await box(page.get_by_role("button", name="Leave", exact=True)),
        await box(page.locator(".scene")),
    )
    panel, time = await box(page.locator(".companion")), await box(page.locator(".session-time"))
    assert leave["x"] + leave["width"] <= panel["x"]
    assert scene["height"] >= 120
    assert time["height"] < 30


async def test_words_on_a_telephone_stand_clear_of_the_own_picture(gallery: Gallery) -> None:
    for state in ("camera_off", "voice", "reconnecting", "waiting", "connecting"):
        screen = await gallery.show(state, 320)
        for width in (320, 360):
            await screen.become("light", width)
            own = await box(screen.page.locator(".self-view"))
            for words in await screen.page.locator(".calm > :visible").all():
                place = await box(words)
                said = await words.inner_text()
                assert place["y"] + place["height"] <= own["y"], f"{state}, {width}: {said}"
        await screen.page.close()


async def test_a_telephone_has_room_for_the_others_name(gallery: Gallery) -> None:
    page = (await gallery.show("call", 360)).page
    name = page.locator(".stage-name.theirs")
    await expect(name).to_have_text("Ann Archer")
    assert await name.evaluate("(name) => name.scrollWidth <= name.clientWidth")
    await expect(page.locator(".stage-name.mine")).to_have_text("You", use_inner_text=True)


async def test_single_keys_can_be_switched_off_for_good(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    await page.keyboard.press("?")
    await page.get_by_role("checkbox", name="Use single keys").uncheck()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.wait_for_selector(".bar")
    await page.keyboard.press("m")
    await expect(page.get_by_role("button", name="Mic", exact=True)).to_have_attribute("aria-pressed", "true")


async def test_ending_for_both_asks_and_gives_the_focus_back(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    more = page.get_by_role("button", name="More", exact=True)
    await more.click()
    await page.get_by_role("button", name="End for both").click()
    await expect(page.get_by_role("dialog", name="End the session for both of you?")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(more).to_be_focused()
    await more.click()
    await page.get_by_role("button", name="End for both").click()
    await page.get_by_role("dialog").get_by_role("button", name="End for both").click()
    await expect(page.get_by_role("heading", name="That was your session")).to_be_visible()


async def test_a_menu_closes_with_escape_and_a_press_outside(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    opener = page.get_by_role("button", name="Choose a microphone")
    await opener.click()
    await expect(page.get_by_role("radio", name="Default: headset microphone")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await opener.click()
    await page.locator(".stage-head").click()
    await expect(page.locator(".menu")).to_have_count(0)


async def test_the_focus_leaves_a_menu_for_what_follows_it(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("button", name="End for both").focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Leave", exact=True)).to_be_focused()
    await expect(page.locator(".menu")).to_have_count(0)


async def test_arrow_keys_pass_devices_without_closing_their_menu(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    opener = page.get_by_role("button", name="Choose a microphone")
    await opener.press("Enter")
    chosen = page.locator(".menu [name=list-microphone]:checked")
    await expect(chosen).to_be_focused()
    first = await chosen.locator("..").inner_text()
    await page.keyboard.press("ArrowDown")
    await expect(chosen).to_be_focused()
    await expect(chosen.locator("..")).not_to_have_text(first)
    await page.keyboard.press("Enter")
    await expect(page.locator(".menu")).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_the_newest_chat_line_stays_in_sight_when_room_gets_less(gallery: Gallery) -> None:
    page = (await gallery.show("call", 360)).page
    await page.get_by_role("button", name="Chat").click()
    for number in range(6):
        await page.get_by_role("textbox", name="Write to").fill(f"Line {number}")
        await page.keyboard.press("Enter")
    await page.set_viewport_size({"width": 360, "height": 560})
    await expect(page.get_by_text("Line 5")).to_be_in_viewport()
    place, lines = await box(page.get_by_text("Line 5")), await box(page.locator(".chat-lines"))
    assert place["y"] + place["height"] <= lines["y"] + lines["height"]


async def test_the_caret_stays_with_its_words_when_the_peer_writes(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    await page.get_by_role("tab", name="Notes").click()
    notes = page.get_by_role("textbox", name="Shared notes")
    await expect(notes).not_to_have_value("")
    await notes.evaluate(
        "(area) => { const at = area.value.indexOf('workshop'); area.setSelectionRange(at, at + 8); }"
    )
    await page.evaluate("document.dispatchEvent(new Event('peer-writes'))")
    chosen = await notes.evaluate("(area) => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "workshop"
    assert (await notes.input_value()).startswith("Ann was here\n")


async def test_agenda_items_move_by_buttons_and_by_dragging(gallery: Gallery) -> None:
    page = (await gallery.show("call")).page
    texts = page.locator(".agenda-text")
    fourth = await texts.nth(3).inner_text()
    await page.get_by_role("button", name=f"More for {fourth}").click()
    await page.get_by_role("button", name="Move up").click()
    await expect(texts.nth(2)).to_have_text(fourth)
    await expect(page.locator("[aria-live=polite]")).to_have_text(f"{fourth}: now 3 of 4.")
    grip, goal = await box(page.locator(".grip").nth(2)), await box(page.locator(".agenda-item").first)
    await page.mouse.move(grip["x"] + 8, grip["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(grip["x"] + 8, goal["y"] - 10, steps=5)
    await page.mouse.up()
    await expect(texts.first).to_have_text(fourth)


async def test_a_goal_asks_for_its_words_and_keeps_the_rest(gallery: Gallery) -> None:
    page = (await gallery.show("waiting_empty")).page
    await page.get_by_role("tab", name="Goals").click()
    await page.get_by_role("button", name="Add a goal").click()
    await expect(page.get_by_label("What is the goal?")).to_be_focused()
    await page.get_by_role("button", name="Save goal").click()
    await expect(page.get_by_role("heading", name="Speak at the meeting")).to_have_count(0)
    await page.get_by_label("What is the goal?").fill("Speak at the meeting")
    await page.get_by_label("Whose goal is it?").select_option("both")
    await page.get_by_label("By when?").fill("2026-12-01")
    await page.get_by_role("button", name="Save goal").click()
    await expect(page.get_by_role("heading", name="Speak at the meeting")).to_be_visible()
    await expect(page.locator(".goal-facts")).to_contain_text("by 1 December 2026")


async def test_at_voice_the_last_picture_stays_and_is_marked(gallery: Gallery) -> None:
    page = (await gallery.show("voice")).page
    await expect(page.locator(".held-mark")).to_contain_text("not live")
    await expect(page.locator(".peer-picture canvas")).to_be_visible()
    await expect(page.locator(".peer-picture video")).to_be_hidden()
    await change(page, "{ peer: { ...now.peer, status: { ...now.peer.status, camera: 'off' } } }")
    await expect(page.locator(".peer-picture canvas")).to_be_hidden()
    await expect(page.get_by_text("Ann Archer's camera is off")).to_be_visible()


async def test_a_still_is_marked_with_its_age_and_named_and_never_as_if_live(gallery: Gallery) -> None:
    page = (await gallery.show("still")).page
    picture = page.get_by_role("img", name="Still picture of Ann Archer", exact=True)
    await expect(picture).to_be_visible()
    await expect(page.locator(".peer-picture video")).to_be_hidden()
    await expect(page.locator(".still-mark")).to_contain_text(re.compile(r"Still picture from \d+ s ago"))
    canvas = "Object.assign(document.createElement('canvas'), {width: 300, height: 400})"
    await change(page, f"{{ peerStill: {{ picture: {canvas}, at: Date.now() }} }}")
    await expect(picture).to_have_js_property("height", 400)
    await expect(page.locator(".still-mark")).to_contain_text("Still picture from just now")
    await change(page, "{ peerRung: 'voice' }")
    await expect(page.locator(".held-mark")).to_contain_text("not live")
    await change(page, "{ peerVideoLive: true, peerStill: null, peerRung: 'low' }")
    await expect(page.locator(".peer-picture video")).to_be_visible()
    await expect(page.locator(".peer-picture canvas")).to_be_hidden()


async def test_a_weak_line_frays_at_its_own_end(gallery: Gallery) -> None:
    page = (await gallery.show("low")).page
    thread, strand = await box(page.locator("rb-thread")), await box(page.locator(".thread-strand").first)
    assert strand["x"] + strand["width"] / 2 < thread["x"] + thread["width"] / 2
    await change(page, "{ whose: 'theirs' }")
    await expect(page.locator(".thread-words")).to_have_text("Ann Archer's line is weak")
    strand = await box(page.locator(".thread-strand").first)
    assert strand["x"] + strand["width"] / 2 > thread["x"] + thread["width"] / 2


async def test_the_telephone_shows_who_rings_the_number_and_a_code(gallery: Gallery) -> None:
    page = (await gallery.show("phone")).page
    await expect(page.get_by_role("heading", name="Ring Ann Archer")).to_be_visible()
    ring = page.get_by_role("link", name="Ring this number")
    await expect(ring).to_have_attribute("href", "tel:+447700900001")
    await expect(page.get_by_role("img", name="QR code that rings +44 7700 900001")).to_be_visible()
    await page.get_by_role("button", name="We're on the phone").click()
    await expect(page.locator("html")).to_have_attribute("data-phone", "active")
    await change(page, "{ wayBack: true }")
    await page.get_by_role("button", name="Back to the call").click()
    await expect(page.locator("html")).to_have_attribute("data-phone", "hidden")


async def test_on_a_telephone_ringing_is_the_one_primary_button(
    browser: Browser, built: Path, gallery: Gallery
) -> None:
    async with open_gallery(browser, built, touch=True) as in_hand:
        page = (await in_hand.show("phone", 360)).page
        await expect(page.locator(".phone-card .primary")).to_have_text("Ring this number")
        await change(page, "{ wayBack: true }")
        await expect(page.locator(".phone-card .primary")).to_have_text("Back to the call")
    at_a_desk = (await gallery.show("phone")).page
    await expect(at_a_desk.locator(".phone-card .primary")).to_have_text("We're on the phone")


async def test_a_missing_number_comes_with_what_to_do(gallery: Gallery) -> None:
    page = (await gallery.show("phone_no_number")).page
    await expect(page.get_by_text("Ann Archer hasn't shared a number here.")).to_be_visible()
    await page.get_by_role("checkbox", name="Show my number to Ann Archer").click()
    await expect(page.get_by_label("Your telephone number")).to_be_focused()
    await expect(page.get_by_text("Please write your number here first.")).to_be_visible()
    await page.get_by_label("Your telephone number").fill("+44 7700 900002")
    await page.get_by_role("checkbox", name="Show my number to Ann Archer").click()
    await expect(page.get_by_role("checkbox", name="Show my number to Ann Archer")).to_have_count(0)


async def test_nothing_moves_for_those_who_asked_for_stillness(browser: Browser, built: Path) -> None:
    async with open_gallery(browser, built, motion="reduce") as gallery:
        for state in ("voice", "reconnecting", "phone"):
            page = (await gallery.show(state)).page
            moving: int = await page.evaluate(MOVING)
            assert moving == 0, state


async def test_the_sheet_of_a_telephone_opens_with_a_press_and_a_swipe(gallery: Gallery) -> None:
    page = (await gallery.show("call", 360)).page
    low = await box(page.locator(".companion"))
    await page.get_by_role("button", name="Show more of the panel").click()
    high = await box(page.locator(".companion"))
    assert high["height"] > low["height"] + 100
    handle = await box(page.locator(".sheet-handle"))
    await page.mouse.move(handle["x"] + 100, handle["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(handle["x"] + 100, handle["y"] + 80, steps=4)
    await page.mouse.up()
    await expect(page.get_by_role("button", name="Show more of the panel")).to_be_visible()
