"""A hundred set-ups while a stranger sprays their ports: ClientHellos, alerts, stumps, bare STUN.

The stranger knows every port the moment it exists, before the visitor does; nobody real could do worse.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Final, Self

from bench.check.served import served, worker_of
from bench.figures import row, spread
from tests.bots.checker import a_checker
from tests.bots.visit import a_visit
from tests.netlab.load import Load
from tests.rig import until

SET_UPS: Final = int(os.environ.get("BENCH_CHECKS", "100"))
FOREIGN: Final = "127.0.0.77"
"""An address that no candidate of anybody names."""
EVERY_S: Final = 0.0005
DATAGRAMS: Final = (
    bytes.fromhex("16fefd0000000000000000002a010000") + bytes(40),
    bytes.fromhex("15fefd00000000000000000002022f"),
    b"\x17\xfe\xfd",
    b"\x16",
    bytes.fromhex("000100002112a442") + bytes(12),
)
"""ClientHello, fatal alert, the beginning of a record, one byte, a Binding request without a password."""


class Stranger:
    """Sends in a thread of its own, to whatever it was aimed at last."""

    def __init__(self) -> None:
        self.sent = 0
        self._at: list[tuple[str, int]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._spray)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def aim(self, sdp: str) -> None:
        """At every IPv4 address the answer names."""
        found = [line.split() for line in sdp.splitlines() if line.startswith("a=candidate")]
        self._at = [(parts[4], int(parts[5])) for parts in found if "." in parts[4]]

    def _spray(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((FOREIGN, 0))
            while not self._over.wait(EVERY_S):
                for address in self._at:
                    stranger.sendto(DATAGRAMS[self.sent % len(DATAGRAMS)], address)
                    self.sent += 1


async def measure() -> None:
    took_ms, load = [], Load()
    with tempfile.TemporaryDirectory() as folder, Stranger() as stranger:
        async with served(Path(folder)) as server:
            for _ in range(SET_UPS):
                try:
                    took_ms.append(await _set_up(server.origin, stranger))
                except TimeoutError:
                    continue
            assert worker_of(server.pid) == server.worker, "the worker was lost"
    row(f"set-ups under a spray, lost, of {SET_UPS}", f"{SET_UPS - len(took_ms)}")
    row("datagrams sprayed a set-up", f"{stranger.sent / SET_UPS:.0f}")
    row("from the ticket until a packet has come back", spread(took_ms, "ms"))
    row("machine", str(load))


async def _set_up(origin: str, stranger: Stranger) -> float:
    """Milliseconds until a packet has been answered."""
    async with a_visit(origin) as visit, a_checker() as checker:
        began = time.monotonic()
        status, body = await visit.begin()
        assert status == 200, body
        status, body = await visit.post("/check/offer", ticket=visit.ticket, sdp=await checker.offer())
        assert status == 200, body
        stranger.aim(body["sdp"])
        await checker.accept(body["sdp"])
        await until(lambda: checker.open)
        checker.send(0)
        await until(lambda: bool(checker.replies))
        took_ms = (time.monotonic() - began) * 1000
        await visit.post("/check/end", ticket=visit.ticket)
    return took_ms
