"""A bot that practises: the ordinary tab and the ordinary participant, in a rehearsal.

Not here: the partner (`server.media.partner`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from signalling import protocol as p
from tests.bots.participant import Participant
from tests.bots.tab import Tab, a_browser, connect, open_link


class Practice(Participant):
    """A participant who remembers how the room was at first."""

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab, tone_hz=440.0, rgb=(220, 30, 30))
        self.welcome: p.Welcome


@asynccontextmanager
async def a_practice(link: str, *, http: aiohttp.ClientSession | None = None) -> AsyncGenerator[Practice]:
    """Somebody in the lobby of a rehearsal of their own; `bot.join()` lets them into the call."""
    async with a_browser() as own:
        tab = await connect(await open_link(http or own, link))
        bot = Practice(tab)
        try:
            bot.welcome = await tab.hello()
            yield bot
        finally:
            await bot.stop()
            await tab.leave_page()


async def set_line(
    bot: Participant, line: str, *, origin: str = "", http: aiohttp.ClientSession | None = None
) -> int:
    """Ask for another line as the page does; the status."""
    seat = bot.tab.seat
    headers = {"Origin": origin or seat.origin}
    async with (http or seat.http).post(f"{seat.page}/line", data={"line": line}, headers=headers) as answer:
        return answer.status
