"""What every request passes: origins, forms, deadlines, headers, and errors that say nothing."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncGenerator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import hdrs
from yarl import URL

from server import guard
from server.config import load
from tests.bots.tab import Seat, a_browser, open_link
from tests.rig import Rig, a_rig
from tests.stores import StillClock

PUBLIC = "http://localhost:8080"
FOREIGN = (
    "null",
    "",
    "http://localhost",
    "http://localhost:8081",
    "http://localhost:80800",
    "https://localhost:8080",
    "http://localhost:8080/",
    "http://localhost:8080/session",
    "http://localhost:8080#",
    "http://localhost:8080?",
    " http://localhost:8080 x",
    "http://localhost.:8080",
    "http://LOCALHOST:8080",
    "HTTP://localhost:8080",
    "http://127.0.0.1:8080",
    "http://[::1]:8080",
    "http://0.0.0.0:8080",
    "http://2130706433:8080",
    "http://localhost:08080",
    "http://localhost:8080.evil.example",
    "http://localhost:8080@evil.example",
    "http://evil.example:8080",
    "http://evil.example#http://localhost:8080",
    "http://evil.example?http://localhost:8080",
    "http://evil-localhost:8080",
    "http://localhost-evil:8080",
    "http://xn--localhost:8080",
    "http://locаlhost:8080",
    "http://user@localhost:8080",
    "ws://localhost:8080",
    "wss://localhost:8080",
    "file://",
    "about:blank",
    "data:text/html,x",
    "chrome-extension://abcdefghijklmnop",
    "http://localhost:8080, http://evil.example",
    "http://localhost:8080 http://evil.example",
    "localhost:8080",
    "//localhost:8080",
    "*",
)


def test_forty_origins_are_tried() -> None:
    assert len(set(FOREIGN)) == 40


async def handshake(rig: Rig, path: str, origins: list[str]) -> int:
    """The status of an upgrade sent as raw bytes, so that every Origin goes out as written."""
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.config.port)
    lines = [
        f"GET {path} HTTP/1.1",
        "Host: localhost:8080",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(f"Origin: {origin}" for origin in origins),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    status = int((await asyncio.wait_for(reader.readline(), 5)).split()[1])
    writer.close()
    return status


async def test_of_forty_two_origins_one_gets_in(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_PUBLIC_URL": PUBLIC}) as rig:
        path = "/session/abc/mentor/socket"
        assert await handshake(rig, path, [PUBLIC]) == 101
        answers = {origin: await handshake(rig, path, [origin]) for origin in FOREIGN}
        assert set(answers.values()) == {403}, answers
        assert await handshake(rig, path, []) == 403
        assert await handshake(rig, path, [PUBLIC, PUBLIC]) == 403, "two are not one"


# Forms


async def post(rig: Rig, headers: dict[str, str], path: str = "/coordinator/sign-in") -> int:
    form = {"email": "cora@example.org", "password": "x", "code": "1"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(rig.url + path, data=form, headers=headers) as answer,
    ):
        return answer.status


async def test_a_form_is_taken_from_our_own_pages_only(rig: Rig) -> None:
    wrong_password = 403
    accepted = await post(rig, {"Origin": rig.url})
    assert accepted == wrong_password
    async with aiohttp.ClientSession() as http:
        for headers in (
            {},
            {"Origin": "null"},
            {"Origin": "http://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "none"},
            {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        ):
            async with http.post(f"{rig.url}/coordinator/sign-out", data={}, headers=headers) as answer:
                assert answer.status == 403, headers
                assert "own page" in await answer.text()
        for headers in ({"Origin": rig.url}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}):
            url = f"{rig.url}/coordinator/sign-out"
            async with http.post(url, data={}, headers=headers, allow_redirects=False) as answer:
                assert answer.status == 303, headers


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=nonsense",
    ],
)
async def test_a_form_has_one_content_type(rig: Rig, kind: str) -> None:
    url, headers = f"{rig.url}/coordinator/sign-in", {"Origin": rig.url, "Content-Type": kind}
    async with aiohttp.ClientSession() as http, http.post(url, data=b"email=a", headers=headers) as answer:
        assert answer.status == 415


@pytest.mark.parametrize(
    ("more", "body", "status"),
    [
        ({}, b"email=\xff", 400),
        ({"Transfer-Encoding": "chunked"}, b"zz\r\n", 400),
        ({"Content-Encoding": "gzip"}, b"not gzip", 415),
    ],
)
async def test_bytes_no_browser_sends_are_no_fault_of_ours(
    rig: Rig, more: dict[str, str], body: bytes, status: int
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.config.port)
    fields = {"Host": "x", "Origin": rig.url, "Content-Type": "application/x-www-form-urlencoded", **more}
    if "Transfer-Encoding" not in fields:
        fields["Content-Length"] = str(len(body))
    lines = ["POST /coordinator/sign-in HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    assert f" {status} ".encode() in await asyncio.wait_for(reader.readline(), 3)
    writer.close()


async def test_a_cookie_of_any_bytes_signs_nobody_in(rig: Rig) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.config.port)
    writer.write(b"GET /coordinator HTTP/1.1\r\nHost: x\r\nCookie: ringback_coordinator=\xff\r\n\r\n")
    assert b" 303 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()


async def test_a_body_has_a_size_and_a_deadline(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Origin": rig.url, "Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession() as http:
        big = b"email=" + b"a" * guard.MAX_BODY_BYTES
        async with http.post(f"{rig.url}/coordinator/sign-in", data=big, headers=headers) as answer:
            assert answer.status == 413
    monkeypatch.setattr(guard, "BODY_WITHIN_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.config.port)
    lines = ["POST /coordinator/sign-in HTTP/1.1", "Host: x", f"Origin: {rig.url}", "Content-Length: 100",
             "Content-Type: application/x-www-form-urlencoded", "", "email=a"]  # fmt: skip
    writer.write("\r\n".join(lines).encode())
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()


# Errors


async def bytes_of(http: aiohttp.ClientSession, url: str) -> tuple[int, bytes, dict[str, str]]:
    async with http.get(URL(url, encoded=True), allow_redirects=False) as answer:
        headers = {name: value for name, value in answer.headers.items() if name != hdrs.DATE}
        return answer.status, await answer.read(), headers


async def pipelined(rig: Rig, paths: list[str]) -> AsyncGenerator[bytes]:
    """Every answer whole, but for its date; many requests at a time on one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.config.port)
    for first in range(0, len(paths), 50):
        part = paths[first : first + 50]
        writer.write(b"".join(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in part))
        for _ in part:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            length = re.search(rb"Content-Length: (\d+)", head)
            assert length
            yield re.sub(rb"Date: [^\r]*\r\n", b"", head) + await reader.readexactly(int(length[1]))
    writer.close()


async def test_ten_thousand_random_ids_get_one_identical_404(rig: Rig) -> None:
    opened = await rig.open()
    paths = [f"/join/{secrets.token_urlsafe(24)}" for _ in range(4000)]
    paths += [f"/session/{secrets.token_urlsafe(16)}/mentor" for _ in range(4000)]
    paths += [f"/join/{secrets.token_urlsafe(secrets.randbelow(40) + 1)}" for _ in range(1991)]
    paths += [
        f"/session/{opened.session}/mentor",
        f"/session/{opened.session}/mentee",
        f"/session/{opened.session}/coordinator",
        f"/session/{opened.session}",
        "/join/",
        "/join/%00",
        "/join/..%2f..%2fetc",
        "/static/main.js",
        "/nothing",
    ]
    assert len(paths) == 10_000
    answers = {answer async for answer in pipelined(rig, paths)}
    assert len(answers) == 1
    assert answers.pop().startswith(b"HTTP/1.1 404 Not Found")


@pytest.mark.parametrize(
    ("path", "advice", "help_"),
    [
        ("/join/mistyped", "replaced by a newer one or past its time", "Ask your coordinator"),
        ("/coordinator/nothing", "Start from today&#39;s rooms", "Whoever runs this server"),
        ("/coordinator/set-up/used", "works once, for 24 hours", "Whoever runs this server"),
        ("/coordinator/demo/old", "another one after each start", "ringback doctor"),
        ("/mailbox/999", "the demonstration&#39;s first page", "ringback doctor"),
    ],
)
async def test_who_finds_nothing_is_told_what_helps_that_reader(
    tmp_path: Path, path: str, advice: str, help_: str
) -> None:
    async with (
        a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig,
        aiohttp.ClientSession() as http,
        http.get(rig.url + path) as answer,
    ):
        page = await answer.text()
        assert answer.status == 404
        assert advice in page
        assert help_ in page
        assert ("sk your coordinator" in page) == path.startswith("/join/")


async def test_a_cookie_of_another_seat_or_session_opens_the_same_nothing(rig: Rig) -> None:
    first, second = await rig.open(), await rig.open()
    async with a_browser() as http:
        seat = await open_link(http, first.links["mentor"])
        (cookie,) = http.cookie_jar.filter_cookies(URL(seat.page)).values()
        nothing = await bytes_of(http, f"{rig.url}/nothing")
        for path in (
            f"/session/{first.session}/mentee",
            f"/session/{second.session}/mentor",
            f"/session/{second.session}/mentee",
        ):
            async with aiohttp.ClientSession(cookies={cookie.key: cookie.value}) as thief:
                assert await bytes_of(thief, rig.url + path) == nothing


async def test_a_wrong_method_says_which_are_right(rig: Rig) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.delete(f"{rig.url}/healthz", headers={"Origin": rig.url}) as answer:
            assert answer.status == 415
        headers = {"Origin": rig.url, "Content-Type": "application/x-www-form-urlencoded"}
        async with http.post(f"{rig.url}/healthz", data=b"", headers=headers) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")


async def test_a_fault_of_ours_says_so_and_nothing_else(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(token: str) -> None:
        raise RuntimeError("the secret of the house")

    opened = await rig.open()
    monkeypatch.setattr(rig.store.sessions, "seat_by_link", broken)
    async with aiohttp.ClientSession() as http:
        status, body, _ = await bytes_of(http, opened.links["mentor"])
    assert status == 500
    assert b"our side" in body
    assert b"secret" not in body


# Headers


async def test_pages_carry_the_policy_and_everything_carries_the_rest(rig: Rig) -> None:
    opened = await rig.open()
    async with a_browser() as http:
        seat: Seat = await open_link(http, opened.links["mentor"])
        _, _, page = await bytes_of(http, seat.page)
        _, _, health = await bytes_of(http, f"{rig.url}/healthz")
    policy = dict(part.split(" ", 1) for part in page["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "connect-src": f"'self' {rig.url.replace('http', 'ws')}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "lit-html ringback",
    }
    assert "unsafe" not in page["Content-Security-Policy"]
    for headers in (page, health):
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Server"] == "Ringback"
    assert "Content-Security-Policy" not in health
    assert "Strict-Transport-Security" not in page


def test_behind_tls_the_socket_is_wss_and_browsers_remember_https() -> None:
    always, pages = guard.headers_for(load({"RINGBACK_PUBLIC_URL": "https://call.example.org"}))
    assert "connect-src 'self' wss://call.example.org;" in pages["Content-Security-Policy"]
    assert always["Strict-Transport-Security"] == "max-age=15552000"


# Proxies and throttles


async def test_behind_a_trusted_proxy_plain_http_is_sent_to_https(tmp_path: Path) -> None:
    settings = {"RINGBACK_PUBLIC_URL": "https://call.example.org", "RINGBACK_TRUSTED_PROXIES": "127.0.0.0/8"}
    plain = {"X-Forwarded-Proto": "http", "X-Forwarded-For": "203.0.113.9"}
    async with a_rig(tmp_path, settings) as rig, aiohttp.ClientSession() as http:
        url = f"http://127.0.0.1:{rig.running.site.name.rsplit(':', 1)[1]}/join/abc?x=%2F"
        async with http.get(URL(url, encoded=True), headers=plain, allow_redirects=False) as answer:
            assert answer.status == 308
            assert answer.headers["Location"] == "https://call.example.org/join/abc?x=%2F"
        async with http.get(url, headers={"X-Forwarded-Proto": "https"}, allow_redirects=False) as answer:
            assert answer.status == 404


async def test_nobody_else_may_claim_to_be_a_proxy(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_JOINS_PER_MINUTE": "2"}) as rig, aiohttp.ClientSession() as http:
        statuses = []
        for number in range(4):
            headers = {"X-Forwarded-For": f"203.0.113.{number}"}
            async with http.get(f"{rig.url}/join/abc", headers=headers) as answer:
                statuses.append(answer.status)
        assert statuses == [404, 404, 429, 429]


async def test_the_throttle_on_links_goes_by_the_application_s_clock(tmp_path: Path) -> None:
    clock, settings = StillClock(), {"RINGBACK_JOINS_PER_MINUTE": "1"}
    async with a_rig(tmp_path, settings, clock) as rig, aiohttp.ClientSession() as http:
        link = f"{rig.url}/join/unknown"
        for status in (404, 429):
            async with http.get(link) as answer:
                assert answer.status == status
        clock.forward(seconds=61)
        async with http.get(link) as answer:
            assert answer.status == 404


async def test_opening_links_is_throttled_per_client_behind_a_proxy(tmp_path: Path) -> None:
    settings = {"RINGBACK_JOINS_PER_MINUTE": "2", "RINGBACK_TRUSTED_PROXIES": "127.0.0.1"}
    async with a_rig(tmp_path, settings) as rig, aiohttp.ClientSession() as http:

        async def join(address: str) -> int:
            async with http.get(f"{rig.url}/join/abc", headers={"X-Forwarded-For": address}) as answer:
                if answer.status == 429:
                    assert answer.headers["Retry-After"] == "60"
                return answer.status

        assert [await join("2001:db8::1"), await join("2001:db8::2"), await join("2001:db8::3")] == [
            404,
            404,
            429,
        ]
        assert await join("2001:db8:0:1::1") == 404, "another subscriber"
