"""What the application carries, by typed key. Set in `server.app`, read by handlers."""

from __future__ import annotations

from aiohttp import web

from server.admission import Admission
from server.checks import Checks
from server.config import Config
from server.db.records import Clock
from server.db.store import Store
from server.demo import Demonstration
from server.doors import Census
from server.rehearsal.rehearsals import Rehearsals
from server.render import Renderer
from server.rooms import Rooms
from server.seal import Sealer
from server.static import Client
from server.throttle import Throttle

CONFIG = web.AppKey("config", Config)
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
SEALER = web.AppKey("sealer", Sealer)
STORE = web.AppKey("store", Store)
ROOMS = web.AppKey("rooms", Rooms)
ADMISSION = web.AppKey("admission", Admission)
CENSUS = web.AppKey("census", Census)
JOINS = web.AppKey("joins", Throttle)
"""Personal links opened, per client address."""
CHECKS = web.AppKey("checks", Checks)
REHEARSALS = web.AppKey("rehearsals", Rehearsals)
CLIENT = web.AppKey("client", Client)
RENDERER = web.AppKey("renderer", Renderer)
DEMO = web.AppKey("demo", Demonstration)
"""Only in the demonstration."""
