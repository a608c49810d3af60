"""The composition root: what the application is made of, and running it.

The only file that imports all the others; nothing but the command line and tests imports it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from server import doors, guard, idempotency, keys
from server import socket as sockets
from server.admission import Admission
from server.checks import Checks
from server.config import Config, SettingError
from server.db.engine import connect, database_url
from server.db.migrations import migrate
from server.db.records import Clock
from server.db.store import Store
from server.demo import Demonstration
from server.doors import Census, GuardedSite
from server.guessing import Guessing
from server.jobs import Jobs
from server.pages import (
    call,
    check,
    check_socket,
    coordinator,
    coordinator_lists,
    coordinator_session,
    health,
    home,
    join,
    mailbox,
    once,
    rehearsal,
    signin,
)
from server.rehearsal.admission import RehearsalAdmission
from server.rehearsal.rehearsals import Rehearsals
from server.render import Renderer
from server.rooms import Rooms
from server.seal import Sealer
from server.seats import KEY_PURPOSE, SeatCookies
from server.static import PREFIX, Client
from server.throttle import Throttle

log = logging.getLogger(__name__)

STOP_WITHIN_S: Final = 10.0
PAGES: Final = (
    sockets,
    join,
    call,
    check,
    check_socket,
    rehearsal,
    health,
    home,
    mailbox,
    signin,
    coordinator,
    coordinator_lists,
    coordinator_session,
)
SHARED: Final[tuple[web.AppKey[Any], ...]] = (
    keys.CONFIG,
    keys.CLOCK,
    keys.CENSUS,
    keys.CLIENT,
    keys.RENDERER,
    keys.REHEARSALS,
)
"""What the application for rehearsals has in common with the one it is part of."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def build(config: Config, *, clock: Clock = utc_now) -> web.Application:
    """The application; nothing runs yet.

    Raises `NotBuiltError`, `KeyFileError`, `SchemaError` or `UnavailableError`, each with what to do.
    """
    client, url = Client(config.static), database_url(config.data)
    migrate(url)
    sealer = Sealer(config.key_file)
    store = Store(connect(url), sealer, clock)
    cookies = SeatCookies(sealer.derive(KEY_PURPOSE))
    rooms = Rooms(config, store, cookies, clock)
    jobs = Jobs(store, config, clock, rooms.notes.documents, rooms.refresh_soon)
    rooms.on_quiet = jobs.wake

    app = web.Application(client_max_size=guard.MAX_BODY_BYTES)
    app[keys.CONFIG], app[keys.CLOCK], app[keys.SEALER], app[keys.STORE] = config, clock, sealer, store
    app[keys.ADMISSION], app[keys.ROOMS] = Admission(store, cookies, clock), rooms
    app[keys.CHECKS] = checks = Checks(config, clock)
    app[idempotency.ANSWERS] = idempotency.Answers()
    app[keys.REHEARSALS] = Rehearsals(config, sealer, clock, checks.worker)
    app[keys.CLIENT], app[keys.RENDERER] = client, Renderer(client)
    app[health.PROBE] = health.Probe(store)
    if config.demo:
        app[keys.DEMO] = Demonstration(store, config, sealer, clock)
    _set_limits(app, config)
    _add_pages(app, client)
    app.add_subapp(rehearsal.PREFIX, _rehearsing(app))
    _add_life(app, store, rooms, jobs, clock)
    return app


def _set_limits(app: web.Application, config: Config) -> None:
    """What every request passes, and what is counted for how long."""
    guard.install(app, config)
    app[keys.CENSUS] = Census(config.connections_per_address, config.trusted_proxies)
    app[keys.JOINS] = Throttle(config.joins_per_minute, 60)
    app[signin.GUESSING] = Guessing()
    app[once.USED_FORMS] = OrderedDict()


def _add_pages(app: web.Application, client: Client) -> None:
    for page in PAGES:
        app.add_routes(page.routes)
    if keys.DEMO in app:
        app.add_routes(home.demo_routes)
    app.router.add_get(PREFIX + "{name}", client.serve)


def _rehearsing(app: web.Application) -> web.Application:
    """The same page and the same socket, for rooms in memory that a pass opens."""
    part, rehearsals = web.Application(client_max_size=guard.MAX_BODY_BYTES), app[keys.REHEARSALS]
    for key in SHARED:
        part[key] = app[key]
    part[keys.STORE], part[keys.ROOMS] = rehearsals.store, rehearsals.rooms
    part[keys.ADMISSION] = RehearsalAdmission(rehearsals)
    part.add_routes(sockets.routes)
    part.add_routes(rehearsal.room_routes)
    return part


def _add_life(app: web.Application, store: Store, rooms: Rooms, jobs: Jobs, clock: Clock) -> None:
    """What runs while the application does, and in which order it stops."""

    async def live(app: web.Application) -> AsyncIterator[None]:
        await store.check_key()
        await rooms.hold(await store.sessions.heal_presences(clock()))
        starting = asyncio.create_task(rooms.notes.documents.start())
        passing = asyncio.create_task(rooms.run())
        jobs.start()
        app[keys.REHEARSALS].start()
        yield
        await jobs.stop()
        passing.cancel()
        await asyncio.gather(starting, passing, return_exceptions=True)
        await app[keys.REHEARSALS].close()
        await app[keys.CHECKS].worker.stop()
        await rooms.notes.documents.stop()
        await store.close()

    async def close_rooms(app: web.Application) -> None:
        await asyncio.gather(rooms.close(), app[keys.REHEARSALS].rooms.close())

    app.cleanup_ctx.append(live)
    app.on_shutdown.append(close_rooms)


@dataclass(frozen=True)
class Running:
    """An application that serves."""

    app: web.Application
    site: GuardedSite
    runner: web.AppRunner

    async def stop(self) -> None:
        """Take nobody in any more, tell everybody to come again, write down what is known, end.

        The rooms come before the runner, which stops reading from browsers before it lets us say goodbye.
        """
        await self.site.stop()
        await self.app[keys.ROOMS].close()
        await self.runner.cleanup()


async def start(app: web.Application, listener: socket.socket) -> Running:
    """Serve on a socket that is bound already. Raises `SchemaError` or `UnavailableError`."""
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=doors.log,
        keepalive_timeout=doors.KEEPALIVE_S,
        shutdown_timeout=STOP_WITHIN_S,
    )
    try:
        await runner.setup()
        site = GuardedSite(runner, listener, app[keys.CENSUS])
        await site.start()
    except BaseException:
        await runner.cleanup()
        raise
    return Running(app, site, runner)


def listen(config: Config) -> socket.socket:
    """Raises `SettingError` when the address cannot be had."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        problem = (
            f"RINGBACK_HOST {config.host} and RINGBACK_PORT {config.port} cannot be used: {error.strerror}."
        )
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
        raise SettingError([problem + " Choose another port with RINGBACK_PORT." * taken]) from error


def serve(config: Config) -> None:
    """Serve until SIGINT or SIGTERM. Raises what `listen`, `build` and `start` raise."""
    logging.basicConfig(level=config.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Six lines at each start, none of them about the database.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(config, listen(config)))


async def _serve(config: Config, listener: socket.socket) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    running = await start(build(config), listener)
    log.info("serving %s", config.public_url)
    await _say(running.app, config)
    await stop.wait()
    log.info("stopping")
    await running.stop()


async def _say(app: web.Application, config: Config) -> None:
    """What the operator sees at the start; in the demonstration, everything needed to try it."""
    print(f"Ringback: {config.public_url}", flush=True)
    if config.demo:
        demonstration = app[keys.DEMO]
        print(f"  coordinator: {config.public_url}/coordinator/demo/{demonstration.sign_in_token}")
        for link in await demonstration.links():
            print(f"  {link.role}: {link.url}")
        print(f"  mailbox: {config.public_url}/mailbox", flush=True)
