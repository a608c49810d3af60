"""The program behind the lab's lines: reads each host's TUN device and forwards by `line.Direction`.

It makes no devices and no namespaces (`namespaces.py` does). Run as
`python -m tests.netlab.forward SPEC` with the devices inherited as file descriptors; SPEC is the JSON
of a `Spec`. One JSON object a line on standard input is a command, each answered by one line:

    {"set": "a", "up": {"rate_kbps": 60}, "down": {}}   -> {"at_ms": 1700000000000}
    {"cut": [["a", "b"]]}                               -> {"at_ms": ...}   (all pairs that are cut)
    {"move": "a", "address": "198.18.0.11"}            -> {"at_ms": ...}   (reached there from now on)
    {"report": true}                                    -> a `Report`

End of input ends it; the devices vanish with it, so nothing outlives the process that started it.
"""

from __future__ import annotations

import ipaddress
import json
import os
import resource
import select
import sys
import time
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any, TypedDict

from tests.netlab.line import Direction, Impairment

LONGEST_PACKET = 2048
MOST_PACKETS_A_READ = 64
LATE_US = 5_000
REAL_TIME = os.sched_param(1)
"""A line is not slower because the machine is busy: an ordinary process was seen to wait 45 ms for its
turn on two busy cores, a real-time one 0.5 ms."""


class HostSpec(TypedDict):
    """One host: its address, the descriptor of its TUN device, its first impairment each way."""

    address: str
    device: int
    up: dict[str, Any]
    down: dict[str, Any]


class Spec(TypedDict):
    """The whole topology; equal seeds and equal traffic give equal losses."""

    seed: int
    hosts: dict[str, HostSpec]


@dataclass(slots=True)
class Report:
    """Counters by host and direction, and how punctual the program itself has been.

    `late` counts deliveries more than 5 ms after their time: the machine's fault, not the line's.
    """

    counters: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    forwarded: int = 0
    late: int = 0
    latest_us: int = 0
    strays: int = 0
    cut: int = 0
    cpu_ms: int = 0


class Host:
    """A device and the two directions of its access line."""

    def __init__(self, name: str, spec: HostSpec, seed: int) -> None:
        self.name = name
        self.device = spec["device"]
        self.address = packed(spec["address"])
        self.up = Direction(Impairment(**spec["up"]), Random(f"{seed}/{name}/up"))
        self.down = Direction(Impairment(**spec["down"]), Random(f"{seed}/{name}/down"))
        os.set_blocking(self.device, False)

    def read(self, now: int) -> None:
        """Take what the host has sent, under its own address: a network carries no other (BCP 38)."""
        for _ in range(MOST_PACKETS_A_READ):
            try:
                packet = os.read(self.device, LONGEST_PACKET)
            except BlockingIOError:
                return
            if source(packet) == self.address:
                self.up.send(now, packet)

    def write(self, packet: bytes) -> None:
        """Give the host a packet; a full or absent device loses it, as a network card would."""
        try:
            os.write(self.device, packet)
        except OSError:
            self.down.counters.overflowed += 1


class Forwarder:
    """All hosts in a star: every packet climbs its sender's line and descends its receiver's."""

    def __init__(self, spec: Spec) -> None:
        self.hosts = {n: Host(n, host, spec["seed"]) for n, host in spec["hosts"].items()}
        self.by_address = {host.address: host for host in self.hosts.values()}
        self.cut: set[frozenset[str]] = set()
        self.report = Report()

    def next_at(self) -> int | None:
        """When the next packet moves, in microseconds of the monotonic clock."""
        times = [t for h in self.hosts.values() for t in (h.up.next_at(), h.down.next_at())]
        return min((t for t in times if t is not None), default=None)

    def move(self, now: int) -> None:
        """Carry every packet that is due as far as it gets."""
        due = self.next_at()
        if due is None or due > now:
            return
        self._note_punctuality(now - due)
        for host in self.hosts.values():
            for packet in host.up.arrivals(now):
                self._route(now, host, packet)
        for host in self.hosts.values():
            for packet in host.down.arrivals(now):
                host.write(packet)
                self.report.forwarded += 1

    def _route(self, now: int, sender: Host, packet: bytes) -> None:
        receiver = self.by_address.get(destination(packet))
        if receiver is None or receiver is sender:
            self.report.strays += 1
        elif frozenset((sender.name, receiver.name)) in self.cut:
            self.report.cut += 1
        else:
            receiver.down.send(now, packet)

    def _note_punctuality(self, late_us: int) -> None:
        self.report.late += late_us > LATE_US
        self.report.latest_us = max(self.report.latest_us, late_us)

    def obey(self, now: int, command: dict[str, Any]) -> dict[str, Any]:
        """Perform one command and return its answer."""
        if "report" in command:
            return self._filled_report()
        if "cut" in command:
            self.cut = {frozenset(pair) for pair in command["cut"]}
        elif "move" in command:
            host = self.hosts[command["move"]]
            del self.by_address[host.address]
            host.address = packed(command["address"])
            self.by_address[host.address] = host
        else:
            host = self.hosts[command["set"]]
            for direction, changes in ((host.up, command["up"]), (host.down, command["down"])):
                direction.set(now, direction.impairment.changed(changes))
        return {"at_ms": time.time_ns() // 1_000_000}

    def _filled_report(self) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        self.report.cpu_ms = int((used.ru_utime + used.ru_stime) * 1000)
        self.report.counters = {
            name: {"up": host.up.counters.as_dict(), "down": host.down.counters.as_dict()}
            for name, host in self.hosts.items()
        }
        return asdict(self.report)


def packed(address: str) -> bytes:
    """An IPv4 or IPv6 address as it stands in packets."""
    return ipaddress.ip_address(address).packed


def destination(packet: bytes) -> bytes:
    """Where an IP packet goes (RFC 791, section 3.1; RFC 8200, section 3)."""
    return packet[16:20] if packet[0] >> 4 == 4 else packet[24:40]


def source(packet: bytes) -> bytes:
    """Where it comes from; an IPv6 socket goes on sending under an address that was taken away."""
    return packet[12:16] if packet[0] >> 4 == 4 else packet[8:24]


def now_us() -> int:
    return time.monotonic_ns() // 1000


def answer(forwarder: Forwarder, line: bytes) -> None:
    """Obey one command line; a command that makes no sense is answered with its error."""
    try:
        reply = forwarder.obey(now_us(), json.loads(line))
    except (ValueError, TypeError, KeyError) as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def run(forwarder: Forwarder, commands: int) -> None:
    """Forward until the descriptor `commands` is closed by the other side."""
    hosts = {host.device: host for host in forwarder.hosts.values()}
    pending = b""
    while True:
        due = forwarder.next_at()
        wait = None if due is None else max(0, due - now_us()) / 1_000_000
        ready, _, _ = select.select([commands, *hosts], [], [], wait)
        for descriptor in ready:
            if descriptor in hosts:
                hosts[descriptor].read(now_us())
                continue
            received = os.read(commands, 65536)
            if not received:
                return
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                answer(forwarder, line)
        forwarder.move(now_us())


def main() -> None:
    os.sched_setscheduler(0, os.SCHED_FIFO, REAL_TIME)
    forwarder = Forwarder(json.loads(sys.argv[1]))
    sys.stdout.write('{"ready": true}\n')
    sys.stdout.flush()
    run(forwarder, sys.stdin.fileno())


if __name__ == "__main__":
    main()
