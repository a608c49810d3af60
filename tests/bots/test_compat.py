"""What `server.media.compat` leans on is there, and does what it is for."""

from __future__ import annotations

import asyncio
import socket
from importlib.metadata import version

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from server.media import compat
from server.media.check import Check
from tests.bots.checker import a_checker
from tests.rig import until

CLIENT_HELLO = bytes.fromhex("16fefd0000000000000000002a010000") + bytes(40)
ALERT = bytes.fromhex("15fefd00000000000000000002022f")
SHORT = b"\x17\xfe\xfd"


def test_the_versions_are_those_that_were_looked_at() -> None:
    assert version("aiortc") == "1.16.0"
    assert version("aioice").startswith("0.13.")


async def test_every_private_attribute_is_where_it_was() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        connection.addTransceiver("audio")
        connection.createDataChannel("check")
        await connection.setLocalDescription(await connection.createOffer())
        assert callable(RTCRtpReceiver._handle_rtp_packet)
        transports = compat._dtls_transports(connection)
        assert transports
        for transport in transports:
            ice = transport.transport._connection
            assert (ice._check_list, ice._queue.qsize()) == ([], 0)
            assert all(callable(protocol.datagram_received) for protocol in ice._protocols)
        assert any(transport.transport._connection._protocols for transport in transports)
    finally:
        await connection.close()


@pytest.mark.parametrize("datagram", [CLIENT_HELLO, ALERT, SHORT], ids=["hello", "alert", "short"])
async def test_a_spray_from_a_stranger_does_not_cost_the_check(datagram: bytes) -> None:
    gone: list[str] = []
    check = Check([], lambda: gone.append("gone"))
    spraying = asyncio.Event()

    async def spray(sdp: str) -> None:
        """At every address the answer names, as long as the connection comes about."""
        found = [line.split() for line in sdp.splitlines() if line.startswith("a=candidate") and "." in line]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            while True:
                for parts in found:
                    stranger.sendto(datagram, (parts[4], int(parts[5])))
                spraying.set()
                await asyncio.sleep(0.002)

    async with a_checker() as checker:
        answer = await check.answer(await checker.offer(), private=True)
        stranger = asyncio.create_task(spray(answer))
        try:
            await spraying.wait()
            await checker.accept(answer)
            await until(lambda: checker.open)
            checker.send(0)
            await until(lambda: len(checker.replies) == 1)
        finally:
            stranger.cancel()
            await asyncio.gather(stranger, return_exceptions=True)
            await check.close()
    assert gone == []
