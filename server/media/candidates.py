"""Which of an offer's candidates the worker tries: nobody may make it knock at the house's own doors.

Not here: what a browser's packets prove by arriving; a peer-reflexive candidate has the right password and is
taken wherever it comes from. Names under .local are dropped always: resolving one takes a second, and the
browser behind it knocks by itself.
"""

from __future__ import annotations

import ipaddress
from typing import Final

MAX_CANDIDATES: Final = 40
CANDIDATE: Final = "a=candidate:"
END: Final = "a=end-of-candidates"
"""Dropped: with no candidate left, aioice would give up before the browser has knocked."""
NUMBERS: Final = (1, 3, 5)
"""Component, priority and port."""
MAX_PORT: Final = 65_535
LOOPBACK_AND_WORSE: Final = ("is_loopback", "is_multicast", "is_unspecified", "is_reserved")


def only_allowed(sdp: str, *, private: bool) -> str:
    """The description with the candidates that may be tried, `MAX_CANDIDATES` at most."""
    kept, seen = [], 0
    for line in sdp.splitlines():
        if line.startswith(CANDIDATE):
            seen += 1
            if seen > MAX_CANDIDATES or not allowed(line, private=private):
                continue
        elif line.startswith(END):
            continue
        kept.append(line)
    return "\r\n".join([*kept, ""])


def allowed(line: str, *, private: bool) -> bool:
    """Whether one candidate, with or without `a=`, may be tried.

    RFC 8839, section 5.1: foundation component transport priority address port.
    """
    parts = line.removeprefix("a=").removeprefix("candidate:").split()
    if len(parts) < 8 or parts[2].lower() != "udp":
        return False
    if not all(parts[at].isascii() and parts[at].isdigit() for at in NUMBERS) or int(parts[5]) > MAX_PORT:
        return False
    try:
        address = ipaddress.ip_address(parts[4])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    if any(getattr(address, kind) for kind in LOOPBACK_AND_WORSE):
        return False
    return private or address.is_global
