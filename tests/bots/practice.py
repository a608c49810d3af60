"""A bot that practises: the ordinary tab and the ordinary participant, in a rehearsal.

Not here: the partner (`server.media.partner`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from tests.bots.participant import Participant
from tests.bots.tab import a_browser, connect, open_link


@asynccontextmanager
async def a_practice(link: str) -> AsyncGenerator[Participant]:
    """Somebody in the lobby of a rehearsal of their own; `bot.tab.join()` lets them into the call."""
    async with a_browser() as http:
        tab = await connect(await open_link(http, link))
        bot = Participant(tab, tone_hz=440.0, rgb=(220, 30, 30))
        try:
            await tab.hello()
            yield bot
        finally:
            await bot.stop()
            await tab.stop()
