"""The first page, with and without the demonstration, and its mailbox."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from server import keys
from server.booking import Booking, open_session, replace_link
from tests.rig import ANN, BEN, Rig, a_rig

PRESSED = {"": ""}
"""What a browser sends for a button without fields, near enough."""


async def get(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as browser, browser.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_who_comes_without_a_link_is_told_where_it_is(rig: Rig) -> None:
    status, page = await get(rig.url)
    assert status == 200
    assert "Open the personal link in your invitation mail" in page
    for path in ("/mailbox", "/mailbox/1", "/coordinator/demo/x"):
        assert (await get(rig.url + path))[0] == 404


async def test_the_demonstration_offers_two_links_that_survive_a_restart(tmp_path: Path) -> None:
    shown = []
    for _ in range(2):
        async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
            _, page = await get(rig.url)
            links = re.findall(r'href="[^"]*(/join/[^"]+)"', page)
            assert len(set(links)) == 2
            assert [(await get(rig.url + link))[0] for link in links] == [200, 200]
            shown.append((links, re.findall(r"/coordinator/demo/[\w-]+", page)))
    assert shown[0][0] == shown[1][0]
    assert shown[0][1] != shown[1][1], "the sign-in link is minted at each start"


async def test_a_demonstration_whose_session_is_over_offers_a_new_one(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
        _, before = await get(rig.url)
        [session] = await rig.store.calendar.around()
        await rig.store.sessions.end(session.id, "mentor")
        _, after = await get(rig.url)
        assert set(re.findall(r"/join/[\w-]+", before)).isdisjoint(re.findall(r"/join/[\w-]+", after))


async def test_a_demonstration_with_a_replaced_link_offers_a_new_session(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
        _, before = await get(rig.url)
        [session] = await rig.store.calendar.around()
        await replace_link(rig.store, rig.config, session, "mentor", revoke=False, who="coordinator")
        status, after = await get(rig.url)
        assert status == 200
        assert set(re.findall(r"/join/[\w-]+", before)).isdisjoint(re.findall(r"/join/[\w-]+", after))


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP"])
async def test_the_demonstration_shows_nothing_to_a_proxy_that_calls_itself_localhost(
    tmp_path: Path, header: str
) -> None:
    async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
        for path in ("/", "/mailbox"):
            assert (await get(rig.url + path))[0] == 200
            assert (await get(rig.url + path, **{header: "203.0.113.7"}))[0] == 404


async def test_the_demonstration_shows_nothing_to_a_proxy_that_adds_nothing(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.config.port)
        writer.write(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert b" 404 " in await reader.readline()
        writer.close()


async def test_the_demonstration_signs_in_by_a_button_not_by_a_link(tmp_path: Path) -> None:
    async with (
        a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
    ):
        _, page = await get(rig.url)
        path = re.findall(r"/coordinator/demo/[\w-]+", page)[0]
        origin = {"Origin": rig.url}
        async with browser.get(rig.url + path) as answer:
            assert "Set-Cookie" not in answer.headers
        async with browser.post(rig.url + path, data=PRESSED, headers=origin) as answer:
            assert answer.status == 200
            assert "Today" in await answer.text()
        async with browser.post(rig.url + path + "x", data=PRESSED, headers=origin) as answer:
            assert answer.status == 404


async def test_the_demonstration_is_shown_under_a_local_name_only(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
        for path in ("/", "/mailbox"):
            assert (await get(rig.url + path, Host="rebound.example"))[0] == 404
            assert (await get(rig.url + path))[0] == 200


async def test_the_mailbox_shows_a_mail_as_it_would_have_gone_out(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {"RINGBACK_DEMO": "1"}) as rig:
        assert "Nothing yet" in (await get(rig.url + "/mailbox"))[1]
        opened = await _invite(rig)
        _, page = await get(rig.url + "/mailbox")
        assert "waiting" not in page, "nothing goes out, so nothing waits for it"
        [first, _] = sorted(set(re.findall(r"/mailbox/\d+", page)))
        _, letter = await get(rig.url + first)
        assert "ann@example.org" in letter
        status, body = await get(f"{rig.url}{first}/html")
        assert status == 200
        assert opened in body
        assert (await get(rig.url + "/mailbox/999"))[0] == 404


async def _invite(rig: Rig) -> str:
    """Open a session with invitations; gives the mentor's link."""
    booking = Booking(ANN, BEN, rig.app[keys.CLOCK]())
    opened = await open_session(rig.store, rig.config, booking, opened_by=None, invite=True)
    return opened.links["mentor"]
