"""Edits and notes: on disk first, then seen by both, acknowledged once, and never out of turn."""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path

import pytest

from server.db.errors import UnavailableError
from server.db.records import Applied
from server.desk import MAX_WAITING
from signalling import protocol as p
from tests.bots.tab import Tab, a_tab, both_in_call, connect, new_id
from tests.note_bytes import write
from tests.rig import Rig, until
from tests.stores import audit


def agenda_item(text: str = "Your first week", **fields: object) -> p.EditAgenda:
    return p.EditAgenda(op=new_id(), item=new_id(), text=text, minutes=10, position=1.0, **fields)  # type: ignore[arg-type]


async def saved(tab: Tab, edit: p.Edit) -> None:
    assert (await tab.expect(p.Saved)).op == edit.op


async def test_an_agenda_item_reaches_both_and_is_acknowledged_to_its_author(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        edit = agenda_item()
        await mentee.send(edit)
        assert (await mentor.expect(p.AgendaEdited)).item.text == "Your first week"
        assert (await mentee.expect(p.AgendaEdited)).item.minutes == 10
        await saved(mentee, edit)
        assert mentor.of(p.Saved) == []
        assert [each.item for each in await rig.store.panels.agenda(opened.session)] == [edit.item]


async def test_what_is_acknowledged_is_on_disk(rig: Rig) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        for number in range(20):
            edit = agenda_item(f"Item {number}")
            await mentor.send(edit)
            await saved(mentor, edit)
            assert len(await rig.store.panels.agenda(opened.session)) == number + 1


async def test_the_same_edit_sent_again_is_done_once_and_acknowledged_again(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        edit = agenda_item()
        for _ in range(3):
            await mentor.send(edit)
            await saved(mentor, edit)
        await mentee.settle()
        assert len(mentee.of(p.AgendaEdited)) == 1


async def test_goals_and_the_current_item_reach_both(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        goal = p.EditGoal(
            op=new_id(), goal=new_id(), specific="Give a talk", owner="mentee", due="2026-06-01"
        )
        await mentor.send(goal)
        assert (await mentee.expect(p.GoalEdited)).goal.specific == "Give a talk"
        item = agenda_item()
        await mentor.send(item)
        await mentor.send(p.SetCurrent(op=new_id(), item=item.item))
        current = (await mentee.expect(p.CurrentChanged)).current
        assert current.item == item.item
        assert abs(current.since / 1000 - time.time()) < 5


async def test_edits_of_both_arrive_in_the_same_order_on_both_sides(rig: Rig) -> None:
    opened, item = await rig.open(), new_id()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        for number in range(15):
            for tab in (mentor, mentee):
                await tab.send(p.EditAgenda(op=new_id(), item=item, text=f"{tab.seat.role} {number}"))
        for tab in (mentor, mentee):
            await until(lambda tab=tab: len(tab.of(p.Saved)) == 15)  # type: ignore[misc]
        await until(lambda: len(mentor.of(p.AgendaEdited)) == len(mentee.of(p.AgendaEdited)) == 30)
        seen = [[each.item.text for each in tab.of(p.AgendaEdited)] for tab in (mentor, mentee)]
        assert seen[0] == seen[1]
        (stored,) = await rig.store.panels.agenda(opened.session)
        assert stored.text == seen[0][-1]


async def test_an_edit_that_cannot_be_accepted_is_refused_to_its_author_only(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        edit = p.SetCurrent(op=new_id(), item=new_id())
        await mentee.send(edit)
        refused = await mentee.expect(p.Refused)
        assert (refused.error, refused.op) == ("agenda.unknown", edit.op)
        assert refused.sentence.endswith(".")
        await mentor.settle()
        assert mentor.of(p.CurrentChanged) == []


async def test_a_name_is_seen_by_the_peer(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        edit = p.SetName(op=new_id(), name="Annie")
        await mentor.send(edit)
        assert (await mentee.expect(p.PeerChanged)).peer.name == "Annie"
        await saved(mentor, edit)


# Numbers: with consent, to the peer only


async def test_a_number_is_the_peers_only_while_its_owner_consents(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):

        async def set_number(*, granted: bool) -> tuple[p.Plan, p.Plan]:
            await mentor.send(p.SetNumber(op=new_id(), number="+44 7700 900005", granted=granted))
            return (await mentor.expect(p.PlanChanged)).plan, (await mentee.expect(p.PlanChanged)).plan

        own, seen = await set_number(granted=False)
        assert own.mine == p.OwnNumber(number="+44 7700 900005", granted=False)
        assert (own.theirs, seen.mine, seen.theirs) == (None, None, None)
        own, seen = await set_number(granted=True)
        assert seen.theirs is not None
        assert (seen.theirs.number, seen.theirs.tel) == ("+44 7700 900005", "tel:+447700900005")
        assert {len(row) for row in seen.theirs.qr} == {len(seen.theirs.qr)}
        assert own.theirs is None
        own, seen = await set_number(granted=False)
        assert seen.theirs is None, "consent can be taken back"


async def test_no_number_is_in_a_welcome_without_consent(rig: Rig) -> None:
    opened = await rig.open(numbers=True)
    async with a_tab(opened.links["mentor"]) as mentor:
        await mentor.send(p.SetNumber(op=new_id(), number="+447700900001", granted=False))
        await mentor.expect(p.Saved)
        async with a_tab(opened.links["mentee"]) as mentee:
            again = await connect(mentee.seat)
            plan = (await again.hello()).plan
            assert plan.mine == p.OwnNumber(number="+44 7700 900002", granted=True)
            assert plan.theirs is None
            await again.stop()


async def test_who_was_shown_a_number_is_on_record_once_for_each_consent(rig: Rig, tmp_path: Path) -> None:
    opened = await rig.open(numbers=True)

    def shown() -> list[str]:
        return [who for who, what in audit(tmp_path) if what == "number.shown"]

    async with a_tab(opened.links["mentee"]) as mentee:
        await rig.written(opened.session)
        assert shown() == ["mentee"]
        again = await connect(mentee.seat)
        await again.hello()
        await rig.written(opened.session)
        assert shown() == ["mentee"], "coming back is no second time"
        async with a_tab(opened.links["mentor"]) as mentor:
            for granted in (False, True):
                edit = p.SetNumber(op=new_id(), number="+447700900001", granted=granted)
                await mentor.send(edit)
                await saved(mentor, edit)
            await again.expect(p.PlanChanged, lambda told: told.plan.theirs is not None)
            await rig.written(opened.session)
            assert shown() == ["mentee", "mentor", "mentee"]
        await again.stop()


async def test_who_rings_is_joint(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentee.send(p.EditPlan(op=new_id(), rings="mentee"))
        assert (await mentor.expect(p.PlanChanged)).plan.rings == "mentee"
        assert (await mentee.expect(p.PlanChanged)).plan.rings == "mentee"


# When the database is away


async def test_edits_wait_for_a_database_that_is_away_and_keep_their_order(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, item, away, tries = await rig.open(), new_id(), True, 0
    apply = rig.store.panels.apply

    async def apply_later(session_id: str, role: p.Role, edit: p.Edit) -> Applied:
        nonlocal tries
        tries += 1
        if away:
            raise UnavailableError("locked")
        return await apply(session_id, role, edit)

    monkeypatch.setattr(rig.store.panels, "apply", apply_later)
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        for text in ("one", "two", "three"):
            await mentor.send(p.EditAgenda(op=new_id(), item=item, text=text))
        await mentor.send(p.Chat(op=new_id(), text="Is it saved?"))
        await mentee.expect(p.Chatted)  # talking does not wait for the disk
        await until(lambda: tries >= 2)
        assert mentor.of(p.Saved) == []
        away = False
        for text in ("one", "two", "three"):
            assert (await mentee.expect(p.AgendaEdited)).item.text == text


async def test_more_than_a_room_can_hold_is_refused_and_kept_by_the_browser(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await rig.open()

    async def away(session_id: str, role: p.Role, edit: p.Edit) -> Applied:
        raise UnavailableError("locked")

    monkeypatch.setattr(rig.store.panels, "apply", away)
    async with a_tab(opened.links["mentor"]) as mentor:
        desk = rig.rooms[opened.session].desk
        for _ in range(MAX_WAITING):
            desk.put(asyncio.Event().wait)  # type: ignore[arg-type]
        edit = agenda_item()
        await mentor.send(edit)
        refused = await mentor.expect(p.Refused)
        assert (refused.error, refused.op) == ("store.busy", edit.op)
        assert not await desk.finish(0.01)


# Notes


async def test_a_note_update_is_acknowledged_and_relayed_with_its_number(rig: Rig) -> None:
    opened, update = await rig.open(), write(7, 0, "Hello")
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        update_id = await mentor.send_note(update)
        answer = await mentor.expect(p.NoteSaved)
        assert (answer.id, answer.seq) == (update_id, 1)
        assert await mentee.expect_note(update) == 1
        await mentor.settle()
        assert mentor.notes == [], "nothing comes back to its author"


async def test_who_comes_later_gets_the_notes_after_the_welcome(rig: Rig) -> None:
    opened, update = await rig.open(), write(7, 0, "Hello")
    async with a_tab(opened.links["mentor"]) as mentor:
        await mentor.send_note(update)
        await mentor.expect(p.NoteSaved)
        async with a_tab(opened.links["mentee"]) as mentee:
            seq = await mentee.expect_note(update)
            again = await connect(mentee.seat)
            assert (await again.hello(note_seq=seq)).note_seq == seq
            await again.settle()
            assert again.notes == [], "who has everything gets nothing"
            await again.stop()


async def test_an_update_sent_again_keeps_its_number(rig: Rig) -> None:
    opened, update = await rig.open(), write(7, 0, "Hello")
    async with a_tab(opened.links["mentor"]) as mentor:
        update_id = await mentor.send_note(update)
        first = await mentor.expect(p.NoteSaved)
        await mentor.send_note(update, update_id)
        assert await mentor.expect(p.NoteSaved) == first


async def test_a_bad_update_is_taken_back_and_the_notes_are_sent_anew(rig: Rig) -> None:
    opened = await rig.open()
    async with both_in_call(*opened.links.values()) as (mentor, mentee):
        await mentor.send_note(write(7, 0, "Hello"))
        await mentor.expect(p.NoteSaved)
        await mentor.send_note(b"\xff" * 64)
        assert (await mentor.expect(p.Refused)).error == "note.malformed"
        await mentor.expect(p.NoteReset)
        await until(lambda: bool(mentor.notes))
        assert mentee.of(p.NoteReset) == []


@pytest.mark.parametrize("frame", [b"", b"short", uuid.UUID(int=1).bytes])
async def test_a_note_frame_without_an_update_is_refused(rig: Rig, frame: bytes) -> None:
    opened = await rig.open()
    async with a_tab(opened.links["mentor"]) as mentor:
        await mentor.ws.send_bytes(frame)
        assert (await mentor.expect(p.Refused)).error == "note.malformed"
