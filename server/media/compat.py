"""Everything private of aiortc 1.16 and aioice 0.13 that the worker leans on; a contract test holds it.

Not here: what it is used for. An update of either library is looked at here first.
"""

from __future__ import annotations

import queue
import struct
import sys
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

from aioice import ice as ice_module
from aioice import stun
from aioice.utils import random_string
from aiortc import RTCPeerConnection, RTCRtpReceiver

HELD_DATAGRAMS: Final = 256
"""What may wait for the loop: a second of speech and packets of a check, twice."""
FIRST_STUN, LAST_STUN = 0, 3
"""First bytes that belong to STUN (RFC 7983, section 7)."""

OnRtp = Callable[[bytes, int], None]
"""(payload, timestamp) of a packet."""


def tap_rtp(receiver: RTCRtpReceiver, on_rtp: OnRtp) -> None:
    """Packets go to `on_rtp` as they arrive, past jitter buffer and decoder: 1 to 2 % of a core, not 20."""

    async def handle(packet: Any, arrival_time_ms: int) -> None:
        on_rtp(packet.payload, packet.timestamp)

    receiver._handle_rtp_packet = handle  # type: ignore[method-assign]


def guard_datagrams(connection: RTCPeerConnection) -> None:
    """Take only STUN from strangers, and only so much from anybody.

    aiortc hands every datagram to DTLS, so whoever sprays ClientHellos at its port wins the race against the
    browser (ASVS 17.2.6). An address is no stranger once a candidate pair exists for it: it was in the offer,
    or it has sent a check with the right password. To be called when candidates are gathered.

    Nothing that waits is without a bound: what looks like STUN and is none would be queued for DTLS by
    aioice, and checks with the right password are kept until the other side's words are known.
    """
    for ice in _ices(connection):
        for protocol in ice._protocols:
            protocol.datagram_received = _guarded(ice, protocol.datagram_received)


def _guarded(ice: Any, receive: Callable[[bytes, Any], None]) -> Callable[[bytes, Any], None]:
    def received(data: bytes, address: Any) -> None:
        if _looks_like_stun(data):
            if _is_stun(data) and len(ice._early_checks) < HELD_DATAGRAMS:
                receive(data, address)
        elif ice._queue.qsize() < HELD_DATAGRAMS and _known(ice, address):
            receive(data, address)

    return received


def _looks_like_stun(data: bytes) -> bool:
    return bool(data) and FIRST_STUN <= data[0] <= LAST_STUN


def _is_stun(data: bytes) -> bool:
    """By the same measure as aioice's, which takes everything else for DTLS."""
    try:
        stun.parse_message(data)
    except (ValueError, struct.error):
        return False
    return True


def _known(ice: Any, address: Any) -> bool:
    return any(pair.remote_addr == (address[0], address[1]) for pair in ice._check_list)


def _dtls_transports(connection: RTCPeerConnection) -> set[Any]:
    found = {transceiver.receiver.transport for transceiver in connection.getTransceivers()}
    return found | ({connection.sctp.transport} if connection.sctp else set())


class Packet(NamedTuple):
    """What is looked at of a packet of speech."""

    payload: bytes
    sequence: int


class _Sieve(queue.Queue[Any]):
    """A decoder's queue that takes nothing but the word to end."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if item is None:
            super().put(item, block, timeout)


def overhear(receiver: RTCRtpReceiver, on_packet: Callable[[Packet], None]) -> None:
    """Packets go to `on_packet`, and on to aiortc's reports for their sender, but to no decoder.

    To be called before anything is received.
    """
    handle = receiver._handle_rtp_packet

    async def both(packet: Any, arrival_time_ms: int) -> None:
        on_packet(Packet(packet.payload, packet.sequence_number))
        await handle(packet, arrival_time_ms)

    receiver._handle_rtp_packet = both  # type: ignore[method-assign]
    receiver._RTCRtpReceiver__decoder_queue = _Sieve()  # type: ignore[attr-defined]


def keep_consent() -> None:
    """Whoever practises a dark line keeps its connection; of itself aioice gives it up after 30 s.

    RFC 7675 asks for consent so that nobody is sent to who went away: that the server tells, and each
    connection of a worker has a life of its own.
    """
    ice_module.CONSENT_FAILURES = sys.maxsize


class Line(Protocol):
    """What a datagram has to pass, either way."""

    def send(self, size_bytes: int, deliver: Callable[[], None]) -> None: ...

    def receive(self, size_bytes: int, deliver: Callable[[], None]) -> None: ...


def shape(connection: RTCPeerConnection, line: Line) -> None:
    """Every datagram of a connection passes `line`, STUN as well. To be called after `guard_datagrams`."""
    for ice in _ices(connection):
        for protocol in ice._protocols:
            protocol.datagram_received = _received_over(line, protocol.datagram_received)
            protocol.transport = _Over(line, protocol.transport)


def _received_over(line: Line, receive: Callable[[bytes, Any], None]) -> Callable[[bytes, Any], None]:
    return lambda data, address: line.receive(len(data), lambda: receive(data, address))


class _Over:
    """A datagram transport behind a line."""

    def __init__(self, line: Line, transport: Any) -> None:
        self._line, self._transport, self._open = line, transport, True

    def sendto(self, data: bytes, address: Any) -> None:
        self._line.send(len(data), lambda: self._deliver(data, address))

    def close(self) -> None:
        self._open = False
        self._transport.close()

    def _deliver(self, data: bytes, address: Any) -> None:
        if self._open:
            self._transport.sendto(data, address)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def restart_ice(connection: RTCPeerConnection, username: str, password: str) -> None:
    """The browser restarts ICE with these: new ones of our own, same sockets, and the way in use until then.

    aiortc takes an offer that restarts ICE and goes on with what it has; the browser's new checks would be
    refused. To be called before the offer is applied.
    """
    for ice in _ices(connection):
        ice._local_username, ice._local_password = random_string(4), random_string(22)
        ice.remote_username, ice.remote_password = username, password


def _ices(connection: RTCPeerConnection) -> set[Any]:
    return {transport.transport._connection for transport in _dtls_transports(connection)}
