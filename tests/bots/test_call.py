"""Two bots in one room: what one says and shows, the other hears and sees, past the server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from signalling import protocol as p
from tests.bots.participant import Participant, a_participant
from tests.bots.tab import connect, new_id
from tests.rig import Rig, until

RED, BLUE = (220, 30, 30), (30, 30, 220)
ANNS_HZ, BENS_HZ = 440.0, 1000.0
TONE_LOUDNESS = 8000 / 2**0.5
SETUP_S = 20.0


@asynccontextmanager
async def a_call(rig: Rig) -> AsyncGenerator[tuple[Participant, Participant]]:
    """Ann and Ben, connected peer to peer."""
    links = (await rig.open()).links
    async with (
        a_participant(links["mentor"], tone_hz=ANNS_HZ, rgb=RED) as ann,
        a_participant(links["mentee"], tone_hz=BENS_HZ, rgb=BLUE) as ben,
    ):
        await ann.join()
        await ben.join()
        await until(lambda: ann.connected and ben.connected and ann.talking and ben.talking, SETUP_S)
        yield ann, ben


async def test_two_participants_hear_and_see_each_other(rig: Rig) -> None:
    async with a_call(rig) as (ann, ben):
        await until(lambda: ann.ear.seconds >= 0.9 and ben.ear.seconds >= 0.9, SETUP_S)
        await until(lambda: ann.eye.pictures >= 5 and ben.eye.pictures >= 5, SETUP_S)
        await until(lambda: abs(ann.ear.pitch_hz() - BENS_HZ) < 5, SETUP_S)
        await until(lambda: abs(ben.ear.pitch_hz() - ANNS_HZ) < 5, SETUP_S)
        for bot in (ann, ben):
            assert bot.ear.loudness() == pytest.approx(TONE_LOUDNESS, rel=0.35)
        assert ann.eye.colour == pytest.approx(BLUE, abs=25)
        assert ben.eye.colour == pytest.approx(RED, abs=25)


async def test_messages_pass_both_ways_beside_the_server_and_through_it(rig: Rig) -> None:
    async with a_call(rig) as (ann, ben):
        ann.say({"type": "chat", "text": "beside it"})
        await until(lambda: ben.received == [{"type": "chat", "text": "beside it"}])
        ben.say({"type": "chat", "text": "and back"})
        await until(lambda: ann.received == [{"type": "chat", "text": "and back"}])
        await ann.tab.send(p.Chat(op=new_id(), text="through it"))
        assert (await ben.tab.expect(p.Chatted)).text == "through it"
        edit = p.EditAgenda(op=new_id(), item=new_id(), text="Heard and seen")
        await ben.tab.send(edit)
        assert (await ann.tab.expect(p.AgendaEdited)).item.text == "Heard and seen"


async def test_the_call_goes_on_when_the_server_is_gone(rig: Rig) -> None:
    async with a_call(rig) as (ann, ben):
        await rig.rooms.close()
        assert await ann.tab.closed() == await ben.tab.closed() == p.CLOSE_RESTART
        seen = ben.eye.pictures
        await until(lambda: ben.eye.pictures >= seen + 10, SETUP_S)
        ann.say({"type": "chat", "text": "still here"})
        await until(lambda: ben.received == [{"type": "chat", "text": "still here"}])


async def test_a_participant_who_reloads_is_heard_again(rig: Rig) -> None:
    async with a_call(rig) as (ann, ben):
        seat = ben.tab.seat
        await ben.tab.leave_page()
        await ben.stop()
        again = await connect(seat)
        returned = Participant(again, tone_hz=BENS_HZ, rgb=BLUE, joined=True)
        # A new connection for the new tab, as aiortc needs.
        fresh = Participant(ann.tab, tone_hz=ANNS_HZ, rgb=RED, joined=True)
        try:
            await again.hello(in_call=True)
            await until(lambda: returned.connected and fresh.connected, SETUP_S)
            await until(lambda: returned.ear.seconds >= 0.9, SETUP_S)
            await until(lambda: abs(returned.ear.pitch_hz() - ANNS_HZ) < 5, SETUP_S)
        finally:
            await asyncio.gather(returned.stop(), fresh.stop())
            await again.stop()
