"""The call page as a person meets it, by what docs/automation.md promises and by roles and names.

Not here: the server (`tests.rig`), browsers (`visitors`), what media say of themselves (`media`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Locator, Page, expect

from tests.browser.media import Media, media, open_devices

WITHIN_S: Final = 20.0
"""For what takes a moment on a busy machine; a claim about speed gives its own."""
EVERY_S: Final = 0.1
SHOTS: Final = os.environ.get("RINGBACK_SHOTS")
"""A folder for pictures of the pages passed; none are taken without it."""

SCENES: Final = """
() => {
  const { dataset } = document.documentElement;
  const scenes = window.scenes = new Set();
  const look = () => {
    if (window.scenes !== scenes) return;
    const { scene } = document.querySelector(".stage").dataset;
    scenes.add(dataset.link === "connected" ? scene : dataset.link);
    requestAnimationFrame(look);
  };
  look();
}
"""


@dataclass(frozen=True)
class CallPage:
    """One tab of one person."""

    page: Page

    # Where it is

    async def reach(self, within_s: float = WITHIN_S, **values: str) -> None:
        """Wait until the root element's data attributes have these values: `phase`, `peer_rung` and so on."""
        wanted = "".join(f'[data-{name.replace("_", "-")}="{value}"]' for name, value in values.items())
        await self.page.locator(f"html{wanted}").wait_for(state="attached", timeout=within_s * 1000)

    async def reach_one_of(self, name: str, values: tuple[str, ...], within_s: float = WITHIN_S) -> None:
        """The same, for any of several values."""
        wanted = ", ".join(f'html[data-{name.replace("_", "-")}="{value}"]' for value in values)
        await self.page.locator(wanted).wait_for(state="attached", timeout=within_s * 1000)

    async def attribute(self, name: str) -> str | None:
        return await self.page.locator("html").get_attribute(f"data-{name}")

    # What is heard and seen

    async def media(self) -> Media:
        """Fails while there is no connection."""
        found = await media(self.page)
        assert found is not None, "the page has no RTCPeerConnection"
        return found

    async def until_media(self, claim: Callable[[Media], bool], within_s: float = WITHIN_S) -> Media:
        """Wait for a claim about the totals, which tell nobody when they change."""
        found: Media | None = None
        try:
            async with asyncio.timeout(within_s):
                while (found := await media(self.page)) is None or not claim(found):  # noqa: ASYNC110
                    await asyncio.sleep(EVERY_S)
        except TimeoutError:
            root = await self.page.locator("html").evaluate("(root) => ({ ...root.dataset })")
            raise AssertionError(f"after {within_s} s: {found}, page {root}") from None
        return found

    async def sees_and_hears(self) -> Media:
        return await self.until_media(lambda found: found.frames >= 10 and found.energy > 0.001)

    async def hears_more(self) -> None:
        """Sound with energy arrives that was not there before."""
        before = await self.media()
        await self.until_media(
            lambda now: now.packets > before.packets + 25 and now.energy > before.energy + 0.0005
        )

    async def remember_scenes(self) -> None:
        """What the stage shows from now on, or what has become of the link where it does not work."""
        await self.page.evaluate(SCENES)

    async def scenes(self) -> list[str]:
        """Those remembered, each once: `video`, `voice` and so on, or `interrupted`."""
        found: list[str] = await self.page.evaluate("[...window.scenes]")
        return found

    async def until_open(self, kind: str, *ids: str) -> None:
        """Wait until exactly these own devices of a kind, audio or video, are open; without any, none."""

        async def so() -> bool:
            return await open_devices(self.page, kind) == [*ids]

        await self.until(so)

    # The lobby

    @property
    def join_button(self) -> Locator:
        return self.page.locator('[data-action="join"]')

    async def join(self) -> None:
        await self.join_button.click()

    # The controls

    def control(self, name: str) -> Locator:
        """A button of the bar by its name: Mic, Camera, Chat, More, Leave."""
        return self.page.get_by_role("group", name="Call controls").get_by_role(
            "button", name=name, exact=True
        )

    async def press(self, name: str) -> None:
        await self.control(name).click()

    async def choose_more(self, name: str) -> None:
        """An entry behind More."""
        await self.press("More")
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def choose_camera(self, name: str) -> None:
        """Another one, in the call."""
        await self.press("Choose a camera")
        await self.page.get_by_role("radio", name=name).click()

    async def choose_microphone(self, name: str) -> None:
        await self.press("Choose a microphone")
        await self.page.get_by_role("radio", name=name).first.click()

    async def pin(self, name: str) -> None:
        """One of the ways of the lighter call."""
        await self.press("More")
        await self.page.get_by_role("radio", name=name).check()
        await self.page.keyboard.press("Escape")

    async def end_for_both(self) -> None:
        await self.choose_more("End for both")
        await self.page.get_by_role("dialog").get_by_role("button", name="End for both").click()

    # The companion

    async def tab(self, name: str) -> Locator:
        await self.page.get_by_role("tab", name=name, exact=True).click()
        return self.page.get_by_role("tabpanel", name=name, exact=True)

    async def notes(self) -> Locator:
        """The shared notes, ready to be written in."""
        await self.tab("Notes")
        area = self.page.get_by_role("textbox", name="Shared notes", exact=True)
        await expect(area).to_be_editable(timeout=WITHIN_S * 1000)
        await expect(area).to_have_attribute("aria-busy", "false")
        return area

    async def add_item(self, text: str, minutes: int) -> None:
        panel = await self.tab("Agenda")
        await panel.get_by_label("New item").fill(text)
        await panel.get_by_label("Minutes").fill(str(minutes))
        await panel.get_by_role("button", name="Add", exact=True).click()

    async def agenda(self) -> list[str]:
        """The items' words in order."""
        return await self.page.locator(".agenda .agenda-text").all_inner_texts()

    async def say(self, text: str) -> None:
        area = self.page.get_by_role("textbox", name="Write to")
        await area.fill(text)
        await area.press("Enter")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name)

    async def until(self, claim: Callable[[], Awaitable[bool]], within_s: float = WITHIN_S) -> None:
        """Wait for a claim about the page that no locator can wait for."""
        async with asyncio.timeout(within_s):
            while not await claim():  # noqa: ASYNC110
                await asyncio.sleep(EVERY_S)

    async def shot(self, name: str) -> None:
        await shot(self.page, name)


async def shot(page: Page, name: str) -> None:
    """Take a picture where pictures are wanted."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png")
