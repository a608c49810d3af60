"""The server of the yardstick page (bench/plain): four files' worth of HTTP and a two-way relay.

It understands nothing it relays. Its Content-Security-Policy is as strict as a careful product's,
so that what the laboratory injects is proven to work there.
"""

from __future__ import annotations

import socket
from pathlib import Path

from aiohttp import WSMsgType, web

PAGE = Path(__file__).resolve().parents[2] / "bench" / "plain"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'"


class Relay:
    """Two sockets; the second to come is told to call, everything else goes to the other one."""

    def __init__(self) -> None:
        self._sockets: list[web.WebSocketResponse] = []

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one participant until the page closes its socket."""
        own = web.WebSocketResponse(heartbeat=20)
        await own.prepare(request)
        self._sockets.append(own)
        try:
            if len(self._sockets) == 2:
                await own.send_json({"call": True})
            async for message in own:
                if message.type is WSMsgType.TEXT:
                    await self._pass_on(own, message.data)
        finally:
            self._sockets.remove(own)
        return own

    async def _pass_on(self, own: web.WebSocketResponse, text: str) -> None:
        for other in self._sockets:
            if other is not own:
                await other.send_str(text)


async def page_file(request: web.Request) -> web.FileResponse:
    """One of the page's two files."""
    name = request.match_info.get("name", "index.html")
    return web.FileResponse(PAGE / name, headers={"Content-Security-Policy": POLICY})


async def serve(listener: socket.socket) -> web.AppRunner:
    """Serve the yardstick on a bound socket; the caller ends it with `cleanup()`."""
    app = web.Application()
    app.add_routes(
        [
            web.get("/", page_file),
            web.get("/{name:plain\\.js}", page_file),
            web.get("/socket", Relay().handle),
        ]
    )
    # The pages' sockets stay open to the end: there is nobody to wait for.
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    return runner
