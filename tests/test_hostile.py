"""Input meant to harm: a clear error, its own connection at most, other rooms unaffected, the process alive.

Not here: origins, forms and random links (`test_guard`), the limits of single fields (`test_protocol`).
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from server.db import attendance, consent, panels
from server.seats import COOKIE, seat_path
from signalling import protocol as p
from tests.bots.tab import JOINED, Seat, a_browser, a_tab, both_in_call, connect, new_id, open_link
from tests.note_bytes import nested, write
from tests.rig import Rig


@asynccontextmanager
async def bystanders(rig: Rig) -> AsyncGenerator[None]:
    """A call in another room, which must notice nothing of what happens meanwhile."""
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        yield
        op = new_id()
        await mentor.send(p.Chat(op=op, text="Did you hear anything?"))
        assert (await mentee.expect(p.Chatted)).op == op
        for tab in (mentor, mentee):
            await tab.settle()
            assert tab.close_code is None
            assert [each for each in tab.inbox if not isinstance(each, p.Pong | p.Delivered)] == []
    async with aiohttp.ClientSession() as http, http.get(f"{rig.url}/healthz") as answer:
        assert answer.status == 200


# Sender and room come from the connection, never from the payload


@pytest.mark.parametrize(
    "forgery",
    [{"sender": new_id()}, {"role": "mentor"}, {"from": "mentor"}, {"session": "x"}, {"by": "mentor"}],
)
async def test_a_message_cannot_name_its_sender(rig: Rig, forgery: dict[str, str]) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        for message in (
            {"type": "end"},
            {"type": "offer", "to": mentor.client, "sdp": "v=0"},
            {"type": "set_phone", "state": "active"},
            {"type": "set_number", "op": new_id(), "number": "+447700900009", "granted": True},
        ):
            await mentee.ws.send_str(json.dumps({**message, **forgery}))
            assert (await mentee.expect(p.Refused)).error == "frame.malformed"
        await mentor.settle()
        assert [each for each in mentor.inbox if not isinstance(each, p.Pong)] == []


async def test_what_the_server_says_cannot_be_said_to_it(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (_, mentee):
        for message in (p.Ended(by="mentor"), p.Moved(), p.Saved(op=new_id()), p.IceServers(ice_servers=[])):
            await mentee.ws.send_str(p.encode(message))
            assert (await mentee.expect(p.Refused)).error == "frame.malformed"


async def test_an_offer_cannot_be_sent_into_another_room(rig: Rig) -> None:
    first, second = await rig.open(), await rig.open()
    async with (
        both_in_call(*first.links.values()) as (victim, _),
        a_tab(second.links["mentor"], in_call=True) as evil,
    ):
        await evil.send(p.Offer(to=victim.client, sdp="v=0"))
        await evil.send(p.Chat(op=new_id(), text="hello"))
        assert (await evil.expect(p.Refused)).error == "peer.gone"
        await victim.settle()
        assert victim.of(p.Offered) == []
        assert victim.of(p.Chatted) == []


async def test_a_seat_cannot_be_taken_with_the_cookie_of_another(rig: Rig) -> None:
    first, second = await rig.open(), await rig.open()
    async with a_browser() as http, bystanders(rig):
        seat = await open_link(http, first.links["mentee"])
        (cookie,) = http.cookie_jar.filter_cookies(URL(seat.page)).values()
        for path in (
            seat_path(first.session, "mentor"),
            seat_path(second.session, "mentee"),
            seat_path(second.session, "mentor"),
            "/session/unknown/mentee",
            f"/session/{first.session}/coordinator",
        ):
            async with aiohttp.ClientSession(cookies={COOKIE: cookie.value}) as thief:
                tab = await connect(Seat(thief, rig.url + path, rig.url))
                await tab.send(p.Hello(version=1, client=tab.client, note_seq=0, stay="call"))
                assert await tab.closed() == p.CLOSE_SHUT_OUT
                assert tab.inbox == []


async def test_without_a_cookie_nobody_gets_a_word(rig: Rig) -> None:
    opened = await rig.open()
    for cookies in ({}, {COOKIE: ""}, {COOKIE: "A" * 43}, {COOKIE: "'; DROP TABLE seat; --"}):
        async with aiohttp.ClientSession(cookies=cookies) as http:
            tab = await connect(Seat(http, rig.url + seat_path(opened.session, "mentor"), rig.url))
            await tab.send(p.Hello(version=1, client=tab.client, note_seq=0, stay="lobby"))
            assert await tab.closed() == p.CLOSE_SHUT_OUT
            assert tab.inbox == []


# Too much


async def test_a_description_of_a_megabyte_ends_its_own_connection(rig: Rig) -> None:
    opened = await rig.open()
    async with bystanders(rig), both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.send(p.Offer(to=mentee.client, sdp="x" * (1 << 20)))
        assert await mentor.closed() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await mentee.settle()
        assert mentee.of(p.Offered) == []


async def test_a_description_over_its_limit_is_refused(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.send(p.Offer(to=mentee.client, sdp="x" * (p.MAX_SDP_BYTES + 1)))
        assert (await mentor.expect(p.Refused)).error == "frame.malformed"
        await mentor.send(p.Offer(to=mentee.client, sdp="x" * p.MAX_SDP_BYTES))
        assert len((await mentee.expect(p.Offered)).sdp) == p.MAX_SDP_BYTES


async def test_a_flood_of_candidates_stops_at_forty(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        for number in range(60):
            await mentor.send(p.Candidate(to=mentee.client, candidate=f"candidate:{number}"))
        await mentor.settle()
        await mentee.settle()
        assert len(mentee.of(p.Candidated)) == p.MAX_CANDIDATES


async def test_a_flood_of_messages_disturbs_nobody_else(rig: Rig) -> None:
    opened = await rig.open()
    async with bystanders(rig), a_tab(opened.links["mentor"]) as mentor:
        frame = p.encode(p.Chat(op=new_id(), text="x" * 2000))
        for _ in range(3 * p.BURST):
            if mentor.ws.closed:
                break
            await mentor.ws.send_str(frame)
        assert await mentor.closed() == p.CLOSE_TOO_FAST


async def test_coming_going_and_telephoning_as_fast_as_allowed_fills_no_database(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cap in ("MAX_STAYS", "MAX_PHONE_CHANGES"):
        monkeypatch.setattr(attendance, cap, 5)
    monkeypatch.setattr(panels, "MAX_REMEMBERED", 5)
    monkeypatch.setattr(panels, "FORGOTTEN_AT_ONCE", 5)
    monkeypatch.setattr(consent, "MAX_CHANGES", 5)
    opened = await rig.open()
    async with bystanders(rig), both_in_call(*opened.links.values()) as (mentor, mentee):
        for number in range(p.BURST // 8):
            phone: p.PhoneState = "active" if number % 2 else "offered"
            consented = p.SetNumber(op=new_id(), number="+447700900001", granted=bool(number % 2))
            for message in (p.Leave(), p.Join(status=JOINED), p.SetPhone(state=phone), consented):
                await mentor.send(message)
        await mentor.expect(p.Saved, lambda told: told.op == consented.op)
        await rig.written(opened.session)
        assert (await mentee.expect(p.PlanChanged)).plan is not None
        await mentor.settle()
    kept = {"presence": 6, "phone_change": 5, "operation": 10, "audit": 12}
    with closing(sqlite3.connect(tmp_path / "data" / "ringback.sqlite3")) as connection:
        for table, most in kept.items():
            count = f"SELECT count(*) FROM {table} WHERE session_id = ?"
            (rows,) = connection.execute(count, [opened.session]).fetchone()
            assert rows <= most, table


async def test_a_compressed_frame_is_not_accepted(rig: Rig) -> None:
    opened = await rig.open()
    async with a_browser() as http:
        seat = await open_link(http, opened.links["mentor"])
        ws = await http.ws_connect(seat.socket, headers={"Origin": seat.origin}, compress=15)
        assert ws.compress == 0, "permessage-deflate is not offered: no bombs, and 52 KiB less a connection"
        await ws.close()


async def test_a_flood_of_minutes_fills_no_disk_and_disturbs_nobody_else(rig: Rig) -> None:
    """It is taken as far as it can be true: the age of the session, and a minute more."""
    opened = await rig.open()
    async with bystanders(rig), a_tab(opened.links["mentor"]) as mentor:
        for _ in range(p.BURST // 2):
            await mentor.send(a_minute({"sd": 30}))
        await mentor.settle()
        await rig.written(opened.session)
        await mentor.settle()
        assert len(mentor.of(p.Saved)) == 2
        assert {each.error for each in mentor.of(p.Refused)} == {"minute.impossible"}
        kept = (await rig.store.calls.minutes([opened.session]))[opened.session]
        assert [each.role for each in kept] == ["mentor", "mentor"]


def a_minute(seconds: dict[p.Rung, int]) -> p.AddMinute:
    return p.AddMinute(
        op=new_id(), seconds=seconds, lost_s=0, breaks=0, concealed_pm=None, loss_pm=None, rtt_ms=None
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": {}},
        {"seconds": []},
        {"seconds": None},
        {"seconds": {"turbo": 1}},
        {"seconds": {"sd": 61}},
        {"seconds": {"sd": -1}},
        {"seconds": {"sd": 1.5}},
        {"seconds": {"sd": "60"}},
        {"seconds": {"sd": 60}, "lostS": 61},
        {"seconds": {"sd": 60}, "lossPm": 1001},
        {"seconds": {"sd": 60}, "rttMs": 60_001},
        {"seconds": {"sd": 60}, "concealedPm": True},
        {"seconds": {"sd": 60}, "address": "192.0.2.7"},
        {"seconds": {"sd": 60}, "ageMs": -1},
    ],
    ids=str,
)
async def test_a_minute_of_another_shape_is_no_minute(rig: Rig, wrong: dict[str, object]) -> None:
    opened = await rig.open()
    usual = {"type": "add_minute", "op": new_id(), "lostS": 0, "breaks": 0}
    means = {"concealedPm": None, "lossPm": None, "rttMs": None}
    async with a_tab(opened.links["mentor"]) as mentor:
        await mentor.ws.send_str(json.dumps(usual | means | wrong))
        assert (await mentor.expect(p.Refused)).error == "frame.malformed"
        await mentor.ws.send_str(json.dumps(usual | means | {"seconds": {"sd": 60}}))
        assert (await mentor.expect(p.Saved)).op == usual["op"]


# Nonsense


FRAMES = [
    "",
    "null",
    "[]",
    "{}",
    '{"type":"hello"}',
    '{"type":"offer","to":null,"sdp":null}',
    '{"type":["end"]}',
    '{"type":"end","type":"end"}' + " " * 1000,
    "\x00" * 100,
    "[" * 60_000,
    '{"a":' * 12_000,
    '{"type":"chat","op":"' + new_id() + '","text":"\\ud800"}',
    '{"type":"ping","n":NaN}',
    '{"type":"ping","n":' + "9" * 5000 + "}",
]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame[:16])
async def test_nonsense_is_answered_with_an_error(rig: Rig, frame: str) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        await mentor.ws.send_str(frame)
        if frame != FRAMES[7]:
            assert (await mentor.expect(p.Refused)).error == "frame.malformed"
        await mentor.settle()


async def test_bytes_that_are_no_utf_8_end_their_own_connection(rig: Rig) -> None:
    opened = await rig.open()
    async with bystanders(rig), a_tab(opened.links["mentor"]) as mentor:
        writer = mentor.ws._writer
        await writer.send_frame(b"\xff\xfe", aiohttp.WSMsgType.TEXT)
        assert await mentor.closed() == aiohttp.WSCloseCode.INVALID_TEXT


async def test_random_frames_leave_the_room_as_it_was(rig: Rig) -> None:
    opened, dice = await rig.open(), random.Random(7)
    async with bystanders(rig), both_in_call(*opened.links.values()) as (mentor, mentee):
        valid = p.encode(p.SetRung(op=new_id(), rung="sd", previous="hd", reason="loss", whose="mine"))
        for _ in range(120):
            start, end = sorted(dice.sample(range(len(valid)), 2))
            noise = "".join(chr(dice.randrange(32, 0x2FF)) for _ in range(dice.randrange(8)))
            await mentor.ws.send_str(valid[:start] + noise + valid[end:])
        await mentor.settle()
        assert mentor.close_code is None
        await mentee.settle()
        assert {type(each) for each in mentee.inbox} <= {p.Pong, p.PeerRung}


@pytest.mark.parametrize("reserved", [3, 7, 0xB, 0xF])
async def test_reserved_opcodes_end_their_own_connection(rig: Rig, reserved: int) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        mask = b"\x00\x00\x00\x00"
        transport = mentor.ws._conn.transport if mentor.ws._conn else None
        assert isinstance(transport, asyncio.Transport)
        transport.write(bytes([0x80 | reserved, 0x80]) + mask)
        assert await mentor.closed() in {
            aiohttp.WSCloseCode.PROTOCOL_ERROR,
            aiohttp.WSCloseCode.ABNORMAL_CLOSURE,
        }


# Notes that kill whoever reads them


async def test_the_nested_update_kills_nobody(rig: Rig) -> None:
    opened = await rig.open()
    async with bystanders(rig), both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.send_note(write(7, 0, "Before"))
        await mentee.expect_note(write(7, 0, "Before"))
        await mentor.send_note(nested(20_000))
        assert (await mentor.expect(p.Refused, within_s=10)).error == "note.malformed"
        after = write(8, 0, "After")
        await mentee.send_note(after)
        await mentor.expect_note(after)
        assert not any(data == nested(20_000) for _, data in mentee.notes)


async def test_a_tab_that_says_hello_twice_stays_who_it_is(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.send(p.Hello(version=1, client=mentee.client, note_seq=0, stay="lobby"))
        assert (await mentor.expect(p.Refused)).error == "hello.twice"
        await mentee.settle()
        assert mentee.of(p.PeerChanged) == []


async def test_two_tabs_that_claim_the_same_client_name_are_still_two_people(rig: Rig) -> None:
    opened = await rig.open()
    name = new_id()
    async with (
        a_tab(opened.links["mentor"], client=name, in_call=True) as mentor,
        a_tab(opened.links["mentee"], client=name, in_call=True) as mentee,
    ):
        await mentee.send(p.Offer(to=name, sdp="v=0"))
        assert (await mentor.expect(p.Offered)).sdp == "v=0"
        await mentee.settle()
        assert mentee.of(p.Offered) == []
