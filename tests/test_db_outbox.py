"""The outbox: one sender a mail, nothing sent twice by mistake, nothing kept longer than needed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from server.db.outbox import EXPIRED
from server.db.records import Letter, Mail
from server.db.store import Store
from tests.stores import NOON, StillClock, a_store


def mail(n: int = 1, message: bytes = b"Subject: x\r\n\r\nhello\r\n") -> Mail:
    return Mail(f"summary/{n}/mentor", "ann@example.org", f"<{n}@example.org>", message)


async def only(store: Store) -> Letter:
    (letter,) = await store.outbox.listing()
    return letter


async def test_a_mail_is_leased_whole_and_to_one_sender_only(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.outbox.put([mail()])
        (letter,) = await store.outbox.lease(NOON, 10, 60)
        assert (letter.recipient, letter.message_id, letter.message) == (
            "ann@example.org",
            "<1@example.org>",
            b"Subject: x\r\n\r\nhello\r\n",
        )
        assert await store.outbox.lease(NOON + timedelta(seconds=59), 10, 60) == []
        assert len(await store.outbox.lease(NOON + timedelta(seconds=60), 10, 60)) == 1


async def test_senders_asking_at_once_share_the_mails_without_overlap(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store, a_store(tmp_path) as other:
        await store.outbox.put([mail(n) for n in range(30)])
        leases = await asyncio.gather(
            *(each.outbox.lease(NOON, 5, 60) for each in (store, other) for _ in range(5))
        )
        leased = [letter.id for letters in leases for letter in letters]
        assert len(leased) == len(set(leased)) == 30


async def test_the_same_key_is_put_in_once(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.outbox.put([mail(), mail()])
        await store.outbox.put([mail(message=b"another")])
        assert (await only(store)).message == mail().message


async def test_what_was_sent_is_not_leased_again_and_its_text_is_forgotten(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        await store.outbox.put([mail()])
        (letter,) = await store.outbox.lease(NOON, 10, 60)
        clock.forward(seconds=2)
        assert await store.outbox.sent(letter)
        assert await store.outbox.lease(NOON + timedelta(days=1), 10, 60) == []
        kept = await only(store)
        assert (kept.state, kept.sent, kept.message, kept.tries) == ("sent", clock.now, b"", 1)


async def test_a_mail_to_be_retried_waits_for_its_time(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.outbox.put([mail()])
        (letter,) = await store.outbox.lease(NOON, 10, 60)
        later = NOON + timedelta(minutes=5)
        assert await store.outbox.retry(letter, "451 try later", later)
        assert await store.outbox.next_due() == later
        assert await store.outbox.lease(later - timedelta(seconds=1), 10, 60) == []
        (again,) = await store.outbox.lease(later, 10, 60)
        assert (again.tries, again.error) == (1, "451 try later")


async def test_a_sender_whose_lease_ran_out_decides_nothing_any_more(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.outbox.put([mail()])
        (late,) = await store.outbox.lease(NOON, 10, 60)
        (now,) = await store.outbox.lease(NOON + timedelta(seconds=60), 10, 60)
        assert not await store.outbox.retry(late, "late", NOON)
        assert not await store.outbox.failed(late, "late")
        assert not await store.outbox.sent(late)
        assert await store.outbox.sent(now)
        assert (await only(store)).tries == 1


async def test_a_mail_given_up_keeps_the_reason_and_forgets_the_text(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.outbox.put([mail()])
        (letter,) = await store.outbox.lease(NOON, 10, 60)
        await store.outbox.failed(letter, "550 no such user")
        kept = await only(store)
        assert (kept.state, kept.error, kept.message) == ("failed", "550 no such user", b"")
        assert await store.outbox.next_due() is None


async def test_after_three_days_a_mail_is_given_up_whatever_happened(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        await store.outbox.put([mail(1), mail(2)])
        letter = (await store.outbox.lease(NOON, 1, 60))[0]
        await store.outbox.retry(letter, "connection refused", NOON + timedelta(days=9))
        clock.forward(hours=71, minutes=59)
        assert await store.outbox.expire() == 0
        clock.forward(minutes=1)
        assert await store.outbox.expire() == 2
        kept = await store.outbox.listing()
        assert {(each.state, each.message, each.error) for each in kept} == {
            ("failed", b"", EXPIRED),
            ("failed", b"", f"connection refused; {EXPIRED}"),
        }


async def test_the_text_of_a_mail_does_not_show_in_the_database_files(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.outbox.put([mail(message=b"canary-51ab")])
        letter = await store.outbox.letter((await only(store)).id)
        assert letter is not None
        assert letter.message == b"canary-51ab"
        assert await store.outbox.letter(10_000) is None
        in_use = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"canary-51ab" not in in_use
