"""What a room's journal decides: order, waiting, setting aside, and the number a reader is given."""

from __future__ import annotations

from server.documents.journal import (
    COMPACT_ROWS,
    DEATHS,
    MAX_BACKLOG_BYTES,
    MAX_BACKLOG_ROWS,
    MAX_WAITING,
    Effect,
    Journal,
    Quarantine,
    Relay,
    Row,
)
from server.documents.wire import Judged

GOOD, MISSING, FULL, MALFORMED = (
    Judged("good"),
    Judged("missing"),
    Judged("full"),
    Judged("malformed", "a reason"),
)


def a_journal(*seqs: int, snapshot_seq: int = 0) -> Journal:
    """One that has read the database, and has then been given these updates."""
    journal = Journal(snapshot_seq)
    journal.is_stale = False
    journal.fill([])
    for seq in seqs:
        journal.add(row(seq))
    return journal


def row(seq: int) -> Row:
    return Row(seq, b"x", "mentor", seq.to_bytes(16))


def judge(journal: Journal, verdict: Judged, seq: int) -> list[Effect]:
    """The next update must be this one."""
    assert not journal.wants_rows
    taken = journal.next()
    assert taken
    assert taken.seq == seq
    return journal.judged(taken, verdict)


def test_a_good_update_is_relayed_under_its_number() -> None:
    journal = a_journal(1)
    assert judge(journal, GOOD, 1) == [Relay(1, row(1))]
    assert not journal.has_work


def test_updates_are_judged_in_order_of_their_numbers() -> None:
    journal = a_journal(2, 1)
    judge(journal, GOOD, 1)
    judge(journal, GOOD, 2)


def test_a_new_journal_first_asks_what_the_database_holds() -> None:
    journal = Journal(7)
    assert journal.has_work
    assert journal.wants_rows


def test_a_number_that_is_not_here_is_looked_up() -> None:
    journal = a_journal(1, 3)
    judge(journal, GOOD, 1)
    assert journal.wants_rows
    journal.fill([(2, b"y"), (3, b"x")])
    judge(journal, GOOD, 2)
    assert judge(journal, GOOD, 3) == [Relay(3, row(3))]


def test_a_number_the_database_does_not_hold_either_is_passed_over() -> None:
    journal = a_journal(1, 3)
    judge(journal, GOOD, 1)
    journal.fill([(3, b"x")])
    judge(journal, GOOD, 3)


def test_what_is_judged_already_is_not_judged_again() -> None:
    journal = a_journal(1)
    judge(journal, GOOD, 1)
    journal.add(row(1))
    assert not journal.has_work


def test_a_bad_update_is_set_aside_and_its_sender_told() -> None:
    journal = a_journal(1)
    (effect,) = judge(journal, MALFORMED, 1)
    assert isinstance(effect, Quarantine)
    assert effect.why == "a reason"
    assert effect.refused.error == "note.malformed"
    assert effect.refused.id == "00000000-0000-0000-0000-000000000001"
    assert journal.watermark == 1


def test_a_full_document_is_said_so() -> None:
    (effect,) = judge(a_journal(1), FULL, 1)
    assert isinstance(effect, Quarantine)
    assert effect.refused.error == "note.full"


def test_the_sender_of_a_refused_update_is_told_again_when_it_comes_again() -> None:
    journal = a_journal(1)
    first = judge(journal, MALFORMED, 1)
    assert [journal.told_before(row(1))] == first
    assert journal.told_before(row(2)) is None


def test_an_update_that_leans_on_another_waits_for_it() -> None:
    journal = a_journal(1, 2)
    assert judge(journal, MISSING, 1) == []
    assert judge(journal, GOOD, 2) == [Relay(0, row(2))], "a reader does not have everything up to 2"
    assert judge(journal, GOOD, 1) == [Relay(2, row(1))], "now it has"
    assert not journal.has_work


def test_an_update_that_still_waits_is_not_asked_for_again_before_another_is_good() -> None:
    journal = a_journal(1, 2)
    judge(journal, MISSING, 1)
    judge(journal, GOOD, 2)
    judge(journal, MISSING, 1)
    assert not journal.has_work
    assert journal.watermark == 0
    assert not journal.has(1)
    assert journal.has(2)


def test_updates_that_wait_in_vain_are_set_aside_from_the_oldest() -> None:
    journal = a_journal(*range(1, MAX_WAITING + 2))
    for seq in range(1, MAX_WAITING + 1):
        assert judge(journal, MISSING, seq) == []
    (effect,) = judge(journal, MISSING, MAX_WAITING + 1)
    assert isinstance(effect, Quarantine)
    assert effect.row == row(1)


def test_two_deaths_of_its_own_doing_give_an_update_up() -> None:
    journal = a_journal(1)
    assert not journal.died(1, guilty=True)
    assert journal.died(1, guilty=True)


def test_being_killed_from_outside_is_no_fault_of_the_update_for_a_while() -> None:
    journal = a_journal(1)
    assert [journal.died(1, guilty=False) for _ in range(DEATHS)] == [False] * (DEATHS - 1) + [True]


def test_enough_updates_are_compacted_once() -> None:
    journal = a_journal(*range(1, COMPACT_ROWS + 1))
    for seq in range(1, COMPACT_ROWS + 1):
        assert not journal.is_due
        judge(journal, GOOD, seq)
    assert [journal.is_due, journal.has_work, journal.is_ahead] == [True, True, True]
    journal.compacted(COMPACT_ROWS)
    assert [journal.is_due, journal.has_work, journal.is_ahead] == [False, False, False]


def test_a_snapshot_ends_before_what_still_waits() -> None:
    journal = a_journal(1, 2, 3)
    judge(journal, GOOD, 1)
    judge(journal, MISSING, 2)
    judge(journal, GOOD, 3)
    assert journal.watermark == 1


def test_a_backlog_has_an_end() -> None:
    assert not a_journal(*range(1, MAX_BACKLOG_ROWS)).is_full
    assert a_journal(*range(1, MAX_BACKLOG_ROWS + 1)).is_full
    journal = a_journal()
    journal.add(Row(1, bytes(MAX_BACKLOG_BYTES)))
    assert journal.is_full
