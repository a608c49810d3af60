"""How soon a call that lost its way is heard on another, and what it costs to have one ready.

Two browsers in network namespaces (`tests.netlab`), coturn beside the server; needs root. One call serves all
repeats of a case: each takes away the way that the last one found. `BENCH_PATHS=moved,tls` is these alone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Literal

from bench.figures import row, spread
from bench.settled_call import Transport, settled_call
from tests.netlab import namespaces, turnserver
from tests.netlab.lab import Lab, Name
from tests.netlab.load import Load
from tests.netlab.paths import heard_again, way
from tests.netlab.product import Session

REPEATS = int(os.environ.get("BENCH_REPEATS", "5"))
CALM_S = 4
"""Between two changes: statistics, buffers and the WebSocket are as in any call."""
COUNTED_S = 20
RATES_SETTLE_S = 6
BOTH: tuple[Name, Name] = ("b", "a")
"""The polite side first."""


async def measure() -> None:
    if reason := namespaces.missing() or turnserver.missing():
        print(f"| not measured | {reason} |")
        return
    cases: dict[str, Callable[[], Awaitable[None]]] = {
        "moved": moved,
        "moved6": moved_on_ipv6,
        "tcp": lambda: blocked("tcp"),
        "tls": lambda: blocked("tls"),
        "idle": idle,
    }
    for name in os.environ.get("BENCH_PATHS", ",".join(cases)).split(","):
        load = Load()
        await cases[name]()
        row(f"machine during {name}", str(load))


async def moved(family: Literal[4, 6] = 4) -> None:
    """The mentor's side and the mentee's get new addresses in turn."""
    found: dict[str, list[float]] = {"the one who moved": [], "the other": []}
    async with settled_call(family=family) as session:
        if family == 4:
            row("voice alone on the wire, IPv4", await _voice_on_the_wire(session))
        for _ in range(REPEATS):
            for mover in BOTH:
                at_ms = session.lab.network.move(mover)
                heard = await heard_again(session, at_ms, within_ms=15_000)
                found["the one who moved"].append(heard[_person(mover)])
                found["the other"].append(heard[_person("a" if mover == "b" else "b")])
                await _calm(session, at_ms)
        if family == 6:
            row("voice alone on the wire, IPv6", await _voice_on_the_wire(session))
    for who, values in found.items():
        row(f"another address, IPv{family}: until {who} hears again", spread(values, "ms"))


async def moved_on_ipv6() -> None:
    await moved(family=6)


async def blocked(transport: Transport) -> None:
    """UDP is blocked at one side and then the other; between, the call finds back to its direct way."""
    found: list[float] = []
    async with settled_call("udp", transport) as session:
        for _ in range(-(-REPEATS // len(BOTH))):
            for side in BOTH:
                at_ms = session.lab.line(side).set(udp_blocked=True)
                heard = await heard_again(session, at_ms, within_ms=25_000)
                found.append(max(heard.values()))
                await _calm(session, at_ms)
                ways = [await way(person) for person in session.people]
                assert f"relay/{transport}" in ways, f"the media goes by {ways}"
                session.lab.line(side).clear()
                at_ms = session.lab.network.move(side)
                await heard_again(session, at_ms, within_ms=25_000)
                await _calm(session, at_ms)
    row(f"UDP blocked, TURN by {transport}: until both hear again", spread(found, "ms"))


async def idle() -> None:
    """What passes the server's line, where coturn is too, while the call itself goes directly."""
    choices: tuple[tuple[Transport, ...], ...] = ((), ("udp", "tcp", "tls"))
    for transports in choices:
        async with settled_call(*transports) as session:
            before = _at_server(session.lab)
            await asyncio.sleep(COUNTED_S)
            kbps = (_at_server(session.lab) - before) * 8 / 1000 / COUNTED_S
        row(
            f"at the server's line in a direct call, TURN: {', '.join(transports) or 'none'}",
            f"{kbps:.2f} kbit/s",
        )


def _at_server(lab: Lab) -> int:
    counters = lab.network.report()["counters"]["server"]
    return int(counters["up"]["sent_bytes"] + counters["down"]["sent_bytes"])


async def _voice_on_the_wire(session: Session) -> str:
    """All that one person's line carries up, speech, reports and checks, while no video is sent."""
    for person in session.people:
        await person.page.keyboard.press("l")
        await person.wait_for("data-rung", "voice", within_ms=10_000)
    await asyncio.sleep(RATES_SETTLE_S)
    counters = [session.lab.network.report()["counters"]["a"]["up"]]
    await asyncio.sleep(COUNTED_S)
    counters.append(session.lab.network.report()["counters"]["a"]["up"])
    for person in session.people:
        await person.page.keyboard.press("l")
    sent_bytes, packets = (counters[1][each] - counters[0][each] for each in ("sent_bytes", "sent_packets"))
    return f"{sent_bytes * 8 / 1000 / COUNTED_S:.1f} kbit/s in {packets / COUNTED_S:.0f} packets a second"


async def _calm(session: Session, since_ms: int) -> None:
    for person in session.people:
        await person.wait_for("data-link", "connected", within_ms=15_000)
        await person.wait_for("data-server", "online", within_ms=15_000)
    await asyncio.sleep(CALM_S)
    for person in session.people:
        lost = [change.value for change in person.watch.since(since_ms, "data-phone")]
        assert "offered" not in lost, f"{person.name} was sent to the telephone"


def _person(name: Name) -> str:
    return {"a": "ann", "b": "ben"}[name]
