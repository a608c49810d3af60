"""A call of two real browsers in a laboratory of its own, some seconds old.

Not here: what is measured of it (`paths`, `lips`).
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import async_playwright

from tests.netlab import turnserver
from tests.netlab.lab import open_lab
from tests.netlab.product import Session, a_session

Transport = Literal["udp", "tcp", "tls"]


@asynccontextmanager
async def settled_call(*transports: Transport, family: Literal[4, 6] = 4) -> AsyncIterator[Session]:
    """A settled call, with coturn beside the server if any `transports` are wanted."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        playwright = await stack.enter_async_context(async_playwright())
        lab = open_lab(playwright, folder, family=family)
        stack.push_async_callback(lab.close)
        settings: dict[str, str] = {}
        if transports:
            relay = await stack.enter_async_context(turnserver.relay(lab.server, folder))
            settings = relay.settings(*transports)
        yield await stack.enter_async_context(a_session(lab, folder, settings))
