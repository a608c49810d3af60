"""Connections that never become requests do not stay, and one address cannot hold them all."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from server import doors
from server.config_kinds import networks
from server.doors import Census
from tests.bots.tab import a_tab
from tests.rig import Rig, a_rig

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def dial(rig: Rig) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", rig.config.port)


async def ended_after(reader: asyncio.StreamReader) -> float:
    """Seconds until the server ends the connection."""
    began = time.monotonic()
    async with asyncio.timeout(5):
        while await _read(reader):
            pass
    return time.monotonic() - began


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65536)
    except ConnectionError:
        return b""


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHost: loc", b"GET / HTTP/1.1\r\n\r"])
async def test_a_connection_without_headers_is_ended(
    rig: Rig, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "HEADERS_WITHIN_S", 0.3)
    reader, writer = await dial(rig)
    writer.write(sent)
    assert 0.2 < await ended_after(reader) < 2
    writer.close()


async def test_headers_may_arrive_byte_by_byte_within_the_time(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "HEADERS_WITHIN_S", 0.5)
    reader, writer = await dial(rig)
    for number in range(len(GET)):
        writer.write(GET[number : number + 1])
        await writer.drain()
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    await asyncio.wait({asyncio.create_task(reader.read(1))}, timeout=0.1)
    writer.close()


async def test_a_socket_outlives_the_deadline_for_headers(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "HEADERS_WITHIN_S", 0.2)
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        await asyncio.wait({asyncio.create_task(mentor.closed(60))}, timeout=0.5)
        await mentor.settle()


async def test_one_address_holds_so_many_connections_and_no_more(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_CONNECTIONS_PER_ADDRESS": "3"}) as rig:
        held = [await dial(rig) for _ in range(3)]
        for _, writer in held:
            writer.write(GET)
        for reader, _ in held:
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        reader, writer = await dial(rig)
        assert await ended_after(reader) < 1
        writer.close()
        held[0][1].close()
        await held[0][1].wait_closed()
        async with aiohttp.ClientSession() as http, http.get(f"{rig.url}/healthz") as answer:
            assert answer.status == 200, "one place is free again"
        for _, writer in held:
            writer.close()


def test_a_census_counts_in_and_out() -> None:
    census = Census(2, networks("10.0.0.0/8"))
    assert census.key("192.0.2.1") == "192.0.2.1"
    assert census.key("10.0.0.1") is None, "a proxy speaks for many"
    assert census.enter("a")
    with census.one("a") as entered:
        assert entered
        with census.one("a") as too_many:
            assert not too_many
        assert not census.enter("a")
        assert census.enter("b"), "others are not concerned"
    assert census.enter("a")
    census.leave("a")
    census.leave("a")
    with census.one("a"), census.one("a") as entered:
        assert entered


@pytest.mark.parametrize(
    "nonsense",
    [
        "GET /join/TOKEN HTTP/9.9\r\n\r\n",
        "GET /join/TOKEN\0 HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHo st: TOKEN\r\n\r\n",
        f"GET / HTTP/1.1\r\nCookie: {'TOKEN' * 4000}\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_and_not_written_down(
    rig: Rig, nonsense: str, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await dial(rig)
    writer.write(nonsense.encode())
    assert b" 400 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()
    assert "TOKEN" not in caplog.text
    assert "127.0.0.1" not in caplog.text
