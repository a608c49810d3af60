"""What a profile does to a call beside its lines: a microphone, a tab, the server, a second flow.

All is done at Ann's end, or between the two, and undone with the `Doer`. Lines are `play.py`'s.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from types import TracebackType
from typing import Self

from bench.call.steps import Deed
from tests.netlab import throttle
from tests.netlab.lab import Lab, Participant
from tests.netlab.product import Server

SINK_PORT = 9
QUARTER_PM = 250
UPLOAD = f"""
import socket, sys
with socket.create_connection((sys.argv[1], {SINK_PORT})) as upload:
    while True:
        upload.sendall(bytes(65536))
"""
COVER = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1280, height: 720});
  const drawing = canvas.getContext('2d');
  globalThis.netlabCovering = setInterval(() => drawing.fillRect(0, 0, 1280, 720), 33);
  const [dark] = canvas.captureStream(30).getVideoTracks();
  globalThis.netlabCovered = [];
  for (const connection of netlabConnections) {
    for (const sender of connection.getSenders()) {
      if (sender.track?.kind !== 'video') continue;
      netlabCovered.push([sender, sender.track]);
      await sender.replaceTrack(dark);
    }
  }
}"""
UNCOVER = """async () => {
  clearInterval(netlabCovering);
  for (const [sender, track] of netlabCovered) await sender.replaceTrack(track);
}"""

HIDE = """() => {
  globalThis.netlabShown = {setTimeout, setInterval, requestAnimationFrame};
  const late = (timer) => (what, ms = 0, ...more) => timer(what, Math.max(1000, ms), ...more);
  globalThis.setTimeout = late(netlabShown.setTimeout);
  globalThis.setInterval = late(netlabShown.setInterval);
  globalThis.requestAnimationFrame = () => 0;
  Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
  Object.defineProperty(document, 'hidden', {value: true, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
SHOW = """() => {
  Object.assign(globalThis, netlabShown);
  delete document.visibilityState;
  delete document.hidden;
  document.dispatchEvent(new Event('visibilitychange'));
}"""
"""Playwright keeps every page visible. So the page is told what a hidden one is told, draws nothing, and new
timers of its main thread wait for a second at least, as in a tab without sound."""


class ImpossibleError(RuntimeError):
    """A deed this page or this browser cannot do."""


class Doer:
    """Does a profile's deeds. Raises ImpossibleError for one that cannot be done here."""

    def __init__(self, lab: Lab, people: tuple[Participant, Participant], server: Server | None) -> None:
        self._lab = lab
        self._page = people[0].page
        self._server = server
        self._sink: asyncio.Server | None = None
        self._upload: asyncio.subprocess.Process | None = None

    async def do(self, deed: Deed) -> None:
        """At once; what lasts goes on until it is undone."""
        match deed:
            case "mute" | "unmute":
                await self._page.locator('[data-control="mic"]').click()
            case "cover":
                await self._page.evaluate(COVER)
            case "uncover":
                await self._page.evaluate(UNCOVER)
            case "hide":
                await self._page.evaluate(HIDE)
            case "show":
                await self._page.evaluate(SHOW)
            case "cut" | "mend":
                self._lab.network.cut(*[("a", "b")] * (deed == "cut"))
            case "throttle" | "release":
                self._throttle(deed == "throttle")
            case "kill_server" | "start_server":
                await self._serve(deed == "start_server")
            case "flow":
                await self._flow()

    def _throttle(self, slow: bool) -> None:
        """Ann's browser gets a quarter of the machine, as on one that is four times as slow."""
        if reason := throttle.missing():
            raise ImpossibleError(reason)
        throttle.end()
        if slow:
            throttle.begin(self._lab.network.hosts["a"].pids(), QUARTER_PM)

    async def _serve(self, up: bool) -> None:
        if self._server is None:
            raise ImpossibleError("the yardstick has no server that could be killed")
        await (self._server.start() if up else self._server.kill())

    async def _flow(self) -> None:
        """An upload that takes all of Ann's line it can get, for the rest of the call."""
        self._sink = await asyncio.start_server(_swallow, sock=self._lab.server.listener(SINK_PORT))
        self._upload = await asyncio.create_subprocess_exec(
            *self._lab.network.hosts["a"].command(sys.executable, "-c", UPLOAD, self._lab.server.address),
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        throttle.end()
        if self._upload is not None:
            with contextlib.suppress(ProcessLookupError):
                self._upload.kill()
            await self._upload.wait()
        if self._sink is not None:
            self._sink.close()


async def _swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.read(65536):
        pass
    writer.close()
