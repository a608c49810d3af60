"""What `server.media.compat` leans on is there, and does what it is for."""

from __future__ import annotations

import asyncio
import queue
import re
import socket
from importlib.metadata import version

import pytest
from aioice import ice as ice_module
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpreceiver import RTCRtpReceiver

from server.doctor.versions import LOOKED_AT
from server.media import compat
from server.media.check import Check
from server.media.leg import Leg
from server.media.shaping import Shaping
from tests.bots.checker import a_checker
from tests.rig import until

CLIENT_HELLO = bytes.fromhex("16fefd0000000000000000002a010000") + bytes(40)
ALERT = bytes.fromhex("15fefd00000000000000000002022f")
SHORT = b"\x17\xfe\xfd"


def test_the_versions_are_those_that_were_looked_at() -> None:
    assert {name: version(name) for name in LOOKED_AT} == LOOKED_AT


async def test_every_private_attribute_is_where_it_was() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        connection.addTransceiver("audio")
        connection.createDataChannel("check")
        await connection.setLocalDescription(await connection.createOffer())
        assert callable(RTCRtpReceiver._handle_rtp_packet)
        receiver = connection.getTransceivers()[0].receiver
        assert isinstance(getattr(receiver, "_RTCRtpReceiver__decoder_queue"), queue.Queue)  # noqa: B009 - mangled
        assert isinstance(ice_module.CONSENT_FAILURES, int)
        transports = compat._dtls_transports(connection)
        assert transports
        for transport in transports:
            ice = transport.transport._connection
            assert (ice._check_list, ice._queue.qsize(), len(ice._early_checks)) == ([], 0, 0)
            assert (ice._local_username, ice._local_password) == (ice.local_username, ice.local_password)
            assert (ice.remote_username, ice.remote_password) == (None, None)
            assert all(callable(protocol.datagram_received) for protocol in ice._protocols)
            assert all(callable(protocol.transport.sendto) for protocol in ice._protocols)
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


@pytest.mark.parametrize(
    "datagram",
    [
        b"\0" * 1200,
        b"\1\1" + bytes(30),
        bytes.fromhex("000100042112a442") + bytes(12) + b"\0\x20\0\1",
        CLIENT_HELLO,
    ],
    ids=["zeros", "stump", "torn", "hello"],
)
async def test_nothing_waits_for_a_browser_that_never_comes(datagram: bytes) -> None:
    check = Check([], lambda: None)
    async with a_checker() as checker:
        try:
            sdp = await check.answer(await checker.offer(), private=True)
            (ice,) = compat._ices(check._connection)
            found = [
                line.split() for line in sdp.splitlines() if line.startswith("a=candidate") and "." in line
            ]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
                for _ in range(4 * compat.HELD_DATAGRAMS):
                    for parts in found:
                        stranger.sendto(datagram, (parts[4], int(parts[5])))
                    await asyncio.sleep(0)
                await asyncio.sleep(0.05)
            assert ice._queue.qsize() == 0
        finally:
            await check.close()


async def test_a_restart_of_ice_has_new_words_of_our_own_and_takes_the_browsers() -> None:
    leg = Leg(())
    async with a_checker() as checker:
        try:
            first = await leg.answer(offer := await checker.offer())
            ufrag = re.search(r"a=ice-ufrag:(\S+)", offer)
            assert ufrag
            assert words(await leg.answer(offer)) == words(first), "the same offer again restarts nothing"
            restarted = await leg.answer(offer.replace(f"a=ice-ufrag:{ufrag[1]}", "a=ice-ufrag:anew"))
            assert words(restarted).isdisjoint(words(first))
            assert {ice.remote_username for ice in compat._ices(leg.pc)} == {"anew"}
            assert candidates(restarted) == candidates(first), "the sockets are the same"
        finally:
            await leg.close()


async def test_every_datagram_passes_the_line_both_ways() -> None:
    shaping, near, far = Shaping("good"), Leg(()), Leg(())
    heard: list[bytes | str] = []
    try:
        answer = await far.answer(await near.offer())
        compat.guard_datagrams(far.pc)
        compat.shape(far.pc, shaping)
        far._on_message = lambda channel, message: heard.append(message)
        await near.accept(answer)
        await until(lambda: near.open("reports") and far.open("reports"))
        shaping.become("dark")
        before = shaping.arrived_bytes
        near.send("reports", b"in the dark")
        await asyncio.sleep(0.3)
        assert (shaping.arrived_bytes, heard) == (before, [])
        shaping.become("good")
        near.send("reports", b"in the light")
        await until(lambda: heard == [b"in the light"])
        assert shaping.arrived_bytes > before > 1000
    finally:
        await near.close()
        await far.close()


def words(sdp: str) -> set[str]:
    return set(re.findall(r"a=ice-(?:ufrag|pwd):(\S+)", sdp))


def candidates(sdp: str) -> set[str]:
    return set(re.findall(r"a=candidate:(.+)", sdp))
