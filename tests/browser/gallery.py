"""The screens in canned states, in a real browser under the served pages' content policy.

Not here: a server, a call, or what must be true of the screens (test_screens). To look at them:

    python -m tests.browser.gallery FOLDER call voice phone --widths 360,1280 --press '#tab-notes'

takes a picture of each state, width and colour scheme into FOLDER and prints what axe finds.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright

from tests.browser import audit
from tests.browser.chromium import launch

WEBCLIENT: Final = Path(__file__).resolve().parents[2] / "webclient"
ORIGIN: Final = "https://gallery.example"
POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "require-trusted-types-for 'script'; trusted-types lit-html ringback"
)
TYPES: Final = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
HEIGHTS: Final = {320: 640, 360: 740, 640: 400, 740: 360, 768: 1024, 1280: 800, 1920: 1080}
"""Usual windows: width to height, CSS pixels. 640 is a laptop's page at twice its size."""
TWO_FRAMES: Final = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
"""Until what follows a new size (observers, then what they change) has been drawn."""

Scheme = Literal["light", "dark"]


def build(folder: Path) -> Path:
    """Bundle the gallery into `folder`, which needs node and the client's packages."""
    subprocess.run(["node", WEBCLIENT / "gallery" / "build.mjs", folder], check=True)
    return folder


@dataclass
class Screen:
    """One page of the gallery. `errors` collects refusals of the content policy and uncaught errors."""

    page: Page
    errors: list[str] = field(default_factory=list)

    async def become(self, scheme: Scheme, width: int) -> None:
        """The same page in another window and the other colours, at rest."""
        await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        await self.page.evaluate(TWO_FRAMES)

    async def violations(self) -> list[str]:
        """What axe finds, a line each."""
        return await audit.violations(self.page)

    async def too_wide(self) -> int:
        """CSS pixels by which the page must be scrolled sideways."""
        return await audit.too_wide(self.page)


@dataclass(frozen=True)
class Gallery:
    context: BrowserContext

    async def show(self, state: str, width: int = 1280) -> Screen:
        """The state in a window of this width, once its heading stands and nothing more changes by itself."""
        screen = Screen(await self.context.new_page())
        screen.page.on("pageerror", lambda error: screen.errors.append(str(error)))
        screen.page.on(
            "console", lambda line: screen.errors.append(line.text) if line.type == "error" else None
        )
        await screen.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        await screen.page.goto(
            f"{ORIGIN}/{'pages.html' if state == 'pages' else f'index.html?state={state}'}"
        )
        await screen.page.wait_for_selector("h1")
        if state != "pages":
            await screen.page.wait_for_selector("body[data-rests]", state="attached")
        return screen


@asynccontextmanager
async def open_gallery(
    browser: Browser,
    built: Path,
    scheme: Scheme = "light",
    *,
    motion: Literal["reduce", "no-preference"] = "no-preference",
    touch: bool = False,
) -> AsyncGenerator[Gallery]:
    """A profile of its own that gets every page from the folder `built`, and nothing from anywhere else.

    With `touch` it is held in the hand: its pointer is a finger.
    """
    context = await browser.new_context(
        color_scheme=scheme, reduced_motion=motion, locale="en-GB", has_touch=touch, is_mobile=touch
    )
    try:
        await context.route("**/*", lambda route: _serve(built, route))
        yield Gallery(context)
    finally:
        await context.close()


async def _serve(built: Path, route: Route) -> None:
    path = built / route.request.url.removeprefix(ORIGIN).split("?")[0].lstrip("/")
    if not path.is_file():
        await route.fulfill(status=404, body="")
        return
    headers = {"Content-Type": TYPES[path.suffix], "Content-Security-Policy": POLICY}
    await route.fulfill(body=path.read_bytes(), headers=headers)


async def _look(
    out: Path, states: list[str], widths: list[int], schemes: Iterable[Scheme], press: Iterable[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder))
        async with async_playwright() as playwright:
            browser = await launch(playwright)
            for scheme in schemes:
                async with open_gallery(browser, built, scheme) as gallery:
                    for width, state in product(widths, states):
                        screen = await gallery.show(state, width)
                        await _picture(screen, out / f"{state}-{width}-{scheme}.png", press)


async def _picture(screen: Screen, path: Path, press: Iterable[str]) -> None:
    for selector in press:
        await screen.page.click(selector)
    # Long enough for what moves to come to rest; nothing depends on it but the picture.
    await screen.page.wait_for_timeout(800)
    await screen.page.screenshot(path=path, full_page=path.name.startswith(("lobby", "pages")))
    for line in [*screen.errors, *await screen.violations()]:
        print(f"{path.name}: {line}")
    if wide := await screen.too_wide():
        print(f"{path.name}: {wide} px too wide")
    await screen.page.close()


def main() -> None:
    """Take the pictures asked for on the command line."""
    parser = argparse.ArgumentParser(description="Takes pictures of the screens in canned states.")
    parser.add_argument("out", type=Path)
    parser.add_argument("states", nargs="+")
    parser.add_argument("--widths", default="360,768,1280,1920")
    parser.add_argument("--schemes", default="light,dark")
    parser.add_argument("--press", action="append", default=[], help="a selector pressed before the picture")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    widths = [int(width) for width in given.widths.split(",")]
    asyncio.run(_look(given.out, given.states, widths, given.schemes.split(","), given.press))


if __name__ == "__main__":
    main()
