"""Where a relay must not reach: its own machine and networks, and what stands for them (RFC 6890, RFC 8190).

As coturn's `denied-peer-ip` takes it: compose.yaml and docs/running.md hold the same lines, and a test holds
them to it. Not here: trying them (`relay`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Range:
    """`denied` closes it, and `tried` are addresses of it, the likeliest targets among them."""

    words: str
    denied: str
    tried: tuple[str, ...]


FORBIDDEN: Final = (
    Range("this network", "0.0.0.0-0.255.255.255", ("0.0.0.0", "0.1.2.3")),  # noqa: S104 - nobody listens
    Range("private networks", "10.0.0.0-10.255.255.255", ("10.0.0.1", "10.255.255.254")),
    Range("carriers' networks", "100.64.0.0-100.127.255.255", ("100.64.0.1", "100.100.100.200")),
    Range("the relay itself", "127.0.0.0-127.255.255.255", ("127.0.0.1", "127.8.8.8")),
    Range("link-local, cloud metadata", "169.254.0.0-169.254.255.255", ("169.254.1.1", "169.254.169.254")),
    Range("private networks", "172.16.0.0-172.31.255.255", ("172.16.0.1", "172.31.255.254")),
    Range("protocol assignments", "192.0.0.0-192.0.0.255", ("192.0.0.192",)),
    Range("documentation", "192.0.2.0-192.0.2.255", ("192.0.2.1",)),
    Range("6to4 relays", "192.88.99.0-192.88.99.255", ("192.88.99.1",)),
    Range("private networks", "192.168.0.0-192.168.255.255", ("192.168.0.1", "192.168.255.254")),
    Range("benchmarks", "198.18.0.0-198.19.255.255", ("198.18.0.1",)),
    Range("documentation", "198.51.100.0-198.51.100.255", ("198.51.100.1",)),
    Range("documentation", "203.0.113.0-203.0.113.255", ("203.0.113.1",)),
    Range(
        "multicast and reserved", "224.0.0.0-255.255.255.255", ("224.0.0.251", "240.0.0.1", "255.255.255.255")
    ),
    # From ::1, not from ::, which coturn reads as "from anywhere" and so denies all of IPv4 as well.
    Range("the relay itself", "::1-::ffff:ffff", ("::1", "::7f00:1", "::a00:1")),
    Range(
        "IPv4 in IPv6",
        "::ffff:0:0-::ffff:ffff:ffff",
        ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
    ),
    Range("IPv4 in IPv6", "64:ff9b::-64:ff9b::ffff:ffff", ("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe")),
    Range("IPv4 in IPv6", "64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff", ("64:ff9b:1::a00:1",)),
    Range("discard", "100::-100::ffff:ffff:ffff:ffff", ("100::1",)),
    Range("protocol assignments", "2001::-2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", ("2001::1",)),
    Range("documentation", "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", ("2001:db8::1",)),
    Range(
        "IPv4 in IPv6", "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ("2002:7f00:1::1", "2002:a00:1::1")
    ),
    Range("documentation", "3fff::-3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", ("3fff::1",)),
    Range("segment routing", "5f00::-5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ("5f00::1",)),
    Range(
        "private networks",
        "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ("fc00::1", "fd00::1", "fd00:ec2::254"),
    ),
    Range("link-local", "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ("fe80::1",)),
    Range("site-local", "fec0::-feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ("fec0::1",)),
    Range("multicast", "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ("ff02::1", "ff0e::1")),
)

ORDINARY: Final = {4: "198.41.0.4", 6: "2001:503:ba3e::2:30"}
"""Addresses of everybody's, of a root name server: a relay that refuses them relays nobody."""
