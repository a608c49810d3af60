"""The lines between real network stacks: what a socket in a namespace sees of an impairment."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

from tests.netlab import namespaces
from tests.netlab.lab import PORT
from tests.netlab.network import CLEAN, ROOT, LabError, Network

pytestmark = pytest.mark.netlab

ECHO = """
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 7))
print("ready", flush=True)
while True:
    s.sendto(*s.recvfrom(2048))
"""
PROBE = """
import select, socket, sys, time
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], 7))
sent, got = {}, {}
def take(until):
    while (left := until - time.monotonic()) > 0:
        if select.select([s], [], [], left)[0]:
            number = int(s.recv(2048)[:6])
            got[number] = time.monotonic() - sent[number]
for number in range(int(sys.argv[2])):
    sent[number] = time.monotonic()
    s.send(b"%06d" % number + bytes(int(sys.argv[3]) - 34))
    take(sent[number] + float(sys.argv[4]))
take(time.monotonic() + 0.6)
print(*(round(ms * 1000, 1) for ms in got.values()))
"""


@contextmanager
def echoing(network: Network, host: str) -> Iterator[str]:
    """A UDP echo inside a host; gives its address."""
    at = network.hosts[host]
    process = subprocess.Popen(at.command(sys.executable, "-c", ECHO, at.address), stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield at.address
    finally:
        process.kill()
        process.communicate()


def round_trips_ms(
    network: Network, host: str, address: str, count: int = 40, size: int = 200, pause_s: float = 0.01
) -> list[float]:
    """Round trips of the datagrams (of `size` bytes with headers) that came back, from within a host."""
    probe = [sys.executable, "-c", PROBE, address, str(count), str(size), str(pause_s)]
    done = subprocess.run(
        network.hosts[host].command(*probe), capture_output=True, text=True, check=True, timeout=30
    )
    return [float(number) for number in done.stdout.split()]


def test_ipv6_alone_is_carried_as_ipv4_is() -> None:
    if reason := namespaces.missing():
        pytest.skip(reason)
    with Network({"a": CLEAN, "b": CLEAN}, family=6) as network, echoing(network, "b") as address:
        assert ":" in address
        assert 40 <= min(round_trips_ms(network, "a", address)) < 43
        network.line("a").set(udp_blocked=True)
        assert round_trips_ms(network, "a", address, count=5) == []


def test_a_host_that_moved_is_reached_at_its_new_address_only(network: Network) -> None:
    before = network.hosts["b"].address
    network.move("b")
    with echoing(network, "b") as address:
        assert address != before
        assert len(round_trips_ms(network, "a", address, count=5)) == 5
        assert round_trips_ms(network, "a", before, count=5) == []


def test_two_clean_access_lines_make_a_round_trip_of_40_ms(network: Network) -> None:
    with echoing(network, "b") as address:
        trips = round_trips_ms(network, "a", address)
    assert len(trips) == 40
    assert 40 <= min(trips) < 43


def test_a_line_is_changed_while_it_is_used(network: Network) -> None:
    with echoing(network, "b") as address:
        network.line("a").set(up={"delay_ms": 70})
        assert 100 <= min(round_trips_ms(network, "a", address)) < 103
        network.line("a").clear()
        assert 40 <= min(round_trips_ms(network, "a", address)) < 43


def test_loss_is_seen_as_loss_and_counted(network: Network) -> None:
    with echoing(network, "b") as address:
        network.line("a").set(loss_pm=200)
        trips = round_trips_ms(network, "a", address, count=500, pause_s=0.002)
    lost = network.report()["counters"]["a"]
    assert 0.56 <= len(trips) / 500 <= 0.72
    assert lost["up"]["lost"] + lost["down"]["lost"] == 500 - len(trips)


def test_a_thin_line_queues_then_drops(network: Network) -> None:
    network.line("a").set(up={"rate_kbps": 80, "queue_ms": 300})
    with echoing(network, "b") as address:
        trips = round_trips_ms(network, "a", address, count=60, size=1000, pause_s=0.02)
    assert 300 <= max(trips) < 600
    counters = network.report()["counters"]["a"]["up"]
    assert counters["overflowed"] == 60 - len(trips) > 30


def test_a_blackout_is_total_and_ends(network: Network) -> None:
    with echoing(network, "b") as address:
        network.line("a").set(blackout=True)
        assert round_trips_ms(network, "a", address, count=10) == []
        network.line("a").set(blackout=False)
        assert len(round_trips_ms(network, "a", address, count=10)) == 10


def test_a_pair_is_cut_off_while_both_reach_the_server(network: Network) -> None:
    with echoing(network, "b") as b, echoing(network, "server") as server:
        network.cut(("a", "b"))
        assert round_trips_ms(network, "a", b, count=5) == []
        assert len(round_trips_ms(network, "a", server, count=5)) == 5
        network.cut()
        assert len(round_trips_ms(network, "a", b, count=5)) == 5


async def test_a_server_of_this_process_is_reached_from_a_host(network: Network) -> None:
    server = network.hosts["server"]
    app = web.Application()
    app.add_routes([web.get("/", hello)])
    runner = web.AppRunner(app)
    await runner.setup()
    assert not server.accepts(PORT)
    await web.SockSite(runner, server.listener(PORT)).start()
    assert server.accepts(PORT)
    from_a = TCPConnector(socket_factory=lambda _: non_blocking(network.hosts["a"].tcp_socket()))
    try:
        async with ClientSession(connector=from_a, timeout=ClientTimeout(5)) as session:
            began = time.monotonic()
            async with session.get(f"http://{server.address}:{PORT}/") as response:
                assert await response.text() == "hello from 198.18.0.1"
            assert time.monotonic() - began > 0.044
    finally:
        await runner.cleanup()


async def hello(request: web.Request) -> web.Response:
    return web.Response(text=f"hello from {request.remote}")


def non_blocking(sock: socket.socket) -> socket.socket:
    sock.setblocking(False)
    return sock


def test_a_wrong_command_is_refused_and_changes_nothing(network: Network) -> None:
    with pytest.raises(LabError, match="rate_kbps is at least 1"):
        network.line("a").set(rate_kbps=0)
    with pytest.raises(LabError, match="rate_kbit"):
        network.line("a").set(rate_kbit=60)
    with echoing(network, "b") as address:
        assert len(round_trips_ms(network, "a", address, count=5)) == 5


def test_nothing_is_left_of_a_closed_network(network: Network) -> None:
    names = [host.name for host in network.hosts.values()]
    sleeper = subprocess.Popen(network.hosts["a"].command("sleep", "60"))
    network.close()
    assert sleeper.wait(timeout=5) != 0
    assert not [name for name in names if (namespaces.NAMESPACES / name).exists()]


def test_what_a_killed_laboratory_leaves_is_removed_by_the_next(network: Network) -> None:
    script = (
        "import os, signal\n"
        "from tests.netlab.network import CLEAN, Network\n"
        "network = Network({'a': CLEAN})\n"
        "print(network.hosts['a'].name, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20
    )
    name = killed.stdout.strip()
    assert (namespaces.NAMESPACES / name).exists()
    assert namespaces.remove_stale() == [name]
    assert not (namespaces.NAMESPACES / name).exists()
    assert all((namespaces.NAMESPACES / host.name).exists() for host in network.hosts.values())
    assert str(os.getpid()) in network.hosts["a"].name
