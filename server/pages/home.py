"""The first page: for somebody without a link, or the demonstration with everything to try it."""

from __future__ import annotations

import secrets
from typing import Final, NoReturn

from aiohttp import HttpVersion11, hdrs, web

from server import keys
from server.config import is_loopback
from server.demo import Demonstration
from server.pages.signin import let_in

routes = web.RouteTableDef()
HANDED_ON: Final = (
    hdrs.FORWARDED,
    hdrs.VIA,
    hdrs.X_FORWARDED_FOR,
    hdrs.X_FORWARDED_HOST,
    hdrs.X_FORWARDED_PROTO,
    "X-Real-IP",
)
"""What proxies add."""
demo_routes = web.RouteTableDef()
"""Registered in the demonstration only."""


@routes.get("/")
async def home(request: web.Request) -> web.Response:
    page = request.app[keys.RENDERER].page
    checks_offered = request.app[keys.CHECKS].offered
    if keys.DEMO not in request.app:
        return page("home.html", checks_offered=checks_offered)
    demonstration = local_demonstration(request)
    coordinator = await demonstration.coordinator()
    return page(
        "demo.html",
        links=await demonstration.links(),
        checks_offered=checks_offered,
        practise=request.app[keys.REHEARSALS].offered,
        coordinator=coordinator.name,
        mails=request.app[keys.CONFIG].sends_mail,
        sign_in=f"/coordinator/demo/{demonstration.sign_in_token}",
    )


@demo_routes.get("/coordinator/demo/{token}")
async def show_demo_sign_in(request: web.Request) -> web.Response:
    coordinator = await _demonstration(request).coordinator()
    return request.app[keys.RENDERER].page("coordinator/demo.html", name=coordinator.name)


@demo_routes.post("/coordinator/demo/{token}")
async def demo_sign_in(request: web.Request) -> NoReturn:
    coordinator = await _demonstration(request).coordinator()
    await let_in(request, coordinator.id)


def local_demonstration(request: web.Request) -> Demonstration:
    """The demonstration, for a browser on this machine that asks for it by a local name.

    The name is checked because a page elsewhere can point a name of its own at 127.0.0.1 (DNS rebinding). A
    proxy on this machine speaks from 127.0.0.1 as well, and may rewrite Host; it gives itself away by a
    header or by HTTP/1.0, which nginx speaks if left alone and no browser does. Raises 404 otherwise.
    """
    host, version = request.url.host or "", request.version
    handed_on = version < HttpVersion11 or any(name in request.headers for name in HANDED_ON)
    local = is_loopback(request.remote or "") and is_loopback(host) and not handed_on
    if keys.DEMO not in request.app or not local:
        raise web.HTTPNotFound
    return request.app[keys.DEMO]


def _demonstration(request: web.Request) -> Demonstration:
    demonstration = local_demonstration(request)
    if not secrets.compare_digest(request.match_info["token"].encode(), demonstration.sign_in_token.encode()):
        raise web.HTTPNotFound
    return demonstration
