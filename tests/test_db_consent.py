"""Nobody but its owner can say yes to a number that is not the one the owner agreed to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.db import consent
from server.db.store import Store
from server.errors import InvalidError
from signalling.protocol import Role, SetNumber
from tests.bots.tab import new_id
from tests.stores import a_session, a_store, ann, audit

ANNS, OTHER = "+447700900001", "+447700900009"


async def booked(store: Store, tokens: str, number: str = "", *, agreed: bool = True) -> str:
    """A coordinator opens a session, with a number for Ann or without."""
    numbers: dict[Role, str] = {"mentor": number} if number else {}
    return await a_session(store, tokens=tokens, numbers_agreed=agreed, numbers=numbers)


async def granted(store: Store, session_id: str) -> bool:
    session = await store.sessions.load(session_id)
    assert session is not None
    return session.granted("mentor")


async def says(store: Store, session_id: str, *, yes: bool, number: str = ANNS) -> None:
    """Ann herself, in the lobby."""
    await store.panels.apply(session_id, "mentor", SetNumber(op=new_id(), number=number, granted=yes))


async def test_a_first_number_may_come_with_its_owners_consent(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        assert await granted(store, await booked(store, "one", ANNS))
        assert await store.people.number((await ann(store)).id) == ANNS


@pytest.mark.parametrize("times", [1, 2])
async def test_a_coordinator_who_changes_a_number_cannot_agree_for_its_owner(
    tmp_path: Path, times: int
) -> None:
    """Nor by saying it twice, when the number is not new any more."""
    async with a_store(tmp_path) as store:
        session_id = await booked(store, "first", ANNS)
        for time in range(times):
            session_id = await booked(store, str(time), OTHER)
            assert not await granted(store, session_id)
        assert await store.people.number((await ann(store)).id) == OTHER
        await says(store, session_id, yes=True, number=OTHER)
        assert await granted(store, await booked(store, "last", OTHER)), "the owner has been asked"
    assert ("operator", "number.changed.mentor") in audit(tmp_path)


async def test_consent_taken_back_is_not_given_by_the_next_booking(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await says(store, await booked(store, "first", ANNS), yes=False)
        assert not await granted(store, await booked(store, "second", ANNS))
        session_id = await booked(store, "third")
        assert not await granted(store, session_id)
        await says(store, session_id, yes=True)
        assert await granted(store, await booked(store, "fourth"))


async def test_a_booking_without_a_number_leaves_consent_as_it_is(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await booked(store, "first", ANNS)
        assert await granted(store, await booked(store, "second", agreed=False))


async def test_a_number_that_is_none_opens_no_session(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        with pytest.raises(InvalidError) as refused:
            await booked(store, "one", "0123")
        assert refused.value.error == "number.unusable"
        assert await store.calendar.around() == []


async def test_a_number_shown_is_on_record_until_its_owner_grants_it_anew(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        session_id = await booked(store, "one", ANNS)
        for _ in range(3):
            await store.sessions.number_shown(session_id, "mentee")
        await says(store, session_id, yes=True)
        for _ in range(3):
            await store.sessions.number_shown(session_id, "mentee")
    assert [each for each in audit(tmp_path) if each[1].startswith("number.")] == [
        ("mentee", "number.shown"),
        ("mentor", "number.granted"),
        ("mentee", "number.shown"),
    ]


async def test_who_cannot_decide_is_shown_to_nobody_and_fills_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consent, "MAX_CHANGES", 6)
    async with a_store(tmp_path) as store:
        session_id = await booked(store, "one", ANNS, agreed=False)
        for _ in range(20):
            for yes in (False, True):
                await says(store, session_id, yes=yes)
                await store.sessions.number_shown(session_id, "mentee")
        assert not await granted(store, session_id)
        assert await store.people.number((await ann(store)).id) == ANNS, "what was typed is kept"
    said = [what for who, what in audit(tmp_path) if who == "mentor"]
    assert len(said) == 7
    assert said[-1] == "number.withheld"
    assert len([who for who, what in audit(tmp_path) if what == "number.shown"]) <= 4
