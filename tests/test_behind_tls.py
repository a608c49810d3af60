"""As it is run for real: behind a proxy that ends TLS, over real sockets, from several addresses."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from server.pages import signin
from server.seats import COOKIE
from signalling import protocol as p
from tests.bots.tab import Tab, a_tab, connect, open_link
from tests.rig import Rig
from tests.test_pages_coordinator import Desk
from tests.tls_proxy import a_rig_behind_tls

HERE, THERE, ELSEWHERE = "127.0.0.2", "127.0.0.3", "127.0.0.4"
"""Three people's addresses; Linux has all of 127.0.0.0/8."""


@asynccontextmanager
async def a_browser(folder: Path, address: str = HERE) -> AsyncGenerator[aiohttp.ClientSession]:
    """One that trusts the certificate, at an address of its own."""
    try:
        socket.create_server((address, 0)).close()
    except OSError:
        pytest.skip(f"this system has no address {address}")
    trusting = ssl.create_default_context(cafile=folder / "cert.pem")
    connector = aiohttp.TCPConnector(ssl=trusting, local_addr=(address, 0), family=socket.AF_INET)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield http


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with a_rig_behind_tls(tmp_path) as running:
        yield running


@pytest.fixture
async def http(tmp_path: Path, rig: Rig) -> AsyncGenerator[aiohttp.ClientSession]:
    async with a_browser(tmp_path) as browser:
        yield browser


async def test_a_link_is_swapped_for_a_cookie_of_its_seat_that_only_tls_carries(
    rig: Rig, http: aiohttp.ClientSession
) -> None:
    opened = await rig.open()
    assert opened.links["mentor"].startswith("https://localhost:")
    async with http.get(opened.links["mentor"], allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (303, "no-store")
        assert answer.headers["Location"] == f"/session/{opened.session}/mentor"
        value, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert value.startswith(f"{COOKIE}=")
    assert sorted(attributes) == [
        "HttpOnly", f"Path=/session/{opened.session}/mentor", "SameSite=Lax", "Secure"
    ]  # fmt: skip
    plain = URL(f"http://localhost:{rig.config.port}/session/{opened.session}/mentor")
    assert not http.cookie_jar.filter_cookies(plain)


async def test_every_answer_tells_browsers_to_stay_with_https(rig: Rig, http: aiohttp.ClientSession) -> None:
    seat = await open_link(http, (await rig.open()).links["mentee"])
    for url in (seat.page, f"{rig.url}/healthz", f"{rig.url}/nothing"):
        async with http.get(url) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=15552000"
    async with http.get(seat.page) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert f"connect-src 'self' wss://localhost:{URL(rig.url).port};" in policy


async def test_two_meet_over_their_websockets(rig: Rig, tmp_path: Path) -> None:
    opened = await rig.open()
    async with a_browser(tmp_path, HERE) as here, a_browser(tmp_path, THERE) as there:
        mentor, mentee = opened.links["mentor"], opened.links["mentee"]
        async with a_tab(mentor, http=here) as ann, a_tab(mentee, http=there) as ben:
            for tab in (ann, ben):
                await tab.join()
            for tab in (ann, ben):
                await tab.expect(p.PeerChanged, lambda told: told.peer.presence == "call")


async def test_a_websocket_opens_for_the_own_https_origin_alone(
    rig: Rig, http: aiohttp.ClientSession
) -> None:
    seat = await open_link(http, (await rig.open()).links["mentor"])
    port = URL(rig.url).port
    for origin in (
        f"http://localhost:{port}",
        f"http://localhost:{rig.config.port}",
        f"https://localhost:{rig.config.port}",
        "https://localhost",
        f"https://localhost:{port}.example.org",
        "https://evil.example",
        "null",
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await connect(seat, origin=origin)
        assert refused.value.status == 403, origin
    tab = await connect(seat, origin=f"https://localhost:{port}")
    await tab.hello()
    await tab.stop()


async def statuses(http: aiohttp.ClientSession, url: str, claims: tuple[str, ...]) -> list[int]:
    """Of asking for a link that there is not, each time as if it was for somebody else."""
    found = []
    for claim in claims:
        async with http.get(f"{url}/join/unknown", headers={"X-Forwarded-For": claim}) as answer:
            found.append(answer.status)
    return found


CLAIMS = ("203.0.113.1", "203.0.113.2", "127.0.0.1", "203.0.113.3, 127.0.0.1")


async def test_links_are_counted_by_the_address_that_the_proxy_saw(tmp_path: Path) -> None:
    """Whatever a client says of itself, and whatever others do."""
    async with (
        a_rig_behind_tls(tmp_path, {"RINGBACK_JOINS_PER_MINUTE": "2"}) as rig,
        a_browser(tmp_path, HERE) as here,
        a_browser(tmp_path, THERE) as there,
        a_browser(tmp_path, ELSEWHERE) as elsewhere,
    ):
        assert await statuses(here, rig.url, CLAIMS) == [404, 404, 429, 429]
        assert await statuses(there, rig.url, CLAIMS) == [404, 404, 429, 429]
        past_the_proxy = f"http://127.0.0.1:{rig.config.port}"
        assert await statuses(elsewhere, past_the_proxy, CLAIMS) == [404, 404, 429, 429]


async def test_websockets_are_counted_by_the_address_that_the_proxy_saw(tmp_path: Path) -> None:
    async with (
        a_rig_behind_tls(tmp_path, {"RINGBACK_CONNECTIONS_PER_ADDRESS": "1"}) as rig,
        a_browser(tmp_path, HERE) as here,
        a_browser(tmp_path, THERE) as there,
    ):
        opened = await rig.open()
        ours, theirs = [await open_link(http, opened.links["mentor"]) for http in (here, there)]
        tabs: list[Tab] = [await connect(seat) for seat in (ours, ours, theirs)]
        assert await tabs[1].closed() == p.CLOSE_LATER
        for tab in (tabs[0], tabs[2]):
            await tab.hello()
        for tab in tabs:
            await tab.stop()


async def test_a_coordinator_signs_in_with_a_cookie_that_only_tls_carries(
    rig: Rig, http: aiohttp.ClientSession
) -> None:
    desk = Desk(rig, http)
    await desk.set_up()
    await desk.post("/coordinator/sign-out")
    form = {"email": "cora@example.org", "password": "x", "code": "1"}
    for origin in ("https://evil.example", rig.url.replace("https", "http")):
        headers = {"Origin": origin}
        async with http.post(f"{rig.url}/coordinator/sign-in", data=form, headers=headers) as answer:
            assert answer.status == 403, origin
            assert "own page" in await answer.text()
    assert (await desk.sign_in(code=desk.code(1)))[0] == 200
    (cookie,) = [each for each in http.cookie_jar if each.key == signin.COOKIE]
    assert (cookie["path"], cookie["samesite"]) == ("/coordinator", "Lax")
    assert cookie["secure"]
    assert cookie["httponly"]


async def test_who_practises_has_a_cookie_that_only_tls_carries(
    rig: Rig, http: aiohttp.ClientSession
) -> None:
    seat = await open_link(http, (await rig.open()).links["mentor"])
    async with http.get(f"{seat.page}/practise", allow_redirects=False) as answer:
        assert answer.status == 303
        attributes = answer.headers["Set-Cookie"].split("; ")
    assert attributes[0].startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(attributes)
    assert any(each.startswith("Path=/rehearsal/") for each in attributes)
