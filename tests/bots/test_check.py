"""A connection check as a program does it: over HTTP and real sockets, from a seat and from the open link."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select
from yarl import URL

from server import keys
from server.db import models
from signalling import protocol as p
from signalling.line_record import EVERY_MS, LOST
from tests.bots.checker import a_checker
from tests.bots.tab import a_browser, a_tab, connect, open_link
from tests.bots.visit import a_visit, of_a_clean_line
from tests.rig import Rig, a_rig, until

PATIENT = {"RINGBACK_CHECKS_LAG_MS": "10000", "RINGBACK_CHECKS_PRIVATE": "1"}
"""Tests run on busy machines without an address of the internet."""
SECOND = 1000 // EVERY_MS


@asynccontextmanager
async def a_patient_rig(folder: Path, **settings: str) -> AsyncGenerator[Rig]:
    async with a_rig(folder, PATIENT | settings) as rig:
        yield rig


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with a_patient_rig(tmp_path) as rig:
        yield rig


async def persons(rig: Rig, session_id: str) -> dict[str, str]:
    session = await rig.store.sessions.load(session_id)
    assert session
    return await rig.store.readiness.of([session.mentor.id, session.mentee.id])  # type: ignore[return-value]


async def test_a_whole_check_from_a_seat_leaves_a_word_for_that_person(rig: Rig) -> None:
    opened = await rig.open()
    async with a_visit(rig.url, opened.links["mentor"]) as ann, a_checker() as checker:
        assert (await ann.begin())[0] == 200
        assert (await ann.connect(checker))[0] == 200
        for seq in range(SECOND):
            checker.send(seq)
        await until(lambda: len(checker.replies) == SECOND)
        await until(lambda: checker.ear.seconds > 0.2)
        status, verdict = await ann.result()
    assert (status, verdict["readiness"], verdict["rung"], verdict["remedy"]) == (200, "good", "hd", "none")
    assert verdict["up"] == {"lossPm": 0, "jitterMs": 0, "reorderedPm": 0, "kbps": 5000}
    assert sorted((await persons(rig, opened.session)).values()) == ["good", "not_checked"]


async def test_both_read_both_words_in_the_lobby_as_soon_as_a_check_is_over(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentee"]) as ben, a_visit(rig.url, opened.links["mentor"]) as ann:
        await ann.begin()
        await ann.result(microphone="silent")
        assert (await ben.expect(p.ReadinessChanged)).readiness == p.PairReadiness(
            mine="not_checked", theirs="weak"
        )
        async with a_browser() as browser:
            back = await connect(await open_link(browser, opened.links["mentor"]))
            assert (await back.hello()).readiness == p.PairReadiness(mine="weak", theirs="not_checked")
            await back.stop()


async def test_a_check_from_the_open_link_stores_nothing_and_tells_nobody(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentee"]) as ben, a_visit(rig.url) as visit:
        await visit.begin()
        assert (await visit.result(up=[LOST] * 400))[1]["readiness"] == "not_ready"
        await ben.settle()
        assert ben.of(p.ReadinessChanged) == []
    assert set((await persons(rig, opened.session)).values()) == {"not_checked"}
    async with rig.store.readiness._database.reading() as reading:
        assert await reading.scalar(select(func.count()).select_from(models.Readiness)) == 0


async def test_the_page_is_there_for_anybody_and_at_a_seat_for_its_owner(rig: Rig) -> None:
    opened = await rig.open()
    async with a_visit(rig.url, opened.links["mentee"]) as ben, a_visit(rig.url) as stranger:
        async with ben.http.get(rig.url + ben.page) as answer:
            assert "Ann Archer: not checked yet" in await answer.text()
        async with stranger.http.get(rig.url + ben.page) as answer:
            assert answer.status == 404
        assert (await stranger.post(f"{ben.page}/begin"))[0] == 404
        async with stranger.http.get(f"{rig.url}/check") as answer:
            assert 'data-begin="/check"' in await answer.text()


async def test_bytes_to_measure_with_are_given_and_taken_within_a_budget(rig: Rig) -> None:
    async with a_visit(rig.url) as visit:
        await visit.begin()
        status, block = await visit.post("/check/down", ticket=visit.ticket)
        assert (status, len(block)) == (200, 1024 * 1024)
        assert (await visit.post("/check/up", ticket=visit.ticket, x="a" * 60_000))[0] == 204
        statuses = [(await visit.post("/check/down", ticket=visit.ticket))[0] for _ in range(12)]
        assert statuses == [200] * 10 + [409] * 2


async def test_a_check_asked_for_again_is_one_check(rig: Rig) -> None:
    async with a_visit(rig.url) as visit, a_checker() as checker:
        begun = [await visit.post("/check/begin", again="begin") for _ in range(3)]
        assert begun[1:] == begun[:1] * 2
        visit.ticket = begun[0][1]["ticket"]
        sdp = await checker.offer()
        asked = [visit.post("/check/offer", again="offer", ticket=visit.ticket, sdp=sdp) for _ in range(3)]
        offers = await asyncio.gather(*asked)
        assert offers[1:] == offers[:1] * 2
        await checker.accept(offers[0][1]["sdp"])
        await until(lambda: checker.open)
        handed = {"ticket": visit.ticket, "figures": of_a_clean_line()}
        results = await asyncio.gather(*(visit.post("/check/result", "result", **handed) for _ in range(3)))
        assert results[0][0] == 200
        assert results[1:] == results[:1] * 2


@pytest.mark.parametrize("path", ["offer", "up", "down", "result"])
async def test_without_a_ticket_there_is_nothing(rig: Rig, path: str) -> None:
    async with a_visit(rig.url) as visit:
        for ticket in ("", "x", "x" * 10_000, "\ud7ff\0"):
            status, body = await visit.post(f"/check/{path}", ticket=ticket)
            assert (status, body["error"]) == (409, "check.over")
        await visit.begin()
        await visit.post("/check/end", ticket=visit.ticket)
        assert (await visit.post(f"/check/{path}", ticket=visit.ticket))[1]["error"] == "check.over"


@pytest.mark.parametrize("sdp", ["", "v=0\r\n", "hello", "\0" * 100, "v=0\r\n" + "a" * 40_000])
async def test_an_offer_that_is_none_is_refused_in_words(rig: Rig, sdp: str) -> None:
    async with a_visit(rig.url) as visit:
        await visit.begin()
        status, body = await visit.post("/check/offer", ticket=visit.ticket, sdp=sdp)
        assert (status, body["error"]) == (409, "check.offer")
        assert "ry again" in body["sentence"]


@pytest.mark.parametrize("figures", ["", "{}", "[]", "NaN", '{"connected":true}', "{" * 5000])
async def test_figures_that_are_none_are_refused_and_the_check_goes_on(rig: Rig, figures: str) -> None:
    async with a_visit(rig.url) as visit:
        await visit.begin()
        status, body = await visit.post("/check/result", ticket=visit.ticket, figures=figures)
        assert (status, body["error"]) == (409, "check.malformed")
        assert (await visit.result())[0] == 200


async def test_a_web_socket_sends_back_what_a_check_sends_and_no_more(rig: Rig) -> None:
    async with a_visit(rig.url) as visit:
        await visit.begin()
        async with visit.socket() as socket:
            for text in (visit.ticket, "1", *"23456789"):
                await socket.send_str(text)
                assert await socket.receive_str() == text
            assert (await socket.receive()).data == 1008


@pytest.mark.parametrize(
    "first", ["", "no ticket", "x" * 200, b"\xff\xfe"], ids=["empty", "none", "long", "bytes"]
)
async def test_a_web_socket_without_a_check_is_closed(rig: Rig, first: str | bytes) -> None:
    async with a_visit(rig.url) as visit, visit.socket() as socket:
        await (socket.send_bytes(first) if isinstance(first, bytes) else socket.send_str(first))
        assert (await socket.receive()).data in (1008, 1009)


async def test_the_web_socket_is_for_our_own_pages(rig: Rig) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await http.ws_connect(f"{rig.url}/check/socket", origin="https://example.org")
        async with http.get(f"{rig.url}/check/socket", headers={"Origin": rig.url}) as answer:
            assert answer.status == 400


async def test_behind_a_proxy_web_sockets_of_checks_are_counted_per_client(tmp_path: Path) -> None:
    settings = {"RINGBACK_CONNECTIONS_PER_ADDRESS": "1", "RINGBACK_TRUSTED_PROXIES": "127.0.0.1"}
    async with a_rig(tmp_path, settings) as rig, aiohttp.ClientSession() as http:

        async def dial(client: str) -> aiohttp.ClientWebSocketResponse:
            headers = {"Origin": rig.url, "X-Forwarded-For": client}
            return await http.ws_connect(f"{rig.url}/check/socket", headers=headers)

        first = await dial("203.0.113.1")
        second = await dial("203.0.113.1")
        assert (await second.receive(timeout=3)).data == 1008, "one more than there may be"
        await first.send_str("no ticket")
        assert (await first.receive(timeout=3)).data == 1008
        third = await dial("203.0.113.1")
        with pytest.raises(TimeoutError):
            await third.receive(timeout=0.5)
        await third.close()


async def test_another_site_cannot_begin_a_check(rig: Rig) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{rig.url}/check/begin", data={}, headers={"Origin": "https://example.org"}) as answer,
    ):
        assert answer.status == 403


async def test_two_checks_at_once_per_address_and_then_a_time_to_come_again(rig: Rig) -> None:
    async with a_visit(rig.url) as visit:
        first = (await visit.begin())[1]["ticket"]
        assert (await visit.begin())[0] == 200
        status, body = await visit.begin()
        assert (status, body["error"], body["retry_s" if "retry_s" in body else "retryS"]) == (
            429,
            "check.busy",
            30,
        )
        await visit.post("/check/end", ticket=first)
        assert (await visit.begin())[0] == 200


async def test_a_person_who_begins_anew_ends_the_check_before(rig: Rig) -> None:
    opened = await rig.open()
    async with a_visit(rig.url, opened.links["mentor"]) as ann:
        before = (await ann.begin())[1]["ticket"]
        for _ in range(3):
            assert (await ann.begin())[0] == 200
        assert (await ann.post("/check/up", ticket=before))[1]["error"] == "check.over"


async def test_a_person_whose_new_check_is_refused_keeps_the_one_that_runs(rig: Rig) -> None:
    opened = await rig.open()
    async with a_visit(rig.url, opened.links["mentor"]) as ann, a_visit(rig.url) as visit:
        running = (await ann.begin())[1]["ticket"]
        for _ in range(5):
            await visit.begin()
            await visit.post("/check/end", ticket=visit.ticket)
        assert (await ann.begin())[1]["error"] == "check.too_often"
        assert (await ann.post("/check/up", ticket=running))[0] == 204


async def test_a_ticket_has_one_connection_and_a_few_offers(rig: Rig) -> None:
    async with a_visit(rig.url) as visit, a_checker() as first, a_checker() as second, a_checker() as third:
        await visit.begin()
        worker = rig.app[keys.CHECKS].worker
        assert (await visit.connect(first))[0] == 200
        offers = [await second.offer(), await third.offer()]
        ticket = visit.ticket
        answers = await asyncio.gather(
            *(visit.post("/check/offer", ticket=ticket, sdp=sdp) for sdp in [*offers, *offers])
        )
        assert sorted(status for status, _ in answers) == [200, 200, 409, 409]
        assert {body["error"] for status, body in answers if status == 409} == {"check.spent"}
        await until(lambda: first.channel.readyState == "closed")
        assert worker._checks == {ticket}
        # The later one lives, with the answer to its own offer.
        latest = max(range(4), key=lambda at: (answers[at][0] == 200, at))
        checker = (second, third)[latest % 2]
        await checker.accept(answers[latest][1]["sdp"])
        await until(lambda: checker.open)


async def test_six_checks_a_minute_per_address(rig: Rig) -> None:
    async with a_visit(rig.url) as visit:
        for _ in range(6):
            assert (await visit.begin())[0] == 200
            await visit.post("/check/end", ticket=visit.ticket)
        status, body = await visit.begin()
        assert (status, body["error"], body["retryS"]) == (429, "check.too_often", 60)


async def test_where_checks_are_switched_off_or_the_worker_is_late_none_begins(tmp_path: Path) -> None:
    async with a_patient_rig(tmp_path, RINGBACK_CHECKS_AT_ONCE="0") as rig, a_visit(rig.url) as visit:
        status, body = await visit.begin()
        assert (status, body["error"], body["retryS"]) == (409, "check.off", 0)
        for page in ("/check", "/"):
            async with visit.http.get(rig.url + page) as answer:
                text = await answer.text()
                assert answer.status == 200
                assert 'href="/check"' not in text
                assert ("switched off" in text) == (page == "/check")
        assert rig.app[keys.CHECKS].worker.pid is None
    async with a_patient_rig(tmp_path) as rig, a_visit(rig.url) as visit:
        rig.app[keys.CHECKS].worker.lag_ms = 10_001
        assert (await visit.begin())[1]["error"] == "check.busy"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_a_worker_lost_in_mid_check_costs_that_check_and_no_page(rig: Rig, how: signal.Signals) -> None:
    worker = rig.app[keys.CHECKS].worker
    async with a_visit(rig.url) as visit, a_checker() as checker, a_checker() as again:
        await visit.begin()
        await visit.connect(checker)
        lost, slowest_s = worker.pid, 0.0
        assert lost
        os.kill(lost, how)
        while worker.pid in (None, lost):
            began = time.monotonic()
            async with visit.http.get(f"{rig.url}/") as answer:
                assert answer.status == 200
            slowest_s = max(slowest_s, time.monotonic() - began)
            await asyncio.sleep(0.02)
        assert slowest_s < 0.5
        assert (await visit.post("/check/up", ticket=visit.ticket))[1]["error"] == "check.over"
        await visit.begin()
        assert (await visit.connect(again))[0] == 200


async def test_the_worker_begins_with_the_first_check_and_ends_with_the_server(tmp_path: Path) -> None:
    pids: list[int | None] = []
    async with a_patient_rig(tmp_path) as rig, a_visit(rig.url) as visit:
        worker = rig.app[keys.CHECKS].worker
        pids.append(worker.pid)
        await visit.begin()
        await until(lambda: worker.pid is not None)
        pids.append(worker.pid)
    assert pids[0] is None
    assert pids[1] is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pids[1], 0)


def test_the_seats_cookie_reaches_the_check() -> None:
    """It is scoped to the seat's path, which the check's page and its beginning lie below."""
    seat = URL("http://localhost/session/abc/mentor")
    assert (seat / "check" / "begin").path.startswith(f"{seat.path}/")
