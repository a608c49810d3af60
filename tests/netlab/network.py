"""A star of hosts on impaired access lines, and the handles by which a test changes the lines.

The packets are moved by a process of its own (`forward.py`), so a busy test does not disturb them.
"""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from tests.netlab import namespaces
from tests.netlab.forward import Spec
from tests.netlab.line import Impairment
from tests.netlab.namespaces import Namespace

ROOT = Path(__file__).resolve().parents[2]
NETS = {4: "198.18.0.{}", 6: "2001:2::{}"}
"""The ranges for tests of networks (RFC 2544, RFC 5180); they exist inside the namespaces only."""
MOVED = 10
"""What is added to a host's number by each move: room for two dozen."""

ANSWER_TIMEOUT_S = 5
CLEAN = Impairment()
DATA_CENTRE = Impairment(delay_ms=1)


class LabError(RuntimeError):
    """The laboratory itself has failed; what it measured is void."""


class Forwarding:
    """The forwarding process and its command channel. Calls block for about a millisecond."""

    def __init__(self, spec: Spec) -> None:
        devices = [host["device"] for host in spec["hosts"].values()]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.netlab.forward", json.dumps(spec)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=devices,
            text=True,
            bufsize=1,
        )
        try:
            self._answer("start")
        except BaseException:
            self._process.kill()
            raise

    def ask(self, **command: Any) -> dict[str, Any]:
        """Have one command obeyed. Raises LabError when it is refused or nobody answers."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(command) + "\n")
        except BrokenPipeError:
            raise LabError(f"the forwarder is gone (exit {self._process.poll()})") from None
        return self._answer(command)

    def _answer(self, command: object) -> dict[str, Any]:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], ANSWER_TIMEOUT_S)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            raise LabError(f"the forwarder does not answer {command} (exit {self._process.poll()})")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise LabError(f"the forwarder refuses {command}: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the process; the devices it held vanish."""
        self._process.communicate(timeout=ANSWER_TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class Line:
    """The access line of one host."""

    host: str
    forwarding: Forwarding

    def set(
        self, *, up: dict[str, Any] | None = None, down: dict[str, Any] | None = None, **both: Any
    ) -> int:
        """Change fields of `Impairment` in both directions, or in one; the others stay.

        Returns the time from which it holds, in milliseconds since the epoch.
        """
        return self._set(both | (up or {}), both | (down or {}))

    def clear(self) -> int:
        """Make the line good again; returns the time from which it is."""
        return self._set(asdict(CLEAN), asdict(CLEAN))

    def _set(self, up: dict[str, Any], down: dict[str, Any]) -> int:
        return int(self.forwarding.ask(set=self.host, up=up, down=down)["at_ms"])


class Network:
    """Hosts by name, each in a namespace behind its own line. Use as a context manager."""

    def __init__(self, lines: dict[str, Impairment], seed: int = 1, family: Literal[4, 6] = 4) -> None:
        namespaces.remove_stale()
        self.net = NETS[family]
        self.hosts: dict[str, Namespace] = {}
        spec: Spec = {"seed": seed, "hosts": {}}
        try:
            for number, (name, impairment) in enumerate(lines.items(), start=1):
                host, device = namespaces.create(name, self.net.format(number))
                self.hosts[name] = host
                fields = asdict(impairment)
                spec["hosts"][name] = {
                    "address": host.address, "device": device, "up": fields, "down": fields,
                }  # fmt: skip
            self.forwarding = Forwarding(spec)
        except BaseException:
            self._remove_hosts()
            raise
        finally:
            for host_spec in spec["hosts"].values():
                os.close(host_spec["device"])

    def line(self, host: str) -> Line:
        """The access line of a host. Raises KeyError for a name nobody has."""
        if host not in self.hosts:
            raise KeyError(f"no host {host!r}; there are {', '.join(self.hosts)}")
        return Line(host, self.forwarding)

    def cut(self, *pairs: tuple[str, str]) -> int:
        """Let exactly these pairs of hosts exchange nothing; returns the time from which it holds."""
        return int(self.forwarding.ask(cut=pairs)["at_ms"])

    def move(self, name: str) -> int:
        """Take a host's address away and give it another, as when Wi-Fi is left for the mobile network.

        Packets to the old one go nowhere. Returns the time from which it holds.
        """
        before = self.hosts[name]
        number = int(re.split(r"[.:]", before.address)[-1]) + MOVED
        address = self.net.format(number)
        at_ms = int(self.forwarding.ask(move=name, address=address)["at_ms"])
        self.hosts[name] = before.move(address)
        return at_ms

    def report(self) -> dict[str, Any]:
        """The forwarder's `Report`: counters by host and direction, and its own punctuality."""
        return self.forwarding.ask(report=True)

    def close(self) -> None:
        """End the forwarder, then whatever runs in the namespaces, then the namespaces."""
        try:
            self.forwarding.close()
        finally:
            self._remove_hosts()

    def _remove_hosts(self) -> None:
        for host in self.hosts.values():
            host.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
