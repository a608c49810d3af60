"""The yardstick for idle rooms: aiohttp alone, with WebSockets that say nothing.

`python -m bench.bare_sockets PORT`
"""

from __future__ import annotations

import sys

from aiohttp import web


async def echo(request: web.Request) -> web.WebSocketResponse:
    response = web.WebSocketResponse(heartbeat=12, compress=False)
    await response.prepare(request)
    async for message in response:
        await response.send_str(message.data)
    return response


def main(port: int) -> None:
    app = web.Application()
    app.router.add_get("/", echo)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
