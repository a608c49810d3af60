"""Whether this process can do its work, for load balancers and operators: /healthz.

Not here: advice (`server.doctor`).
"""

from __future__ import annotations

import asyncio
import platform
import secrets
import sqlite3
from importlib.metadata import version
from typing import Final, Literal

from aiohttp import hdrs, web
from cryptography.hazmat.backends.openssl import backend

from server.db.errors import UnavailableError
from server.db.store import Store
from server.guard import from_proxy

routes = web.RouteTableDef()

WITHIN_S: Final = 2.0
LIBRARIES: Final = ("aiohttp", "aiortc", "cryptography", "pycrdt")
VERSIONS: Final = {
    "ringback": version("ringback"),
    "python": platform.python_version(),
    "sqlite": sqlite3.sqlite_version,
    "openssl": backend.openssl_version_text(),
    **{name: version(name) for name in LIBRARIES},
}
PROCESS: Final = secrets.token_hex(8)
"""By which one who asks twice knows whether the same server answered."""
Proxy = Literal["none", "trusted", "silent", "stranger"]


class Probe:
    """Asks the store in a task of its own: a statement that waits for a lock cannot be called back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asking: asyncio.Task[str] | None = None

    async def revision(self) -> str | None:
        """The schema's revision; None when the database cannot be written within the deadline."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._store.revision())
        await asyncio.wait({self._asking}, timeout=WITHIN_S)
        if not self._asking.done():
            return None
        try:
            return self._asking.result()
        except UnavailableError:
            return None


PROBE = web.AppKey("database probe", Probe)


def proxy_of(request: web.Request) -> Proxy:
    """How the request came: `doctor` tells an operator by it what the proxy leaves out."""
    says = [request.headers.get(name, "") for name in (hdrs.X_FORWARDED_FOR, hdrs.X_FORWARDED_PROTO)]
    if from_proxy(request):
        return "trusted" if all(says) else "silent"
    return "stranger" if any(says) else "none"


@routes.get("/healthz")
async def healthz(request: web.Request) -> web.Response:
    """200 while the database can be written, else 503; the same kind of JSON object in both cases."""
    revision = await request.app[PROBE].revision()
    body = {
        "status": "ok" if revision else "unavailable",
        "versions": VERSIONS,
        "process": PROCESS,
        "proxy": proxy_of(request),
        "database": {"revision": revision, "writable": revision is not None},
    }
    return web.json_response(body, status=200 if revision else 503, headers={"Cache-Control": "no-store"})
