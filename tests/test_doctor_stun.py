"""`ringback doctor` asks STUN and TURN servers for real and says what came back, or that nothing did.

Not here: a relay (`tests.netlab.test_relay_limits`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aioice import stun as messages

from server.config import Config, load
from server.doctor import asking, stun, turn
from tests.certificate import tls_for_localhost


class Answering(asyncio.DatagramProtocol):
    """A STUN server, as small as one can be; with `mute` it sends what is no STUN."""

    def __init__(self, mute: bool) -> None:
        self._mute = mute
        self.asked = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.asked += 1
        answer = answer_to(data, ("203.0.113.9", addr[1]))
        self._transport.sendto(b"Good morning" if self._mute else bytes(answer), addr)


def answer_to(data: bytes, seen: tuple[str, int]) -> messages.Message:
    request = messages.parse_message(data)
    answer = messages.Message(request.message_method, messages.Class.RESPONSE, request.transaction_id)
    answer.attributes["XOR-MAPPED-ADDRESS"] = seen
    return answer


@asynccontextmanager
async def a_server(mute: bool = False) -> AsyncIterator[tuple[int, Answering]]:
    """Its port on loopback, and what it was asked."""
    transport, server = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Answering(mute), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1], server
    finally:
        transport.close()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port on which nobody says anything."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield nobody.getsockname()[1]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WITHIN_S", 0.3)


def config(folder: Path, **settings: str) -> Config:
    return load({"RINGBACK_DATA": str(folder / "data"), **settings})


async def test_a_stun_server_is_asked_and_what_it_says_is_told(tmp_path: Path) -> None:
    async with a_server() as (port, server):
        url = f"stun:127.0.0.1:{port}"
        finding = await stun.stun(config(tmp_path, RINGBACK_STUN_URLS=url))
    assert (finding.state, finding.found) == ("ok", f"{url} sees this machine at 203.0.113.9")
    assert server.asked == 1


@pytest.mark.usefixtures("impatient")
async def test_one_that_is_silent_or_is_none_is_wrong_beside_one_that_answers(
    tmp_path: Path, silent: int
) -> None:
    async with a_server() as (port, _), a_server(mute=True) as (other, _):
        urls = f"stun:127.0.0.1:{port} stun:127.0.0.1:{silent} stun:127.0.0.1:{other}"
        finding = await stun.stun(config(tmp_path, RINGBACK_STUN_URLS=urls))
    assert finding.state == "wrong"
    assert [f":{each}: no answer within 0.3 s" in finding.found for each in (port, silent, other)] == [
        False,
        True,
        True,
    ]
    assert "UDP" in finding.advice


async def test_where_only_a_turn_server_is_set_that_one_is_asked(tmp_path: Path) -> None:
    async with a_server() as (port, server):
        urls = f"turn:127.0.0.1:1?transport=tcp turn:127.0.0.1:{port}"
        settings = config(tmp_path, RINGBACK_TURN_URLS=urls, RINGBACK_TURN_SECRET="s")
        assert (await stun.stun(settings)).state == "ok"
    assert server.asked == 1


async def test_over_tcp_a_refused_connection_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings = config(tmp_path, RINGBACK_STUN_URLS=f"stuns:127.0.0.1:{port}")
    finding = await stun.stun(settings)
    assert (finding.state, "Connect call failed" in finding.found) == ("wrong", True)


async def test_over_tls_a_certificate_is_held_against_the_servers_name_not_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = tls_for_localhost(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(answer_to(await reader.readexactly(20), ("203.0.113.9", 1))))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        findings = [
            await stun.stun(config(tmp_path, RINGBACK_STUN_URLS=f"stuns:{host}:{port}"))
            for host in ("localhost", "127.0.0.1")
        ]
    assert [finding.state for finding in findings] == ["ok", "wrong"]
    assert "127.0.0.1" in findings[1].found
    assert "certificate" in findings[1].found


@pytest.mark.usefixtures("impatient")
async def test_a_turn_server_that_is_silent_is_wrong(tmp_path: Path, silent: int) -> None:
    url = f"turn:127.0.0.1:{silent}"
    settings = config(tmp_path, RINGBACK_TURN_URLS=url, RINGBACK_TURN_SECRET="s")
    finding = await turn.turn(settings)
    assert (finding.state, url in finding.found) == ("wrong", True)
    assert (await turn.software(settings)).state == "note"
    assert (await stun.stun(settings)).state == "note", "browsers ask it for a relay only"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Coturn-4.6.1 'Gorst'", "note"),
        ("Coturn-4.13.0 'X'", "note"),
        ("Coturn-4.13.1 'X'", "ok"),
        ("Coturn-4.18.0", "ok"),
        ("", "ok"),
        ("eturnal 1.12.1", "ok"),
    ],
)
def test_an_old_coturn_gets_advice(said: str, state: str) -> None:
    finding = turn.judge_software([said])
    assert finding.state == state
    if state == "note":
        for setting in ("no-tcp-relay", "denied-peer-ip", "user-quota"):
            assert setting in finding.advice
