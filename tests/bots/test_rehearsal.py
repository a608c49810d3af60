"""Practising alone over real sockets: the partner answers, its line gets worse and better, nothing stays."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import create_engine, func, select

from server import keys
from server.db.engine import database_url
from server.db.models import Base
from server.media.supervisor import MediaWorker
from server.rehearsal.rehearsals import PARTNERS_NUMBER, Rehearsals
from signalling import protocol as p
from tests.bots.participant import Participant
from tests.bots.practice import a_practice, set_line
from tests.bots.tab import UnexpectedError, a_browser, connect, new_id, open_link
from tests.rig import Rig, a_rig, until

SETUP_S = 20.0
PATIENT = {"RINGBACK_CHECKS_LAG_MS": "10000", "RINGBACK_CHECKS_PRIVATE": "1"}
"""Tests run on busy machines without an address of the internet."""
DEMO = {"RINGBACK_DEMO": "1", **PATIENT}
SILENT_S = 1.0
HELD_S = 0.15
LATE_MS = 50


@pytest_asyncio.fixture
async def demo(tmp_path: Path) -> AsyncGenerator[Rig]:
    async with a_rig(tmp_path, DEMO) as rig:
        yield rig


def rehearsals(rig: Rig) -> Rehearsals:
    return rig.app[keys.REHEARSALS]


def worker(rig: Rig) -> MediaWorker:
    return rig.app[keys.CHECKS].worker


def rows_on_disk(rig: Rig) -> int:
    """Of all tables of the real database, read past the server."""
    engine = create_engine(database_url(rig.config.data).replace("+aiosqlite", ""))
    try:
        with engine.connect() as connection:
            return sum(
                connection.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            )
    finally:
        engine.dispose()


async def in_call(bot: Participant) -> None:
    await bot.join()
    await until(lambda: bot.connected and bot.talking, SETUP_S)


async def hears_itself(bot: Participant) -> None:
    """Its own tone comes back; the chime before it is another."""
    ear = bot.ear
    await until(
        lambda: ear.seconds > 0.5 and abs(ear.pitch_hz() - 440) < 5 and ear.loudness() > 1000, SETUP_S
    )


async def test_one_link_leads_to_a_partner_who_is_seen_and_says_the_same_again(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        await in_call(bot)
        await until(lambda: bot.eye.pictures >= 10, SETUP_S)
        await hears_itself(bot)
        assert bot.tab.of(p.PeerRung)


async def test_the_partner_may_be_in_the_call_first(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        if bot.welcome.peer.presence != "call":
            await bot.tab.expect(p.PeerChanged, lambda told: told.peer.presence == "call")
        await in_call(bot)
        await hears_itself(bot)


async def test_agenda_goals_notes_and_chat_work_as_in_any_room(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        await in_call(bot)
        goal, item = new_id(), new_id()
        await bot.tab.send(p.EditAgenda(op=new_id(), item=item, text="Breathe"))
        await bot.tab.expect(p.AgendaEdited, lambda told: told.item.item == item)
        await bot.tab.send(p.EditGoal(op=new_id(), goal=goal, specific="Give a talk"))
        await bot.tab.expect(p.GoalEdited, lambda told: told.goal.goal == goal)
        note = await bot.tab.send_note(b"\0\0")
        await bot.tab.expect(p.NoteSaved, lambda told: told.id == note)
        op = new_id()
        bot.say({"type": "chat", "op": op, "text": "Hello"})
        await until(
            lambda: len([each for each in bot.received if each["type"] in ("chat", "delivered")]) == 2
        )
        told = {each["type"]: each for each in bot.received}
        assert told["delivered"]["op"] == op
        assert told["chat"]["text"] == "You wrote: Hello"


async def test_the_plan_has_a_number_that_nobody_has(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        plan = bot.welcome.plan
        assert plan.rings == bot.tab.seat.role
        assert plan.theirs is not None
        assert plan.theirs.tel == f"tel:{PARTNERS_NUMBER}"
        assert PARTNERS_NUMBER.startswith("+447700900")


async def test_a_dark_line_silences_the_partner_and_a_good_one_brings_it_back(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        await in_call(bot)
        await until(lambda: bot.eye.pictures >= 5, SETUP_S)
        assert await set_line(bot, "dark") == 204
        seen = -1
        while seen != bot.eye.pictures:
            seen = bot.eye.pictures
            await asyncio.sleep(SILENT_S)
        assert bot.connected, "nothing was closed: it is the line that is silent"
        assert await set_line(bot, "good") == 204
        await until(lambda: bot.eye.pictures >= seen + 10, SETUP_S)
        await hears_itself(bot)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_a_lost_worker_is_followed_by_a_partner_in_another_tab(demo: Rig, how: signal.Signals) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        await in_call(bot)
        first, pid = bot.peer, worker(demo).pid
        assert pid
        os.kill(pid, how)
        await bot.stop()  # before another partner comes: this connection is of no use to it
        again = await bot.tab.expect(
            p.PeerChanged, lambda told: told.peer.presence == "call" and told.peer.client != first
        )
        assert again.peer.client
        # A new connection, as a page makes one.
        fresh = Participant(bot.tab, tone_hz=440.0, rgb=(30, 30, 220), joined=True)
        try:
            fresh.meet(again.peer)
            await until(lambda: fresh.connected and fresh.eye.pictures >= 5, SETUP_S)
        finally:
            await fresh.stop()


async def test_nothing_is_left_when_the_page_is_closed_and_nothing_was_ever_on_disk(demo: Rig) -> None:
    async with aiohttp.ClientSession() as http, http.get(demo.url):
        before = rows_on_disk(demo)
    async with a_practice(f"{demo.url}/practise") as bot:
        await in_call(bot)
        await bot.tab.send(p.EditAgenda(op=new_id(), item=new_id(), text="A secret"))
        await bot.tab.send_note(b"\0\0")
        await bot.tab.settle()
        assert await rehearsals(demo).memory.rows() > 0
        assert rows_on_disk(demo) == before
        await bot.tab.send(p.End())
        await bot.tab.expect(p.Ended)
    await until(lambda: _empty(demo))
    assert rows_on_disk(demo) == before
    assert await demo.store.outbox.listing() == []
    assert not worker(demo).stage._parts, "the worker plays nobody any more"


async def test_a_rehearsal_that_was_left_is_over_by_itself(
    demo: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.rehearsal.rehearsals.LEFT_S", 1.0)
    async with a_practice(f"{demo.url}/practise") as bot:
        await in_call(bot)
        await bot.tab.send(p.Leave())
        await bot.tab.expect(p.Ended)


async def test_from_a_seat_the_name_is_known_and_the_session_itself_is_untouched(tmp_path: Path) -> None:
    async with a_rig(tmp_path, PATIENT) as rig, a_browser() as http:
        opened = await rig.open()
        seat = await open_link(http, opened.links["mentee"])
        async with a_practice(f"{seat.page}/practise", http=http) as bot:
            assert bot.welcome.you.name == "Ben Brook"
            await in_call(bot)
        assert opened.session not in rig.rooms


@pytest.mark.parametrize("path", ["/practise", "/session/x/mentor/practise", "/session/x/nobody/practise"])
async def test_who_has_neither_a_seat_nor_the_demonstration_finds_nothing(rig: Rig, path: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(rig.url + path) as answer:
        assert answer.status == 404


async def test_a_pass_opens_its_own_rehearsal_only(demo: Rig) -> None:
    async with a_browser() as http, a_browser() as stranger:
        seat = await open_link(http, f"{demo.url}/practise")
        for other in (seat.page, seat.page.replace("/mentor", "/mentee"), seat.page[:-9] + "x/mentor"):
            async with stranger.get(other) as answer:
                assert answer.status == 404
                assert "Begin another one" in await answer.text()
        cookie = next(each.value for each in http.cookie_jar if each.key == "ringback_seat")
        second = await open_link(stranger, f"{demo.url}/practise")
        for forged in (cookie, cookie[:-2] + "AA", "x" * 5000, "é", ""):
            async with aiohttp.ClientSession(cookies={"ringback_seat": forged}) as forger:
                async with forger.get(second.page) as answer:
                    assert answer.status == 404
                tab = await connect(type(second)(forger, second.page, second.origin))
                await tab.send(p.Hello(version=p.VERSION, client=new_id(), note_seq=0, stay="lobby"))
                assert await tab.closed() == p.CLOSE_SHUT_OUT
                await tab.stop()
        assert await rehearsals(demo).memory.rows() == 0, "a pass alone takes nothing up"


async def test_a_line_that_is_none_and_a_line_of_another_page_are_refused(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        assert await set_line(bot, "worse") == 409
        assert await set_line(bot, "") == 409
        assert await set_line(bot, "dark", origin="https://elsewhere.example.org") == 403
        async with aiohttp.ClientSession() as stranger:
            assert await set_line(bot, "dark", http=stranger) == 404
        await in_call(bot)
        await hears_itself(bot)


async def test_junk_on_every_channel_does_not_cost_the_partner(demo: Rig) -> None:
    async with a_practice(f"{demo.url}/practise") as bot:
        await in_call(bot)
        for junk in (
            b"",
            b"\x01" * 22,
            b"\xff" * 622,
            "text",
            "{" * 5000,
            '{"type":"chat","op":1,"text":[]}',
        ):
            for channel in ("reports", "messages", "stills"):
                bot.leg.send(channel, junk)
        seen = bot.eye.pictures
        await until(lambda: bot.eye.pictures >= seen + 10, SETUP_S)
        await hears_itself(bot)


async def test_others_practise_already(tmp_path: Path) -> None:
    async with (
        a_rig(tmp_path, {**DEMO, "RINGBACK_REHEARSALS_PER_ADDRESS": "1"}) as rig,
        a_practice(f"{rig.url}/practise"),
        aiohttp.ClientSession() as http,
        http.get(f"{rig.url}/practise") as answer,
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (429, "120")
        assert "is busy just now" in await answer.text()


async def test_too_many_were_begun(tmp_path: Path) -> None:
    async with a_rig(tmp_path, {**DEMO, "RINGBACK_REHEARSALS_PER_MINUTE": "2"}) as rig:
        async with a_practice(f"{rig.url}/practise"), a_practice(f"{rig.url}/practise"):
            pass
        with pytest.raises(UnexpectedError, match="429"):
            async with a_practice(f"{rig.url}/practise"):
                pass


@asynccontextmanager
async def held_up(media: MediaWorker) -> AsyncGenerator[None]:
    """Half of the time the worker's process does not run, never for as long as it may owe a pong."""

    async def stop_and_go() -> None:
        while True:
            pid = media.pid
            for how in (signal.SIGSTOP, signal.SIGCONT):
                if pid is not None:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, how)
                await asyncio.sleep(HELD_S)

    holding = asyncio.create_task(stop_and_go())
    try:
        yield
    finally:
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        if media.pid is not None:
            os.kill(media.pid, signal.SIGCONT)


async def test_none_begins_while_the_worker_is_late(tmp_path: Path) -> None:
    settings = {**DEMO, "RINGBACK_CHECKS_LAG_MS": str(LATE_MS)}
    async with a_rig(tmp_path, settings) as demo, a_browser() as http:
        seat = await open_link(http, f"{demo.url}/practise")
        async with held_up(worker(demo)):
            await until(lambda: worker(demo).lag_ms > LATE_MS)
            with pytest.raises(UnexpectedError, match="429"):
                async with a_practice(f"{demo.url}/practise"):
                    pass
        tab = await connect(seat)
        assert (await tab.hello()).you.role == "mentor", "who was let in before is not turned away"
        await tab.leave_page()


async def test_it_can_be_switched_off(tmp_path: Path) -> None:
    settings = {**DEMO, "RINGBACK_REHEARSALS_AT_ONCE": "0"}
    async with a_rig(tmp_path, settings) as rig, aiohttp.ClientSession() as http:
        async with http.get(rig.url) as answer:
            assert "Practise alone" not in await answer.text()
        async with http.get(f"{rig.url}/practise") as answer:
            assert answer.status == 409
            assert "switched off" in await answer.text()


async def _empty(rig: Rig) -> bool:
    return await rehearsals(rig).memory.rows() == 0
