"""Edits: once each, in the order they reach the server, field by field, within limits."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from server.db import models, panels
from server.db.panel_edits import MAX_EVER, MAX_SHOWN
from server.db.records import Named, PlanTouched, Recorded
from server.db.store import Store
from server.errors import InvalidError
from signalling.protocol import (
    AgendaEdited,
    Current,
    CurrentChanged,
    Edit,
    EditAgenda,
    EditGoal,
    EditPlan,
    Role,
    SetCurrent,
    SetName,
    SetNumber,
    SetRung,
)
from tests.stores import NOON, StillClock, a_session, a_store, audit

ITEM, OTHER, GOAL = (str(uuid.UUID(int=n)) for n in (1, 2, 3))


def op() -> str:
    return str(uuid.uuid4())


def agenda(item: str = ITEM, **fields: Any) -> EditAgenda:
    return EditAgenda(op=op(), item=item, **fields)


def goal(name: str = GOAL, **fields: Any) -> EditGoal:
    return EditGoal(op=op(), goal=name, **fields)


async def refused(store: Store, session_id: str, edit: Edit, role: Role = "mentor") -> str:
    with pytest.raises(InvalidError) as error:
        await store.panels.apply(session_id, role, edit)
    assert error.value.sentence.endswith(".")
    return error.value.error


async def pair_of(store: Store, session_id: str) -> str:
    view = await store.sessions.load(session_id)
    assert view is not None
    return view.partnership.id


async def test_an_item_both_write_into_keeps_the_last_of_each_field(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentor", agenda(text="Welcome", minutes=5, position=1.0))
        await store.panels.apply(session_id, "mentee", agenda(minutes=10))
        await store.panels.apply(session_id, "mentor", agenda(done=True))
        applied = await store.panels.apply(session_id, "mentee", agenda(text="Hello"))
        (item,) = await store.panels.agenda(session_id)
        assert (item.text, item.minutes, item.done, item.position) == ("Hello", 10, True, 1.0)
        assert applied.outcome == (AgendaEdited(item=item, removed=False),)


async def test_an_edit_sent_again_is_carried_out_once(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        edit = agenda(text="First")
        assert (await store.panels.apply(session_id, "mentor", edit)).fresh
        await store.panels.apply(session_id, "mentee", agenda(text="Second"))
        again = await store.panels.apply(session_id, "mentor", edit)
        assert (again.fresh, again.outcome) == (False, ())
        assert [item.text for item in await store.panels.agenda(session_id)] == ["Second"]


async def test_an_edit_sent_ten_times_at_once_is_carried_out_once(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        edit = SetRung(op=op(), rung="voice", previous="low", reason="loss", whose="mine")
        applied = await asyncio.gather(*(store.panels.apply(session_id, "mentor", edit) for _ in range(10)))
        assert sum(each.fresh for each in applied) == 1
        assert len(await store.calls.rungs(session_id)) == 1
        assert next(each.outcome for each in applied if each.fresh) == (Recorded(),)


async def test_two_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        edits = [agenda(str(uuid.UUID(int=n)), text=f"item {n}") for n in range(10, 60)]
        roles: tuple[Role, ...] = ("mentor", "mentee")
        await asyncio.gather(
            *(store.panels.apply(session_id, roles[turn % 2], edit) for turn, edit in enumerate(edits))
        )
        assert {item.text for item in await store.panels.agenda(session_id)} == {
            f"item {n}" for n in range(10, 60)
        }


async def test_what_was_typed_offline_before_the_partners_end_is_kept_once(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.sessions.end(session_id, "mentee")
        edit = agenda(text="typed in a tunnel")
        assert [(await store.panels.apply(session_id, "mentor", edit)).fresh for _ in range(2)] == [
            True,
            False,
        ]
        assert [item.text for item in await store.panels.agenda(session_id)] == ["typed in a tunnel"]


async def test_an_item_that_comes_after_the_end_still_goes_on_to_the_next_session(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first = await a_session(store, tokens="first")
        second = await a_session(store, starts=NOON + timedelta(days=7), tokens="second")
        await store.sessions.end(first, "mentee")
        await store.panels.apply(first, "mentor", agenda(text="for next time", carried=True))
        assert [item.text for item in await store.panels.agenda(second)] == ["for next time"]


async def test_when_its_links_are_dead_a_session_takes_no_edit_but_acknowledges_a_repeated_one(
    tmp_path: Path,
) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store, minutes=30)
        edit = agenda(text="in time")
        await store.panels.apply(session_id, "mentor", edit)
        clock.forward(hours=12, minutes=30)
        assert not (await store.panels.apply(session_id, "mentor", edit)).fresh
        assert await refused(store, session_id, agenda(text="late")) == "session.ended"
        assert [item.text for item in await store.panels.agenda(session_id)] == ["in time"]


async def test_of_very_many_edits_the_oldest_are_forgotten_and_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "MAX_REMEMBERED", 10)
    monkeypatch.setattr(panels, "FORGOTTEN_AT_ONCE", 5)
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentee", agenda(text="the other one's"))
        flood = [agenda(text=f"flood {number}") for number in range(40)]
        for edit in flood:
            clock.forward(milliseconds=50)
            assert (await store.panels.apply(session_id, "mentor", edit)).fresh
        assert not (await store.panels.apply(session_id, "mentor", flood[-1])).fresh
    with closing(sqlite3.connect(tmp_path / "data" / "ringback.sqlite3")) as connection:
        rows = connection.execute("SELECT role, count(*) FROM operation GROUP BY role").fetchall()
    assert dict(rows)["mentee"] == 1
    assert dict(rows)["mentor"] <= 15


async def test_an_edit_of_a_session_nobody_opened_is_refused(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        assert await refused(store, "no such session", agenda(text="x")) == "session.unknown"


async def test_a_removed_item_stays_removed_when_a_late_edit_arrives_until_somebody_restores_it(
    tmp_path: Path,
) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentor", agenda(text="Old"))
        await store.panels.apply(session_id, "mentor", agenda(removed=True))
        late = await store.panels.apply(session_id, "mentee", agenda(text="Late"))
        assert isinstance(late.outcome[0], AgendaEdited)
        assert late.outcome[0].removed
        assert await store.panels.agenda(session_id) == []
        await store.panels.apply(session_id, "mentee", agenda(removed=False))
        assert [item.text for item in await store.panels.agenda(session_id)] == ["Late"]


async def test_the_current_item_is_known_with_its_beginning(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentor", agenda(text="Now"))
        clock.forward(minutes=2)
        applied = await store.panels.apply(session_id, "mentee", SetCurrent(op=op(), item=ITEM))
        current = Current(item=ITEM, since=int(clock.now.timestamp() * 1000))
        assert applied.outcome == (CurrentChanged(current=current),)
        assert await store.panels.current(session_id) == current
        await store.panels.apply(session_id, "mentee", SetCurrent(op=op(), item=None))
        assert await store.panels.current(session_id) == Current(item=None, since=0)


async def test_removing_the_current_item_leaves_none_current(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentor", agenda(text="Now"))
        await store.panels.apply(session_id, "mentor", SetCurrent(op=op(), item=ITEM))
        applied = await store.panels.apply(session_id, "mentee", agenda(removed=True))
        assert applied.outcome[1:] == (CurrentChanged(current=Current(item=None, since=0)),)
        assert await refused(store, session_id, SetCurrent(op=op(), item=ITEM)) == "agenda.unknown"
        assert await refused(store, session_id, SetCurrent(op=op(), item=OTHER)) == "agenda.unknown"


async def test_goals_belong_to_the_partnership_and_come_along_to_the_next_session(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first = await a_session(store)
        await store.panels.apply(
            first, "mentor", goal(specific="Give a talk", owner="both", due="2026-05-01")
        )
        second = await a_session(store, tokens="second")
        await store.panels.apply(second, "mentee", goal(status="started"))
        (found,) = await store.panels.goals(await pair_of(store, first))
        assert (found.specific, found.owner, found.due, found.status) == (
            "Give a talk",
            "both",
            "2026-05-01",
            "started",
        )


@pytest.mark.parametrize("due", ["2026-02-30", "2025-02-29", "0000-01-01", "2026-13-01"])
async def test_a_day_that_is_not_in_the_calendar_is_refused(tmp_path: Path, due: str) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        assert await refused(store, session_id, goal(due=due)) == "due.unusable"
        assert await store.panels.goals(await pair_of(store, session_id)) == []


async def test_a_refused_edit_may_come_again_corrected(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        bad = goal(specific="Talk", due="2026-02-30")
        await refused(store, session_id, bad)
        await store.panels.apply(session_id, "mentor", EditGoal(op=bad.op, goal=GOAL, due="2026-02-28"))
        assert [each.due for each in await store.panels.goals(await pair_of(store, session_id))] == [
            "2026-02-28"
        ]


async def test_a_full_agenda_takes_changes_but_no_more_items(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await fill(store, session_id, MAX_SHOWN)
        assert await refused(store, session_id, agenda(text="one too many")) == "agenda.full"
        first = str(uuid.UUID(int=1000))
        await store.panels.apply(session_id, "mentor", agenda(first, removed=True))
        await store.panels.apply(session_id, "mentor", agenda(text="in its place"))
        assert await refused(store, session_id, agenda(first, removed=False)) == "agenda.full"
        assert len(await store.panels.agenda(session_id)) == MAX_SHOWN


async def test_items_cannot_be_made_and_removed_for_ever(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await fill(store, session_id, MAX_EVER, removed=True)
        assert await refused(store, session_id, agenda(text="one too many")) == "agenda.full"


async def test_there_is_an_end_to_goals(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        for n in range(MAX_SHOWN):
            await store.panels.apply(session_id, "mentor", goal(str(uuid.UUID(int=1000 + n)), specific="x"))
        assert await refused(store, session_id, goal(specific="one too many")) == "goals.full"


async def test_line_breaks_and_control_characters_do_not_stay_in_a_line(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentor", agenda(text="a\r\nb\x00c\u2028d\te"))
        await store.panels.apply(session_id, "mentor", goal(specific="x\ny", measurable="p\r\nq\tr\x07"))
        (item,) = await store.panels.agenda(session_id)
        (found,) = await store.panels.goals(await pair_of(store, session_id))
        assert (item.text, found.specific, found.measurable) == ("a b c d e", "x y", "p\nq\tr")


async def test_the_plan_says_who_rings_whom(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        applied = await store.panels.apply(session_id, "mentee", EditPlan(op=op(), rings="mentee"))
        view = await store.sessions.load(session_id)
        assert applied.outcome == (PlanTouched(),)
        assert view is not None
        assert view.partnership.rings == "mentee"


async def test_only_the_owner_lets_a_number_be_seen_and_can_take_it_back(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        granted = SetNumber(op=op(), number="+44 7700 900123", granted=True)
        await store.panels.apply(session_id, "mentee", granted)
        view = await store.sessions.load(session_id)
        assert view is not None
        assert (view.granted("mentor"), view.granted("mentee")) == (False, True)
        assert await store.people.number(view.mentee.id) == "+447700900123"
        assert await store.people.number(view.mentor.id) is None
        await store.panels.apply(
            session_id, "mentee", SetNumber(op=op(), number="+447700900123", granted=False)
        )
        view = await store.sessions.load(session_id)
        assert view is not None
        assert not view.granted("mentee")


async def test_without_a_number_nothing_is_granted(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        await store.panels.apply(session_id, "mentor", SetNumber(op=op(), number=" ", granted=True))
        view = await store.sessions.load(session_id)
        assert view is not None
        assert not view.granted("mentor")


async def test_a_number_without_its_country_is_refused_with_an_example(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        edit = SetNumber(op=op(), number="07700 900123", granted=True)
        assert await refused(store, session_id, edit) == "number.unusable"


async def test_consent_given_and_taken_back_is_on_record_without_the_number(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        for granted in (True, False):
            await store.panels.apply(
                session_id, "mentee", SetNumber(op=op(), number="+447700900123", granted=granted)
            )
    assert audit(tmp_path)[1:] == [("mentee", "number.granted"), ("mentee", "number.withheld")]


async def test_a_name_one_chose_is_not_replaced_by_a_coordinators_spelling(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        applied = await store.panels.apply(session_id, "mentee", SetName(op=op(), name="  Benny  Brook "))
        assert applied.outcome == (Named("mentee", "Benny Brook"),)
        again = await store.people.ensure("Benjamin Brook", "ben@example.org")
        assert again.name == "Benny Brook"


@pytest.mark.parametrize("name", [" ", "a\x00b", "=?utf-8?q?x?=", "a\u202eb", "x" * 81])
async def test_a_name_that_could_harm_a_header_or_a_line_is_refused(tmp_path: Path, name: str) -> None:
    async with a_store(tmp_path) as store:
        session_id = await a_session(store)
        assert await refused(store, session_id, SetName(op=op(), name=name)) == "name.unusable"


async def test_what_was_left_over_comes_first_next_time(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first = await a_session(store)
        rows = [("Kept", True, False), ("Ticked", True, True), ("Dropped", False, False)]
        for n, (text, carried, done) in enumerate(rows):
            await store.panels.apply(
                first,
                "mentor",
                agenda(str(uuid.UUID(int=n)), text=text, minutes=7, carried=carried, done=done),
            )
        second = await a_session(store, tokens="second")
        (item,) = await store.panels.agenda(second)
        assert (item.text, item.minutes, item.carried, item.done) == ("Kept", 7, True, False)
        assert item.item != str(uuid.UUID(int=0))


async def test_what_is_left_over_later_reaches_a_session_that_is_open_already(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first = await a_session(store)
        second = await a_session(store, tokens="second", starts=NOON.replace(day=9))
        await store.panels.apply(first, "mentor", agenda(text="Kept", carried=True))
        await store.sessions.end(first, "mentor")
        assert [item.text for item in await store.panels.agenda(second)] == ["Kept"]


async def test_what_is_left_over_is_copied_once(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first = await a_session(store)
        await store.panels.apply(first, "mentor", agenda(text="Kept", carried=True))
        second = await a_session(store, tokens="second")
        await store.sessions.end(first, "mentor")
        assert [item.text for item in await store.panels.agenda(second)] == ["Kept"]


async def test_another_pair_sees_nothing_of_it(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first = await a_session(store)
        await store.panels.apply(first, "mentor", agenda(text="Private", carried=True))
        await store.panels.apply(first, "mentor", goal(specific="Private"))
        mentor = await store.people.ensure("Ann Archer", "ann@example.org")
        cleo = await store.people.ensure("Cleo Clark", "cleo@example.org")
        other = await store.sessions.open(
            mentor, cleo, NOON, 30, None, numbers_agreed=False, link_hashes={"mentor": b"m", "mentee": b"c"}
        )
        assert await store.panels.agenda(other) == []
        assert await store.panels.goals(await pair_of(store, other)) == []


async def fill(store: Store, session_id: str, count: int, *, removed: bool = False) -> None:
    rows = [
        {
            "session_id": session_id,
            "item": str(uuid.UUID(int=1000 + n)),
            "text": "x",
            "minutes": 0,
            "done": False,
            "carried": False,
            "position": float(n),
            "removed": removed,
        }
        for n in range(count)
    ]
    async with store._database.writing() as session:
        await session.execute(insert(models.AgendaItem), rows)
