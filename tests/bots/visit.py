"""One browser on a connection check's page, as HTTP sees it (docs/check.md); `checker` is its media.

Not here: claims about either (`test_check`), measures (`bench.check`).
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.bots.checker import Checker
from tests.rig import until


@dataclass
class Visit:
    """`origin` is the server's; `ticket` is there once the check has begun."""

    origin: str
    http: aiohttp.ClientSession
    page: str = "/check"
    ticket: str = ""

    async def post(self, path: str, again: str = "", **form: str) -> tuple[int, Any]:
        """Status and what was answered: JSON taken apart, other things as bytes.

        What is asked more than once with one `again` is the same question.
        """
        headers = {"Origin": self.origin} | ({"Idempotency-Key": again} if again else {})
        async with self.http.post(self.origin + path, data=form, headers=headers) as answer:
            body = await answer.read()
            return answer.status, json.loads(body) if answer.content_type == "application/json" else body

    async def begin(self) -> tuple[int, Any]:
        status, body = await self.post(f"{self.page}/begin")
        self.ticket = body.get("ticket", "")
        return status, body

    @asynccontextmanager
    async def socket(self) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """The WebSocket that checks are timed with; nothing has been said on it."""
        async with self.http.ws_connect(f"{self.origin}/check/socket", origin=self.origin) as socket:
            yield socket

    async def connect(self, checker: Checker) -> tuple[int, Any]:
        """Resolves when the channel is open, or at once with the server's refusal."""
        status, body = await self.post("/check/offer", ticket=self.ticket, sdp=await checker.offer())
        if status == 200:
            await checker.accept(body["sdp"])
            await until(lambda: checker.open)
        return status, body

    async def result(self, **figures: object) -> tuple[int, Any]:
        """Hands in the figures of a clean line, changed as told."""
        return await self.post("/check/result", ticket=self.ticket, figures=of_a_clean_line(**figures))


def of_a_clean_line(**changed: object) -> str:
    """Figures as a page hands them in."""
    whole = {"connected": True, "microphone": "heard", "up": [0] * 400, "down": [0] * 400}
    return json.dumps(whole | {"upKbps": 5000, "downKbps": 5000, "rttMs": 20} | changed)


@asynccontextmanager
async def a_visit(origin: str, link: str = "") -> AsyncGenerator[Visit]:
    """At the open link, or at the check of the seat that a personal link opens."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        page = "/check"
        if link:
            async with http.get(link) as answer:
                page = f"{answer.url.path}/check"
        yield Visit(origin, http, page)
