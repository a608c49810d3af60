"""What the data channel between two browsers on this machine takes of the wire, read from its packets.

Reports, questions and their acknowledgements travel in DTLS records, which share a port with speech and
picture and are told from them by their first byte (RFC 7983). Not here: what else is in a call's packets.
Needs root, for a raw socket (packet(7)).
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from typing import Final

ETH_P_ALL: Final = 3
OUTGOING: Final = 4
"""A packet within the machine is seen twice, sent and received: packet(7)."""
ETHERNET, UDP = 14, 8
DTLS: Final = range(20, 64)
UDP_PROTOCOL: Final = 17


async def kbps_each_way(seconds: float) -> list[float]:
    """Of IP packets with DTLS in them, by the port they were sent from, the busiest two."""
    sent: Counter[int] = Counter()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as tap:
        tap.setblocking(False)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            _count(tap, sent)
            await asyncio.sleep(0.02)
    return [8 * size / seconds / 1000 for _, size in sent.most_common(2)]


def _count(tap: socket.socket, sent: Counter[int]) -> None:
    """All that waits in the socket."""
    while True:
        try:
            frame, (_, _, kind, *_) = tap.recvfrom(2048)
        except BlockingIOError:
            return
        packet = frame[ETHERNET:]
        udp = _datagram(packet)
        if kind == OUTGOING and len(udp) > UDP and udp[UDP] in DTLS:
            sent[int.from_bytes(udp[:2])] += len(packet)


def _datagram(packet: bytes) -> bytes:
    """UDP's header and what follows; nothing if it is no UDP, or has IP options."""
    if packet[:1] == b"\x45" and packet[9] == UDP_PROTOCOL:
        return packet[20:]
    if packet[:1] >= b"\x60" and packet[:1] < b"\x70" and packet[6] == UDP_PROTOCOL:
        return packet[40:]
    return b""
