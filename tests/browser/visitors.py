"""People who open pages, each in a browser of their own, and the watch over what goes wrong in them.

Not here: what they do there (`pages`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, WebError

from server.booking import Opened
from tests.browser.chromium import PROFILE, Kind, launch
from tests.browser.media import REMEMBER
from tests.browser.pages import CallPage
from tests.netlab.speech import Talker, write_wav

INSIDE: Final = ("blob:", "data:", "about:")


class Chromiums:
    """Browser processes, each started when it is first wanted."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._playwright = playwright
        self._folder = folder
        self._started: dict[tuple[Talker, Kind], Browser] = {}

    async def get(self, talker: Talker, kind: Kind = "ready") -> Browser:
        """The browser in which this one talks."""
        if (talker, kind) not in self._started:
            voice = self._folder / f"{talker}.wav"
            if not voice.exists():
                write_wav(talker, voice)
            self._started[talker, kind] = await launch(self._playwright, voice, kind)
        return self._started[talker, kind]

    async def close(self) -> None:
        for browser in self._started.values():
            await browser.close()


@dataclass
class Visitors:
    """Everybody of one test. `complaints` collects what must not happen in any of their pages."""

    chromiums: Chromiums
    complaints: list[str] = field(default_factory=list)
    _origins: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def expect_complaint(self, pattern: str) -> None:
        """The browser itself complains of what this test does on purpose."""
        self._expected.append(re.compile(pattern))

    async def context(self, talker: Talker, kind: Kind = "ready", **options: Any) -> BrowserContext:
        """A fresh profile, watched."""
        browser = await self.chromiums.get(talker, kind)
        context = await browser.new_context(**{"locale": "en-GB", **PROFILE.get(kind, {}), **options})
        context.set_default_timeout(20_000)
        await context.add_init_script(REMEMBER)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        self._contexts.append(context)
        return context

    async def open(self, url: str, context: BrowserContext) -> Page:
        """A page; from now on this address's origin is one that may be asked."""
        self._origins.append("/".join(url.split("/")[:3]) + "/")
        page = await context.new_page()
        await page.goto(url)
        return page

    async def arrive(self, talker: Talker, url: str, kind: Kind = "ready", **options: Any) -> CallPage:
        """Open a personal link in a browser of one's own."""
        page = CallPage(await self.open(url, await self.context(talker, kind, **options)))
        await page.reach(server="online")
        return page

    async def in_call(self, opened: Opened, **options: Any) -> tuple[CallPage, CallPage]:
        """Ann and Ben, in their call."""
        ann = await self.arrive("ann", opened.links["mentor"], **options)
        ben = await self.arrive("ben", opened.links["mentee"], **options)
        for one in (ann, ben):
            await one.join()
        for one in (ann, ben):
            await one.reach(phase="call", link="connected")
        return ann, ben

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"{message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self._complain(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((*self._origins, *INSIDE)):
            self._complain(f"asked another origin: {request.url}")

    def _complain(self, complaint: str) -> None:
        if not any(pattern.search(complaint) for pattern in self._expected):
            self.complaints.append(complaint)
