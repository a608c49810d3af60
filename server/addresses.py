"""Whose request it is: the client's address, behind proxies we trust, and what it is counted under.

Not here: what is counted (`doors`, `guard`). Addresses are kept in memory only and never logged.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from server.config_kinds import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SUBSCRIBER_BITS: Final = 64
"""What one IPv6 subscriber has at least (RFC 6177, section 2); counted as one address."""


def parse(text: str) -> Address | None:
    """The address in a peer name or in one entry of X-Forwarded-For; None when it is none."""
    bare = text.strip().removeprefix("[").partition("]")[0].partition("%")[0]
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def is_trusted(address: Address | None, proxies: Sequence[Network]) -> bool:
    return address is not None and any(address in network for network in proxies)


def client(peer: str, forwarded_for: Sequence[str], proxies: Sequence[Network]) -> Address | None:
    """The nearest address that is no trusted proxy.

    X-Forwarded-For is read from its end, where our own proxies write; what a client claims before that
    is never reached. An entry that is no address ends the reading.
    """
    address = parse(peer)
    entries = [entry for line in forwarded_for for entry in line.split(",")]
    for entry in reversed(entries):
        if not is_trusted(address, proxies) or not (before := parse(entry)):
            break
        address = before
    return address


def bucket(address: Address | None) -> str:
    """What the address is counted under; all unknown ones together."""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, SUBSCRIBER_BITS), strict=False))
    return str(address) if address else "unknown"
