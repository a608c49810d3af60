"""The backup plan as its reader may see it, and a QR code a telephone can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.db.records import SessionView
from server.db.store import Store
from server.plans import plan_for, qr_rows
from signalling.protocol import OwnNumber, Role
from tests.stores import a_session, a_store, ann, ben

FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]


async def planned(store: Store, *, agreed: bool, numbers: tuple[str | None, str | None]) -> SessionView:
    mentor, mentee = await ann(store), await ben(store)
    for person, number in zip((mentor, mentee), numbers, strict=True):
        await store.people.set_number(person.id, number)
    found = await store.sessions.load(await a_session(store, numbers_agreed=agreed))
    assert found is not None
    return found


@pytest.mark.parametrize("role", ["mentor", "mentee"])
async def test_with_consent_each_sees_both_numbers(tmp_path: Path, role: Role) -> None:
    async with a_store(tmp_path) as store:
        session = await planned(store, agreed=True, numbers=("+447700900001", "+447700900002"))
        mentors, mentees = "+44 7700 900001", "+44 7700 900002"
        mine, theirs = (mentors, mentees) if role == "mentor" else (mentees, mentors)
        plan = await plan_for(store, session, role)
        assert plan.rings == "mentor"
        assert plan.mine == OwnNumber(number=mine, granted=True)
        assert plan.theirs is not None
        assert plan.theirs.number == theirs
        assert plan.theirs.tel == "tel:" + theirs.replace(" ", "")
        assert plan.theirs.qr == qr_rows(plan.theirs.tel)


async def test_without_consent_each_sees_the_own_number_only(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session = await planned(store, agreed=False, numbers=("+447700900001", "+447700900002"))
        plan = await plan_for(store, session, "mentee")
        assert plan.mine == OwnNumber(number="+44 7700 900002", granted=False)
        assert plan.theirs is None


async def test_who_has_no_number_has_none_to_show(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session = await planned(store, agreed=True, numbers=(None, "+447700900002"))
        plan = await plan_for(store, session, "mentor")
        assert plan.mine is None
        assert plan.theirs is not None
        assert (await plan_for(store, session, "mentee")).theirs is None


def test_a_qr_code_is_a_square_of_dark_and_light_with_three_corners() -> None:
    rows = qr_rows("tel:+447700900123")
    side = len(rows)
    assert side in range(21, 60, 4)
    assert {len(row) for row in rows} == {side}
    assert set("".join(rows)) == {"0", "1"}
    assert [row[:7] for row in rows[:7]] == FINDER
    assert [row[-7:] for row in rows[:7]] == FINDER
    assert [row[:7] for row in rows[-7:]] == FINDER
