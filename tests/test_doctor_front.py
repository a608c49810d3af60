"""`ringback doctor` and the public address: it asks as a browser would, and has words for each failure."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from server.config import Config
from server.doctor import front
from server.doctor.finding import Finding
from tests.certificate import tls_for_localhost
from tests.rig import a_rig

SETS = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
REFUSING = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Proxy:
    """A TLS proxy on loopback for the certificate's name. One request a connection, as the doctor asks."""

    to: int
    sets: str = SETS
    drops: str = ""
    """A header that it does not pass on."""
    says: str = ""
    """What it answers itself, instead of passing anything on."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            if self.says:
                writer.write(self.says.encode())
            else:
                await self._pass_on(head, reader, writer)
        writer.close()

    async def _pass_on(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.drops:
            head = re.sub(rf"(?im)^{self.drops}:.*\r\n", "", head)
        back, on = await asyncio.open_connection("127.0.0.1", self.to)
        on.write(head.replace("\r\n", f"\r\n{self.sets}", 1).encode())
        both = (_pipe(reader, on), _pipe(back, writer))
        await asyncio.wait([asyncio.create_task(each) for each in both], return_when="FIRST_COMPLETED")
        on.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@dataclass
class Place:
    """A server that runs, and the proxy before it."""

    config: Config
    proxy: Proxy

    async def finding(self, **changed: str) -> Finding:
        for name, value in changed.items():
            setattr(self.proxy, name, value)
        return await front.public_address(self.config)


@asynccontextmanager
async def a_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, trusted: str = "127.0.0.1"
) -> AsyncIterator[Place]:
    context = tls_for_localhost(folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "cert.pem"))
    proxy = Proxy(to=0)
    async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=context) as listening:
        url = f"https://localhost:{listening.sockets[0].getsockname()[1]}"
        settings = {"RINGBACK_PUBLIC_URL": url, "RINGBACK_TRUSTED_PROXIES": trusted}
        async with a_rig(folder, settings) as rig:
            proxy.to = rig.config.port
            yield Place(rig.config, proxy)


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    async with a_place(tmp_path, monkeypatch) as running:
        yield running


async def test_a_proxy_that_does_all_it_should_is_fine(place: Place) -> None:
    finding = await place.finding()
    assert (finding.state, finding.advice) == ("ok", ""), finding
    assert finding.found == f"{place.config.public_url} leads to this server, WebSockets too"


@pytest.mark.parametrize(
    ("sets", "found", "advice"),
    [
        ("", "all people count as one", "X-Forwarded-For and X-Forwarded-Proto"),
        ("X-Forwarded-For: 203.0.113.9\r\n", "all people count as one", "X-Forwarded-Proto"),
        (SETS.replace("https", "http"), "leads to itself without end", "X-Forwarded-Proto to https"),
    ],
)
async def test_headers_that_the_proxy_leaves_out_are_named(
    place: Place, sets: str, found: str, advice: str
) -> None:
    finding = await place.finding(sets=sets)
    assert finding.state == "wrong"
    assert found in finding.found
    assert advice in finding.advice


@pytest.mark.parametrize("sets", [SETS, ""])
async def test_a_proxy_that_is_not_trusted_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sets: str
) -> None:
    async with a_place(tmp_path, monkeypatch, trusted="192.0.2.1") as place:
        finding = await place.finding(sets=sets)
    assert (finding.state, "RINGBACK_TRUSTED_PROXIES" in finding.advice) == ("wrong", True)
    assert "all of them count as one" in finding.found or "all people count as one" in finding.found


@pytest.mark.parametrize(("header", "status"), [("Upgrade", 400), ("Origin", 403)])
async def test_a_proxy_that_lets_no_websocket_through_is_wrong(
    place: Place, header: str, status: int
) -> None:
    finding = await place.finding(drops=header)
    assert finding.state == "wrong"
    assert f"WebSockets do not get through (status {status})" in finding.found
    assert "Upgrade" in finding.advice


def answer(status: str, body: str = "", headers: str = "") -> str:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}"


OTHER = json.dumps({"status": "ok", "versions": {}, "process": "another", "proxy": "trusted"})


@pytest.mark.parametrize(
    ("says", "found", "advice"),
    [
        (answer("502 Bad Gateway"), "the proxy answers 502", "pass every request on to 127.0.0.1:"),
        (
            answer("200 OK", "<h1>Welcome to a web server</h1>"),
            "something else answers",
            "pass every request",
        ),
        (
            answer("404 Not Found", "[]"),
            "something else answers there, with status 404",
            "pass every request",
        ),
        (
            answer("301 Moved Permanently", headers="Location: https://www.example.org/healthz\r\n"),
            "leads on to https://www.example.org/healthz",
            "the very address",
        ),
        (answer("200 OK", OTHER), "another Ringback answers there", "to this one"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "the connection broke", "log"),
    ],
)
async def test_another_answer_than_this_servers_is_told_in_words(
    place: Place, says: str, found: str, advice: str
) -> None:
    finding = await place.finding(says=says)
    assert finding.state == "wrong"
    assert found in finding.found
    assert advice in finding.advice


async def test_where_nobody_answers_or_only_in_silence_that_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(front, "WITHIN_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        place.config = replace(place.config, public_url=f"http://127.0.0.1:{port}")
        assert "no answer within 0.5 s" in (await place.finding()).found
    assert "nobody answers" in (await place.finding()).found


async def test_a_certificate_that_browsers_do_not_accept_is_wrong(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    finding = await place.finding()
    assert (finding.state, "certificate" in finding.advice) == ("wrong", True)
    assert "its certificate is not accepted" in finding.found


async def test_plain_http_to_this_machine_needs_no_proxy(tmp_path: Path) -> None:
    async with a_rig(tmp_path) as rig:
        assert (await front.public_address(rig.config)).state == "ok"
        config = rig.config
    finding = await front.public_address(config)
    assert (finding.state, "does not run" in finding.found) == ("note", True)
