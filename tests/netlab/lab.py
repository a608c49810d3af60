"""The laboratory as a test sees it: two people's browsers and a server, each behind its own line.

    lab.line("a").set(rate_kbps=60)          # both ways; up={...} or down={...} for one
    ann = await lab.join("a", url)           # a page, its ears and the log of its attributes
    verdict = await ann.judge(start_ms, end_ms)

It knows nothing of the page it drives but `[data-action="join"]`.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, Playwright

from tests.netlab import align, score, speech, totals
from tests.netlab.hearing import Hearing
from tests.netlab.line import Impairment
from tests.netlab.load import Load
from tests.netlab.namespaces import Namespace
from tests.netlab.network import CLEAN, DATA_CENTRE, Line, Network
from tests.netlab.totals import Audio
from tests.netlab.watch import Watch

Name = Literal["a", "b"]

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
"""What CHROMIUM names, or Debian's; where it is absent Playwright's own is taken."""

PORT = 8080
TALKERS: dict[Name, speech.Talker] = {"a": "ann", "b": "ben"}
FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # The relay's certificate is the laboratory's own.
    "--ignore-certificate-errors",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 198.18.*, EXCLUDE 2001:2::*, EXCLUDE [2001:2::*]",
)


def chromium(playwright: Playwright) -> Path | None:
    """The browser to drive; None when there is none."""
    candidates = (CHROMIUM, Path(playwright.chromium.executable_path))
    return next((path for path in candidates if path.exists()), None)


def now_ms() -> int:
    """Milliseconds since the epoch, the time of everything the laboratory reports."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Participant:
    """One person's page with the laboratory's instruments on it."""

    name: Name
    page: Page
    hearing: Hearing
    watch: Watch

    async def wait_for(self, name: str, *values: str, within_ms: int, since_ms: int | None = None) -> int:
        """As `Watch.wait_for`: the moment the page's root element had the attribute so."""
        return await self.watch.wait_for(name, *values, within_ms=within_ms, since_ms=since_ms)

    async def audio(self) -> Audio:
        """The page's audio totals; subtract two."""
        return await totals.audio(self.page)

    async def judge(self, start_ms: int, end_ms: int, talker: Participant | None = None) -> score.Verdict:
        """How well the peer was understood from one moment to another (at least 3 s apart).

        With the `talker` the verdict has the delays from mouth to ear as well. Waits for the recording to get
        there. Raises AssertionError when nothing at all was recorded.
        """
        margin_ms = int(align.WANDER_S * 1000)
        await self.hearing.reach(end_ms + margin_ms, within_ms=2 * margin_ms + 3000)
        span = (start_ms - margin_ms, end_ms + margin_ms)
        heard = self.hearing.between(*span)
        assert heard.any(), f"{self.name} has recorded nothing: was there ever a remote audio track?"
        loop = speech.spoken(TALKERS["b" if self.name == "a" else "a"])
        said = talker.hearing.said(*span) if talker else None
        return await asyncio.to_thread(score.judge, loop, heard, margin_s=align.WANDER_S, said=said)


@dataclass(slots=True)
class Lab:
    """Hosts a, b and server; use `open_lab()` or the fixture `lab`, which close it."""

    network: Network
    playwright: Playwright
    folder: Path
    flags: tuple[str, ...] = FLAGS
    """Of both browsers; of a flag given twice the last counts."""
    browsers: dict[Name, Browser] = field(default_factory=dict)

    @property
    def server(self) -> Namespace:
        """Where a server is to run: `lab.server.command(...)`, or `lab.server.listener(PORT)`."""
        return self.network.hosts["server"]

    @property
    def server_origin(self) -> str:
        """The origin both browsers trust and can reach; a server has to listen there."""
        return f"http://{self.server.literal}:{PORT}"

    async def server_listens(self, within_ms: int = 15_000) -> int:
        """Wait until a server accepts connections at `server_origin`; returns when it was seen to."""
        deadline_ms = now_ms() + within_ms
        while not self.server.accepts(PORT):
            assert now_ms() < deadline_ms, f"nothing listened at {self.server_origin} for {within_ms} ms"
            await asyncio.sleep(0.05)
        return now_ms()

    def line(self, host: str) -> Line:
        """The access line of "a", "b" or "server"."""
        return self.network.line(host)

    async def browser(self, name: Name) -> Browser:
        """The person's Chromium, started at the first call, speaking with the person's voice."""
        if name not in self.browsers:
            self.browsers[name] = await self.playwright.chromium.launch(
                executable_path=self._launcher(name),
                args=[
                    *self.flags,
                    f"--unsafely-treat-insecure-origin-as-secure={self.server_origin}",
                    f"--use-file-for-fake-audio-capture={self._voice(name)}",
                ],
            )
        return self.browsers[name]

    async def open(self, name: Name, url: str) -> Participant:
        """A new page of the person's, with ears and watch attached before anything ran in it."""
        context = await (await self.browser(name)).new_context()
        participant = Participant(name, await context.new_page(), Hearing(), Watch())
        await participant.hearing.attach(context)
        await participant.watch.attach(context)
        await participant.page.goto(url)
        return participant

    async def join(self, name: Name, url: str) -> Participant:
        """Open a page and press its join button."""
        participant = await self.open(name, url)
        await participant.page.locator('[data-action="join"]').click()
        return participant

    def conditions(self, load: Load) -> str:
        """What to print beside a figure: how busy the machine was, how punctual the lines have been."""
        report = self.network.report()
        return (
            f"{load}, lines late {report['late']} of {report['forwarded']} packets "
            f"(worst {report['latest_us'] / 1000:.0f} ms)"
        )

    async def close(self) -> None:
        """Close the browsers, then the network."""
        try:
            for browser in self.browsers.values():
                await browser.close()
        finally:
            self.network.close()

    def _voice(self, name: Name) -> Path:
        return speech.write_wav(TALKERS[name], self.folder / f"{name}.wav")

    def _launcher(self, name: Name) -> Path:
        script = self.folder / f"chromium-{name}"
        command = shlex.join(self.network.hosts[name].command(str(chromium(self.playwright))))
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)
        return script


def open_lab(
    playwright: Playwright,
    folder: Path,
    *,
    access: Impairment = CLEAN,
    seed: int = 1,
    family: Literal[4, 6] = 4,
) -> Lab:
    """A laboratory with equal access lines for both people, on IPv4 or IPv6 alone; the caller closes it."""
    lines = {"a": access, "b": access, "server": DATA_CENTRE}
    return Lab(Network(lines, seed, family), playwright, folder)
