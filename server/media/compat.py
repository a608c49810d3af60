"""Everything private of aiortc 1.16 and aioice 0.13 that the worker leans on; a contract test holds it.

Not here: what it is used for. An update of either library is looked at here first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

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
    """
    for ice in {transport.transport._connection for transport in _dtls_transports(connection)}:
        for protocol in ice._protocols:
            protocol.datagram_received = _guarded(ice, protocol.datagram_received)


def _guarded(ice: Any, receive: Callable[[bytes, Any], None]) -> Callable[[bytes, Any], None]:
    def received(data: bytes, address: Any) -> None:
        stun = bool(data) and FIRST_STUN <= data[0] <= LAST_STUN
        if stun or (ice._queue.qsize() < HELD_DATAGRAMS and _known(ice, address)):
            receive(data, address)

    return received


def _known(ice: Any, address: Any) -> bool:
    return any(pair.remote_addr == (address[0], address[1]) for pair in ice._check_list)


def _dtls_transports(connection: RTCPeerConnection) -> set[Any]:
    found = {transceiver.receiver.transport for transceiver in connection.getTransceivers()}
    return found | ({connection.sctp.transport} if connection.sctp else set())
