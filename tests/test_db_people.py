"""People are known by their address; their numbers are sealed and shown by consent only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from server.errors import InvalidError
from tests.stores import NOON, StillClock, a_session, a_store, ann, ben


async def test_a_person_is_recognised_by_the_address_in_any_case(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        first = await store.people.ensure("Ann Archer", "Ann@Example.org")
        again = await store.people.ensure("Ann A. Archer", "ann@example.org")
        assert (again.id, again.name, again.email) == (first.id, "Ann A. Archer", "ann@example.org")
        assert await store.people.by_email("ANN@example.org") == again
        assert await store.people.person(first.id) == again
        assert await store.people.person("nobody") is None


async def test_a_number_is_kept_as_e164_and_does_not_show_in_the_files(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        person = await ann(store)
        await store.people.set_number(person.id, "+44 7700 900123")
        assert await store.people.number(person.id) == "+447700900123"
    files = [path for path in (tmp_path / "data").iterdir() if path.is_file()]
    assert files
    assert not any(b"7700900123" in path.read_bytes() for path in files)


async def test_a_number_can_be_taken_back(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        person = await ann(store)
        await store.people.set_number(person.id, "+447700900123")
        await store.people.set_number(person.id, None)
        assert await store.people.number(person.id) is None


@pytest.mark.parametrize(
    "text", ["07700 900123", "hello", "+44", "+447700900123 ext 5", "+1 555 0123", "112", "+" * 30]
)
async def test_what_could_not_be_dialled_from_abroad_is_refused(tmp_path: Path, text: str) -> None:
    async with a_store(tmp_path) as store:
        person = await ann(store)
        with pytest.raises(InvalidError, match="country code") as refused:
            await store.people.set_number(person.id, text)
        assert refused.value.error == "number.unusable"


async def test_a_new_number_is_shown_to_nobody_until_granted_again(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        person = await ann(store)
        await store.people.set_number(person.id, "+447700900001")
        session_id = await a_session(store, numbers_agreed=True)
        await store.people.set_number(person.id, "+44 7700 900001")
        same = await store.sessions.load(session_id)
        await store.people.set_number(person.id, "+447700900002")
        changed = await store.sessions.load(session_id)
        assert same is not None
        assert changed is not None
        assert (same.granted("mentor"), changed.granted("mentor")) == (True, False)


async def test_agreement_covers_only_numbers_that_are_there(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        await store.people.set_number((await ben(store)).id, "+447700900002")
        view = await store.sessions.load(await a_session(store, numbers_agreed=True))
        assert view is not None
        assert (view.granted("mentor"), view.granted("mentee")) == (False, True)


@pytest.mark.parametrize(
    ("told", "kept"),
    [("Europe/London", "Europe/London"), ("Mars/Olympus", "UTC"), ("../../etc/passwd", "UTC"), ("", "UTC")],
)
async def test_only_a_known_time_zone_is_kept(tmp_path: Path, told: str, kept: str) -> None:
    async with a_store(tmp_path) as store:
        person = await ann(store)
        await store.people.set_zone(person.id, told)
        found = await store.people.person(person.id)
        assert found is not None
        assert found.zone == kept


async def test_a_new_person_is_taken_to_live_where_the_inviter_does_until_the_browser_tells(
    tmp_path: Path,
) -> None:
    async with a_store(tmp_path) as store:
        person = await store.people.ensure("Ann Archer", "ann@example.org", "Europe/Berlin")
        again = await store.people.ensure("Ann Archer", "ann@example.org", "Europe/London")
        await store.people.set_zone(person.id, "Asia/Kolkata")
        told = await store.people.person(person.id)
        assert told is not None
        assert (person.zone, again.zone, told.zone) == ("Europe/Berlin", "Europe/Berlin", "Asia/Kolkata")


async def test_a_set_up_link_works_once_and_for_its_time(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        until = NOON + timedelta(hours=24)
        person = await store.people.add_coordinator("Cora", "cora@example.org", b"setup", until)
        found = await store.people.coordinator_by_setup(b"setup")
        assert found is not None
        assert (found.person, found.password) == (person, None)
        assert await store.people.coordinators() == [(person, False)]
        assert await store.people.set_credentials(person.id, "$argon2id$...", "BASE32SECRET")
        assert await store.people.coordinator_by_setup(b"setup") is None
        assert await store.people.coordinators() == [(person, True)]
        assert not await store.people.set_credentials(person.id, "$argon2id$other", "OTHER"), "both at once"
        found = await store.people.coordinator_by_email("cora@example.org")
        assert found is not None
        assert found.password == "$argon2id$..."
        await store.people.add_coordinator("Cora", "cora@example.org", b"again", until)
        clock.forward(hours=24)
        assert await store.people.coordinator_by_setup(b"again") is None


async def test_credentials_come_back_and_the_secret_is_sealed(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        person = await store.people.add_coordinator(
            "Cora", "cora@example.org", b"s", NOON + timedelta(days=1)
        )
        await store.people.set_credentials(person.id, "$argon2id$...", "BASE32SECRET")
        found = await store.people.coordinator_by_email("Cora@example.org")
        assert found is not None
        assert (found.password, found.totp_secret) == ("$argon2id$...", "BASE32SECRET")
    assert b"BASE32SECRET" not in (tmp_path / "data" / "ringback.sqlite3").read_bytes()


async def test_a_code_works_once_and_an_older_one_not_at_all(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        person = await store.people.add_coordinator("Cora", "cora@example.org", b"s", NOON)
        used = [await store.people.use_totp_step(person.id, step) for step in (100, 100, 99, 101)]
        assert used == [True, False, False, True]


async def test_a_sign_in_ends_with_its_time_with_signing_out_and_with_new_credentials(tmp_path: Path) -> None:
    clock = StillClock()
    async with a_store(tmp_path, clock) as store:
        person = await store.people.add_coordinator("Cora", "cora@example.org", b"s", NOON)
        for token in (b"out", b"time", b"new"):
            await store.people.sign_in(token, person.id, NOON + timedelta(hours=12))
        await store.people.sign_out(b"out")
        assert await store.people.signed_in(b"out") is None
        assert await store.people.signed_in(b"time") == person
        clock.forward(hours=12)
        assert await store.people.signed_in(b"time") is None
        clock.now = NOON
        await store.people.set_credentials(person.id, "$argon2id$...", "X")
        assert await store.people.signed_in(b"new") is None


async def test_a_person_without_the_right_is_never_signed_in(tmp_path: Path) -> None:
    async with a_store(tmp_path) as store:
        person = await ann(store)
        await store.people.sign_in(b"token", person.id, NOON + timedelta(hours=1))
        assert await store.people.signed_in(b"token") is None
        assert await store.people.coordinators() == []
