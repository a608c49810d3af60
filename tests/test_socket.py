"""The connection's own rules: hello first, at a bearable pace, read as fast as one is told things."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

import aiohttp
import pytest

from server import socket as sockets
from server.connection import MAX_QUEUED_BYTES
from server.db.errors import UnavailableError
from server.socket import Pace
from signalling import protocol as p
from tests.bots.tab import Seat, Tab, a_browser, a_tab, both_in_call, connect, new_id, open_link
from tests.rig import Rig, a_rig, until


async def a_seat(rig: Rig, http: aiohttp.ClientSession) -> Seat:
    return await open_link(http, (await rig.open()).links["mentor"])


def hello(tab: Tab) -> p.Hello:
    return p.Hello(version=p.VERSION, client=tab.client, note_seq=0, stay="lobby")


async def test_without_a_hello_the_connection_ends(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(p, "HELLO_WITHIN_MS", 200)
    async with a_browser() as http:
        tab = await connect(await a_seat(rig, http))
        assert await tab.closed() == p.CLOSE_HELLO


@pytest.mark.parametrize("first", ['{"type":"ping","n":1}', "nonsense", '{"type":"hello"}'])
async def test_anything_else_first_ends_the_connection(rig: Rig, first: str) -> None:
    async with a_browser() as http:
        tab = await connect(await a_seat(rig, http))
        await tab.ws.send_str(first)
        assert await tab.closed() == p.CLOSE_HELLO
        assert tab.of(p.Welcome) == []


async def test_a_note_before_the_hello_ends_the_connection(rig: Rig) -> None:
    async with a_browser() as http:
        tab = await connect(await a_seat(rig, http))
        await tab.send_note(b"update")
        assert await tab.closed() == p.CLOSE_HELLO


async def test_a_page_of_another_version_is_told_to_load_again(rig: Rig) -> None:
    async with a_browser() as http:
        tab = await connect(await a_seat(rig, http))
        await tab.send(p.Hello(version=p.VERSION + 1, client=tab.client, note_seq=0, stay="lobby"))
        assert (await tab.expect(p.Refused)).error == "version.other"
        assert await tab.closed() == p.CLOSE_VERSION


async def test_while_the_store_cannot_be_read_the_browser_is_asked_to_come_later(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(session_id: str) -> None:
        raise UnavailableError("locked")

    async with a_browser() as http:
        seat = await a_seat(rig, http)
        monkeypatch.setattr(rig.store.sessions, "load", away)
        tab = await connect(seat)
        await tab.send(hello(tab))
        assert await tab.closed() == p.CLOSE_LATER


async def test_while_the_panels_cannot_be_read_the_browser_is_asked_to_come_later(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(session_id: str) -> None:
        raise UnavailableError("locked")

    monkeypatch.setattr(rig.store.panels, "agenda", away)
    async with a_browser() as http:
        tab = await connect(await a_seat(rig, http))
        await tab.send(hello(tab))
        assert await tab.closed() == p.CLOSE_LATER


async def test_what_is_no_message_is_answered_and_forgiven(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as tab:
        await tab.ws.send_str("{")
        assert (await tab.expect(p.Refused)).error == "frame.malformed"
        await tab.settle()


async def test_a_frame_over_64_kib_ends_its_own_connection_only(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.ws.send_str("x" * (p.MAX_FRAME_BYTES + 1))
        assert await mentor.closed() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await mentee.settle()


def test_the_pace_allows_a_burst_and_then_so_many_a_second() -> None:
    pace = Pace(0.0)
    assert all(pace.allows(0.0) for _ in range(p.BURST))
    assert not pace.allows(0.0)
    pace = Pace(0.0)
    for second in range(1, 61):
        allowed = [pace.allows(float(second)) for _ in range(p.SUSTAINED_PER_S)]
        assert all(allowed), second
    pace = Pace(0.0)
    assert all(pace.allows(1000.0) for _ in range(p.BURST))
    assert not pace.allows(1000.0), "a long silence saves up no more than a burst"


async def test_who_talks_too_fast_is_cut_off(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        for number in range(2 * p.BURST):
            with contextlib.suppress(ConnectionError):  # the server may have had enough by now
                await mentor.send(p.Ping(n=number))
        assert await mentor.closed() == p.CLOSE_TOO_FAST
        assert (await mentee.expect(p.PeerChanged)).peer.presence == "away"


async def test_what_waited_for_a_welcome_that_never_comes_is_said_once(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is closed while its welcome is put together."""
    held = asyncio.Event()

    async def slowly(session_id: str) -> list[p.AgendaItem]:
        await held.wait()
        return []

    monkeypatch.setattr(rig.store.panels, "agenda", slowly)
    async with a_browser() as http:
        seat = await a_seat(rig, http)
        session_id = seat.page.split("/")[-2]
        tab = await connect(seat)
        await tab.send(hello(tab))
        await until(lambda: session_id in rig.rooms and bool(rig.rooms[session_id].seated("mentor")))
        (connection,) = rig.rooms[session_id].seated("mentor")
        connection.send(p.Pong(n=7))
        connection.close(p.CLOSE_LATER, "later")
        connection.greet(a_welcome(session_id), [])
        assert await tab.closed() == p.CLOSE_LATER
        assert tab.inbox == [p.Pong(n=7)]
        held.set()


def a_welcome(session_id: str) -> p.Welcome:
    seat = p.Seat(role="mentor", name="Ann Archer", presence="lobby")
    return p.Welcome(
        readiness=p.PairReadiness(mine="not_checked", theirs="not_checked"),
        version=p.VERSION,
        now=0,
        session=p.SessionInfo(id=session_id, starts=0, minutes=30, opens=0, state="open", met=False),
        you=seat,
        peer=seat,
        ice_servers=[],
        agenda=[],
        current=p.Current(item=None, since=0),
        goals=[],
        plan=p.Plan(rings="mentor"),
        phone="hidden",
        note_seq=0,
    )


async def test_who_does_not_read_is_cut_off_and_the_talker_is_not_held_up(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor, a_browser() as http:
        seat = await open_link(http, opened.links["mentee"])
        deaf = await http.ws_connect(seat.socket, headers={"Origin": seat.origin}, max_msg_size=0)
        await deaf.send_str(p.encode(p.Hello(version=1, client=new_id(), note_seq=0, stay="lobby")))
        await deaf.receive()
        assert deaf._reader is not None
        deaf._reader._protocol.pause_reading()
        (connection,) = rig.rooms[opened.session].seated("mentee")
        sent = 0
        while not connection.closing:
            chat = p.Chatted(op=new_id(), text="x" * 2000)
            connection.send(chat)
            sent += len(p.encode(chat))
            await asyncio.sleep(0)
        assert MAX_QUEUED_BYTES < sent < 8 * MAX_QUEUED_BYTES, "what is kept for it is bounded"
        assert (
            await mentor.expect(p.PeerChanged, lambda told: told.peer.presence == "away")
        ).peer.client is None
        await mentor.settle()
        deaf._reader._protocol.resume_reading()
        await deaf.close()


async def test_a_dead_connection_is_noticed_by_its_heartbeat(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "HEARTBEAT_S", 0.3)
    opened = await rig.open()
    async with a_browser() as http:
        seat = await open_link(http, opened.links["mentee"])
        dead = await http.ws_connect(seat.socket, headers={"Origin": seat.origin}, autoping=False)
        await dead.send_str(p.encode(p.Hello(version=1, client=new_id(), note_seq=0, stay="lobby")))
        await until(lambda: rig.rooms.presences(opened.session)["mentee"] == "lobby")
        await until(lambda: rig.rooms.presences(opened.session)["mentee"] == "away")
        await dead.close()


async def test_behind_a_proxy_sockets_are_counted_per_client(tmp_path: Path) -> None:
    settings = {"RINGBACK_CONNECTIONS_PER_ADDRESS": "1", "RINGBACK_TRUSTED_PROXIES": "127.0.0.1"}
    async with a_rig(tmp_path, settings) as rig, a_browser() as http:
        seat = await a_seat(rig, http)

        async def dial(client: str) -> aiohttp.ClientWebSocketResponse:
            headers = {"Origin": rig.url, "X-Forwarded-For": client}
            return await http.ws_connect(seat.socket, headers=headers)

        first = await dial("203.0.113.1")
        second = await dial("203.0.113.1")
        assert (await second.receive()).data == p.CLOSE_LATER
        third = await dial("203.0.113.2")
        await third.send_str(p.encode(p.Hello(version=1, client=new_id(), note_seq=0, stay="lobby")))
        assert (await third.receive()).type is aiohttp.WSMsgType.TEXT
        for ws in (first, second, third):
            await ws.close()


async def test_a_fault_of_ours_ends_one_connection_and_is_logged(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):

        def broken(*_: object) -> None:
            raise RuntimeError("a fault")

        with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
            patched.setattr(rig.rooms, "receive", broken)
            await mentor.send(p.Ping(n=1))
            assert await mentor.closed() == aiohttp.WSCloseCode.INTERNAL_ERROR
        assert "a connection failed" in caplog.text
        await mentee.settle()


async def test_the_address_of_a_socket_answers_no_plain_request(rig: Rig) -> None:
    async with a_browser() as http:
        seat = await a_seat(rig, http)
        async with http.get(seat.socket, headers={"Origin": rig.url}) as answer:
            assert answer.status == 400
