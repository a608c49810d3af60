"""Sessions: opened whole or not at all, found by living links only, with a record of who was there."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from server.db import attendance
from server.db.records import Held, Mail, SeatKey, Stay
from server.errors import InvalidError
from signalling.protocol import PhoneState, Role, SetRung
from tests.stores import NOON, StillClock, a_session, a_store, ann, ben, link_hash

ROLES: tuple[Role, Role] = ("mentor", "mentee")

INVITATION = Mail("invitation/x/mentor", "ann@example.org", "<1@example.org>", b"Subject: x\r\n\r\n")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


async def test_a_session_is_loaded_as_it_was_opened(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        view = await store.sessions.load(await a_session(store, starts=NOON + minutes(60), minutes=45))
        assert view is not None
        assert (view.starts, view.minutes) == (NOON + minutes(60), 45)
        assert (view.mentor, view.mentee) == (await ann(store), await ben(store))
        assert (view.met, view.left, view.ended, view.phone) == (None, None, None, "hidden")
        assert [(seat.role, seat.generation, seat.link) for seat in view.seats] == [
            ("mentor", 1, True),
            ("mentee", 1, True),
        ]
        assert view.closes == NOON + minutes(60 + 45) + timedelta(hours=12)
        assert await store.sessions.load("unknown") is None


async def test_a_pair_that_meets_again_is_the_same_partnership_and_turned_round_another(
    tmp_path: Path,
) -> None:
    async with a_store(tmp_path) as store:
        one = await store.sessions.load(await a_session(store))
        two = await store.sessions.load(await a_session(store, tokens="second"))
        turned = await store.sessions.open(await ben(store), await ann(store), NOON, 30, None, False, {
            "mentor": b"3", "mentee": b"4"
        })  # fmt: skip
        three = await store.sessions.load(turned)
        assert one is not None
        assert two is not None
        assert three is not None
        assert one.partnership == two.partnership
        assert one.partnership.id != three.partnership.id


async def test_a_session_that_cannot_be_stored_sends_no_invitation(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await a_session(store, tokens="same")
        with pytest.raises(IntegrityError):
            await a_session(store, tokens="same", mails=(INVITATION,))
        assert await store.outbox.listing() == []


async def test_invitations_lie_in_the_outbox_once_the_session_is_there(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await a_session(store, mails=(INVITATION,))
        assert [(each.recipient, each.message) for each in await store.outbox.listing()] == [
            ("ann@example.org", b"Subject: x\r\n\r\n")
        ]
        assert store.outbox.woken.is_set()


async def test_a_link_opens_its_seat_until_it_is_replaced_or_revoked(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store, tokens="x")
        old = link_hash("mentee x")
        assert await store.sessions.seat_by_link(old) == SeatKey(session_id, "mentee", 1)
        assert await store.sessions.replace_link(session_id, "mentee", b"new", "operator") == 2
        assert await store.sessions.seat_by_link(old) is None
        assert await store.sessions.seat_by_link(b"new") == SeatKey(session_id, "mentee", 2)
        assert await store.sessions.replace_link(session_id, "mentee", None, "operator", [INVITATION]) == 3
        assert await store.sessions.seat_by_link(b"new") is None
        view = await store.sessions.load(session_id)
        assert view is not None
        assert (view.seat("mentee").link, view.seat("mentor").link) == (False, True)
        assert len(await store.outbox.listing()) == 1


async def test_unknown_hashes_open_nothing(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.sessions.replace_link(await a_session(store), "mentor", None, "operator")
        for stranger in (b"", b"\x00" * 32, link_hash("guess")):
            assert await store.sessions.seat_by_link(stranger) is None


async def test_the_link_of_a_session_that_is_over_cannot_be_replaced(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.sessions.end(session_id, "mentor")
        with pytest.raises(InvalidError) as refused:
            await store.sessions.replace_link(session_id, "mentee", b"new", "operator")
        assert refused.value.error == "session.ended"


async def test_a_stay_is_kept_with_its_times_and_the_last_one_leaves_the_call_quiet(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        mentor = await store.sessions.entered(session_id, "mentor")
        clock.forward(minutes=1)
        mentee = await store.sessions.entered(session_id, "mentee")
        await store.sessions.set_met(session_id)
        clock.forward(minutes=9)
        await store.sessions.exited(mentor)
        middle = await store.sessions.load(session_id)
        clock.forward(minutes=1)
        await store.sessions.exited(mentee)
        await store.sessions.exited(mentee)
        view = await store.sessions.load(session_id)
        assert middle is not None
        assert view is not None
        assert (middle.left, view.left, view.met) == (None, NOON + minutes(11), NOON + minutes(1))
        assert await store.sessions.presences(session_id) == [
            Stay("mentor", NOON, NOON + minutes(10)),
            Stay("mentee", NOON + minutes(1), NOON + minutes(11)),
        ]


async def test_somebody_who_comes_back_ends_the_quiet(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.sessions.exited(await store.sessions.entered(session_id, "mentor"))
        await store.sessions.entered(session_id, "mentor")
        view = await store.sessions.load(session_id)
        assert view is not None
        assert view.left is None


async def test_one_person_counts_once_however_many_stays_were_begun(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.entered(session_id, "mentor")
        clock.forward(minutes=5)
        await store.sessions.entered(session_id, "mentor")
        assert await store.sessions.presences(session_id) == [
            Stay("mentor", NOON, NOON + minutes(5)),
            Stay("mentor", NOON + minutes(5), None),
        ]


async def test_who_comes_and_goes_without_end_is_let_in_and_adds_no_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "MAX_STAYS", 3)
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.entered(session_id, "mentee")
        for _ in range(10):
            stay = await store.sessions.entered(session_id, "mentor")
            clock.forward(minutes=1)
            await store.sessions.exited(stay)
        await store.sessions.entered(session_id, "mentor")
        stays = await store.sessions.presences(session_id)
        assert [stay.role for stay in stays].count("mentor") == 3
        assert [stay.left for stay in stays if stay.role == "mentor"][-1] is None, "and is there now"
        assert stays[0] == Stay("mentee", NOON, None), "the other one's stay is untouched"


async def test_a_telephone_prompt_turned_on_and_off_without_end_is_kept_as_it_is_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "MAX_PHONE_CHANGES", 4)
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        for _ in range(10):
            for state in ("offered", "active", "hidden"):
                clock.forward(seconds=1)
                await store.sessions.set_phone(session_id, state)
        view = await store.sessions.load(session_id)
        assert view is not None
        assert view.phone == "hidden"
    with closing(sqlite3.connect(tmp_path / "data" / "ringback.sqlite3")) as connection:
        rows = connection.execute("SELECT state FROM phone_change ORDER BY at").fetchall()
    assert [state for (state,) in rows] == ["offered", "active", "hidden", "hidden"]


async def test_the_first_meeting_counts(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.set_met(session_id)
        clock.forward(minutes=5)
        await store.sessions.set_met(session_id)
        view = await store.sessions.load(session_id)
        assert view is not None
        assert view.met == NOON


async def test_after_a_crash_stays_end_by_the_planned_end_and_the_quiet_begins_anew(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store, minutes=30)
        await store.sessions.entered(session_id, "mentor")
        started = clock.forward(hours=8)
        await store.sessions.heal_presences(started)
        view = await store.sessions.load(session_id)
        assert view is not None
        assert view.left == started
        assert await store.sessions.presences(session_id) == [Stay("mentor", NOON, NOON + minutes(30))]


async def test_after_a_quick_restart_a_stay_lasted_until_the_start(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.entered(session_id, "mentor")
        started = clock.forward(minutes=3)
        clock.forward(seconds=1)
        await store.sessions.entered(session_id, "mentee")
        await store.sessions.heal_presences(started)
        assert await store.sessions.presences(session_id) == [
            Stay("mentor", NOON, started),
            Stay("mentee", clock.now, None),
        ]


async def test_after_a_restart_stays_on_the_telephone_go_on_and_no_summary_is_due(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        stays = {role: await store.sessions.entered(session_id, role) for role in ROLES}
        await store.sessions.set_met(session_id)
        await store.sessions.set_phone(session_id, "active")
        started = clock.forward(minutes=10)
        assert await store.sessions.heal_presences(started) == [Held(session_id, stays)]
        clock.forward(minutes=59)
        assert await store.sessions.summaries_due(120) == []
        assert [stay.left for stay in await store.sessions.presences(session_id)] == [None, None]


@pytest.mark.parametrize(("phone", "gone"), [("hidden", False), ("offered", False), ("active", True)])
async def test_a_restart_holds_no_session_off_the_telephone_nor_one_that_was_left(
    tmp_path: Path, phone: PhoneState, gone: bool
) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.entered(session_id, "mentor")
        await store.sessions.set_met(session_id)
        await store.sessions.set_phone(session_id, phone)
        if gone:
            await store.sessions.set_left(session_id, clock.now)
        assert await store.sessions.heal_presences(clock.forward(minutes=3)) == []
        clock.forward(minutes=3)
        assert await store.sessions.summaries_due(120) == [session_id]


async def test_nobody_enters_a_session_that_is_over(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.sessions.end(session_id, "mentee")
        for call in (store.sessions.entered(session_id, "mentor"), store.sessions.entered("?", "mentor")):
            with pytest.raises(InvalidError, match=r"over|no such session"):
                await call


async def test_a_change_of_rung_is_as_old_as_told_but_not_older_than_the_session(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        clock.forward(minutes=10)
        for op, (age_ms, rung) in enumerate(((60_000, "voice"), (2**53, "phone"), (0, "sd"))):
            change = SetRung(
                op=f"00000000-0000-0000-0000-00000000000{op}",
                rung=rung,  # type: ignore[arg-type]
                previous="hd",
                reason="loss",
                whose="mine",
                age_ms=age_ms,
            )
            await store.panels.apply(session_id, "mentor", change)
        assert [(step.rung, step.at) for step in await store.calls.rungs(session_id)] == [
            ("phone", NOON),
            ("voice", NOON + minutes(9)),
            ("sd", NOON + minutes(10)),
        ]


OPEN_FROM_ELSEWHERE = """
import asyncio, sys
from pathlib import Path
from tests.stores import a_session, a_store

async def main(folder):
    async with a_store(Path(folder)) as store:
        for n in range(20):
            print(await a_session(store, tokens=f"elsewhere {n}"))

asyncio.run(main(sys.argv[1]))
"""


async def test_the_command_line_opens_sessions_beside_a_busy_server(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        here = await a_session(store)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", OPEN_FROM_ELSEWHERE, str(tmp_path), stdout=asyncio.subprocess.PIPE
        )
        told = asyncio.create_task(process.communicate())
        writes = 0
        while not told.done():
            await store.sessions.exited(await store.sessions.entered(here, "mentor"))
            writes += 1
        opened = (await told)[0].decode().split()
        assert process.returncode == 0
        assert len(opened) == 20
        assert writes > 0
        views = [await store.sessions.load(session_id) for session_id in opened]
        assert all(view and view.mentor.email == "ann@example.org" for view in views)
