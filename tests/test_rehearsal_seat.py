"""The partner's place in a room of this process: what is handed to the worker, and what is not."""

from __future__ import annotations

import asyncio

from server import keys
from server.media.stage import Stage
from server.media.wire import MAX_FRAME_BYTES, Dismiss, Play, Request, Said, Tell
from server.rehearsal.partner import MOST_BYTES, Seat
from tests.rig import Rig, until


async def a_play(rig: Rig, sent: list[Request]) -> tuple[Stage, Seat, Play]:
    opened = await rig.open()
    session = await rig.app[keys.STORE].sessions.load(opened.session)
    assert session is not None
    stage = Stage(sent.append)
    play = Play(session.id, "Practice room", "good", False, [], True)
    return stage, Seat(rig.rooms, stage, session), play


async def test_a_frame_too_long_for_the_worker_is_left_out_and_costs_nobody_anything(rig: Rig) -> None:
    sent: list[Request] = []
    stage, seat, play = await a_play(rig, sent)
    held = asyncio.create_task(seat.hold(play))
    await until(lambda: play in sent)
    for frame in ("x" * MOST_BYTES, "x" * (MOST_BYTES + 1), "\u6f22" * (MAX_FRAME_BYTES // 3)):
        seat.send(frame)
    assert [each for each in sent if isinstance(each, Tell)] == [Tell(play.rehearsal, "x" * MOST_BYTES)]
    assert not seat.left.is_set()
    stage.lose()
    await held


async def test_what_a_room_makes_of_a_partners_word_ends_that_partner_only(rig: Rig) -> None:
    sent: list[Request] = []
    stage, seat, play = await a_play(rig, sent)
    held = asyncio.create_task(seat.hold(play))
    await until(lambda: play in sent)
    stage.hear(Said("another rehearsal", "nonsense"))
    assert not held.done()
    stage.hear(Said(play.rehearsal, "nonsense"))
    await held
    assert Dismiss(play.rehearsal) in sent
