"""Network namespaces with one TUN device each, named after the process that owns them.

Nothing here forwards a packet (`forward.py` does). Needs root, /dev/net/tun and the `ip` command;
`missing()` says which is absent.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import ipaddress
import itertools
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

NAMESPACES = Path("/run/netns")
TUN = Path("/dev/net/tun")
TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
CLONE_NEWNET = 0x40000000
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
OURS = re.compile(r"ringback-(?P<pid>\d+)-(?P<started>\d+)-.+")

_serial = itertools.count()


def missing() -> str | None:
    """Why no namespace can be made here, as a sentence; None when everything is there."""
    if os.geteuid() != 0:
        return "network namespaces need root: run the tests as root"
    if shutil.which("ip") is None:
        return "the ip command is missing: install iproute2"
    try:
        os.close(os.open(TUN, os.O_RDWR))
    except OSError as error:
        return f"{TUN} cannot be opened ({error.strerror}): load the tun module or add the device"
    return None


@dataclass(frozen=True, slots=True)
class Namespace:
    """A host of the lab: an isolated network stack with one address."""

    name: str
    address: str

    @property
    def family(self) -> int:
        """4 or 6."""
        return ipaddress.ip_address(self.address).version

    @property
    def literal(self) -> str:
        """The address as it stands in a URL."""
        return f"[{self.address}]" if self.family == 6 else self.address

    def move(self, address: str) -> Namespace:
        """Give the host another address instead of this one, as a telephone that leaves its Wi-Fi gets."""
        _ip("-n", self.name, *f"addr del {self.address}/{_prefix(self.address)} dev eth0".split())
        _settle(self.name, address)
        return replace(self, address=address)

    def command(self, *arguments: str) -> list[str]:
        """The command line that runs these arguments inside."""
        return ["ip", "netns", "exec", self.name, *arguments]

    def tcp_socket(self) -> socket.socket:
        """A TCP socket that lives inside; it can be used by this process as any other."""
        with ThreadPoolExecutor(1) as a_thread_that_ends:
            return a_thread_that_ends.submit(self._enter_and_open).result()

    def listener(self, port: int = 0) -> socket.socket:
        """A TCP socket bound to the host's address, to be handed to a server of this process."""
        listener = self.tcp_socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((self.address, port))
        return listener

    def accepts(self, port: int) -> bool:
        """Whether something inside listens on a port; asked from inside, so the line does not matter."""
        with self.tcp_socket() as probe:
            return probe.connect_ex((self.address, port)) == 0

    def pids(self) -> list[int]:
        """The processes that run inside."""
        return [int(pid) for pid in _ip("netns", "pids", self.name).split()]

    def remove(self) -> None:
        """End whatever still runs inside and take the namespace away."""
        remove(self.name)

    def _enter_and_open(self) -> socket.socket:
        handle = os.open(NAMESPACES / self.name, os.O_RDONLY)
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(handle, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), f"cannot enter {self.name}")
            return socket.socket(FAMILIES[self.family], socket.SOCK_STREAM)
        finally:
            os.close(handle)


def create(label: str, address: str) -> tuple[Namespace, int]:
    """A new namespace whose only way out is a TUN device; returns it and the device's descriptor.

    The device is called eth0, because browsers leave devices called tun* out of account, and goes
    away when the last descriptor is closed.
    """
    serial = next(_serial)
    namespace = Namespace(f"ringback-{os.getpid()}-{_started(os.getpid())}-{serial}{label}", address)
    interface = f"rb{os.getpid()}x{serial}"[:15]
    device = os.open(TUN, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", interface.encode(), IFF_TUN_NO_PI))
        _ip("netns", "add", namespace.name)
        _ip("link", "set", interface, "netns", namespace.name, "name", "eth0")
        for step in ("link set lo up", "link set eth0 addrgenmode none mtu 1500 up"):
            _ip("-n", namespace.name, *step.split())
        _settle(namespace.name, address)
    except BaseException:
        os.close(device)
        remove(namespace.name)
        raise
    return namespace, device


def _settle(name: str, address: str) -> None:
    """Give a namespace an address, and the way out that was lost with its last one."""
    nodad = " nodad" if ":" in address else ""
    _ip("-n", name, *f"addr add {address}/{_prefix(address)} dev eth0{nodad}".split())
    family = "-6" if ":" in address else "-4"
    _ip(family, "-n", name, *["route", "replace", "default", "dev", "eth0"])


def _prefix(address: str) -> int:
    return 64 if ":" in address else 24


def remove(name: str) -> None:
    """Take a namespace away, with every process inside it; one that is gone already is no error.

    Two laboratories that start at once may both remove the same stale one.
    """
    try:
        for pid in _ip("netns", "pids", name).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        _ip("netns", "del", name)
    except OSError:
        if (NAMESPACES / name).exists():
            raise


def remove_stale() -> list[str]:
    """Remove the namespaces of labs whose process is gone, and return their names."""
    names = [entry.name for entry in NAMESPACES.iterdir()] if NAMESPACES.exists() else []
    matches = [match for name in names if (match := OURS.fullmatch(name))]
    stale = [m.string for m in matches if _started(int(m["pid"])) != m["started"]]
    for name in stale:
        remove(name)
    return stale


def _started(pid: int) -> str | None:
    """Start time of a process in clock ticks since boot (proc(5), stat field 22); None if gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False, timeout=20)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
