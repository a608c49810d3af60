"""Every session both met in ends with exactly one summary; the others just close."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from server.db.endings import LATE
from server.db.records import Mail, SummaryFacts
from server.db.store import Store
from server.errors import InvalidError
from signalling.protocol import EditAgenda, EditGoal, SetCurrent
from tests.stores import NOON, StillClock, a_session, a_store

QUIET_S = 120


def one_mail(facts: SummaryFacts) -> list[Mail]:
    return [Mail(f"summary/{facts.session.id}/mentor", "ann@example.org", "<s@example.org>", b"x")]


async def both_were_in(store: Store, clock: StillClock) -> str:
    """A session of ten minutes that both have left a moment ago."""
    session_id = await a_session(store)
    mentor = await store.sessions.entered(session_id, "mentor")
    mentee = await store.sessions.entered(session_id, "mentee")
    await store.sessions.set_met(session_id)
    clock.forward(minutes=10)
    await store.sessions.exited(mentor)
    await store.sessions.exited(mentee)
    return session_id


async def test_a_summary_is_due_when_both_have_been_gone_for_a_while(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await both_were_in(store, clock)
        clock.forward(seconds=119)
        assert await store.sessions.summaries_due(QUIET_S) == []
        assert not await store.sessions.summarise(session_id, one_mail, QUIET_S)
        clock.forward(seconds=1)
        assert await store.sessions.summaries_due(QUIET_S) == [session_id]
        assert await store.sessions.summarise(session_id, one_mail, QUIET_S)
        view = await store.sessions.load(session_id)
        assert view is not None
        assert (view.ended, view.ended_by, view.summarised) == (clock.now, None, clock.now)
        assert await store.sessions.summaries_due(QUIET_S) == []


async def test_a_summary_is_due_soon_when_one_ended_it_for_both(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await both_were_in(store, clock)
        await store.sessions.end(session_id, "mentee")
        await store.sessions.end(session_id, "mentor")
        assert await store.sessions.summaries_due(QUIET_S) == []
        clock.forward(seconds=LATE.total_seconds())
        assert await store.sessions.summaries_due(QUIET_S) == [session_id]
        view = await store.sessions.load(session_id)
        assert view is not None
        assert view.ended_by == "mentee"


async def test_a_summary_is_made_knowing_what_was_talked_about_at_the_end(tmp_path: Path) -> None:
    clock, item, seen = StillClock(), str(uuid.uuid4()), list[str | None]()

    def keep(facts: SummaryFacts) -> list[Mail]:
        seen.append(facts.current)
        return one_mail(facts)

    async with a_store(tmp_path, clock) as store:
        session_id = await both_were_in(store, clock)
        added = EditAgenda(op=str(uuid.uuid4()), item=item, text="Plans")
        await store.panels.apply(session_id, "mentor", added)
        await store.panels.apply(session_id, "mentor", SetCurrent(op=str(uuid.uuid4()), item=item))
        await store.sessions.end(session_id, "mentor")
        await store.sessions.summarise(session_id, keep)
        assert seen == [item]


async def test_ten_jobs_at_once_make_one_summary(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store, a_store(tmp_path, clock) as other:
        session_id = await both_were_in(store, clock)
        await store.sessions.end(session_id, None)
        done = await asyncio.gather(
            *(each.sessions.summarise(session_id, one_mail) for each in (store, other) for _ in range(5))
        )
        assert sum(done) == 1
        assert len(await store.outbox.listing()) == 1


async def test_somebody_who_comes_back_in_time_keeps_the_session_open(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await both_were_in(store, clock)
        clock.forward(seconds=119)
        await store.sessions.entered(session_id, "mentor")
        clock.forward(minutes=10)
        assert await store.sessions.summaries_due(QUIET_S) == []
        assert not await store.sessions.summarise(session_id, one_mail, QUIET_S)


async def test_after_the_summary_nobody_comes_back(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await both_were_in(store, clock)
        clock.forward(seconds=QUIET_S)
        await store.sessions.summarise(session_id, one_mail, QUIET_S)
        with pytest.raises(InvalidError, match="over"):
            await store.sessions.entered(session_id, "mentor")


async def test_a_session_only_one_came_to_has_no_summary_and_closes_in_the_end(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store, minutes=30)
        await store.sessions.exited(await store.sessions.entered(session_id, "mentor"))
        clock.forward(hours=12, minutes=29)
        assert await store.sessions.summaries_due(QUIET_S) == []
        assert await store.sessions.closings_due() == []
        clock.forward(minutes=1)
        assert await store.sessions.closings_due() == [session_id]
        await store.sessions.end(session_id, None)
        assert await store.sessions.closings_due() == []
        assert await store.sessions.summaries_due(QUIET_S) == []
        assert not await store.sessions.summarise(session_id, one_mail)


async def test_a_summary_that_cannot_be_composed_stays_due(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await both_were_in(store, clock)
        clock.forward(seconds=QUIET_S)

        def broken(facts: SummaryFacts) -> list[Mail]:
            raise LookupError

        with pytest.raises(LookupError):
            await store.sessions.summarise(session_id, broken, QUIET_S)
        view = await store.sessions.load(session_id)
        assert view is not None
        assert (view.ended, view.summarised) == (clock.now, None)
        assert await store.outbox.listing() == []
        clock.forward(seconds=LATE.total_seconds())
        assert await store.sessions.summaries_due(QUIET_S) == [session_id]
        assert await store.sessions.summarise(session_id, one_mail, QUIET_S)


async def test_ending_ends_the_stays(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await a_session(store)
        await store.sessions.entered(session_id, "mentor")
        clock.forward(minutes=3)
        await store.sessions.end(session_id, "mentor")
        (stay,) = await store.sessions.presences(session_id)
        view = await store.sessions.load(session_id)
        assert view is not None
        assert (stay.left, view.left) == (clock.now, clock.now)


async def test_the_facts_are_all_there_is_to_tell(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        session_id = await both_were_in(store, clock)
        item, here, before = (str(uuid.UUID(int=n)) for n in range(3))
        await store.panels.apply(
            session_id, "mentor", EditAgenda(op=str(uuid.uuid4()), item=item, text="Plans")
        )
        await store.panels.apply(
            session_id, "mentor", EditGoal(op=str(uuid.uuid4()), goal=here, specific="Talk")
        )
        other = await a_session(store, tokens="earlier", starts=NOON - timedelta(hours=2))
        await store.panels.apply(
            other, "mentor", EditGoal(op=str(uuid.uuid4()), goal=before, specific="Read")
        )
        await store.notes.append_note(session_id, "mentor", b"1" * 16, b"update")
        await store.notes.save_snapshot(session_id, 1, b"snapshot", "# What we said")
        await store.sessions.set_phone(session_id, "active")
        clock.forward(minutes=2)
        await store.sessions.set_phone(session_id, "active")
        await store.sessions.set_phone(session_id, "hidden")
        await store.sessions.end(session_id, "mentor")
        seen: list[SummaryFacts] = []

        def compose(facts: SummaryFacts) -> list[Mail]:
            seen.append(facts)
            return one_mail(facts)

        await store.sessions.summarise(session_id, compose)
        (facts,) = seen
        assert [each.text for each in facts.agenda] == ["Plans"]
        assert [(each.goal.specific, each.changed_here) for each in facts.goals] == [
            ("Talk", True),
            ("Read", False),
        ]
        assert facts.notes == "# What we said"
        assert len(facts.call.stays) == 2
        assert [step.state for step in facts.call.phone] == ["active", "hidden"]
