"""Who guesses is stopped, and nobody else."""

from __future__ import annotations

from datetime import timedelta

from server.guessing import CODES, PER_ACCOUNT, PER_NETWORK, WINDOW_S, Guessing
from tests.stores import NOON

HOME, CAFE = "192.0.2.1", "203.0.113.1"


def test_a_network_that_guesses_is_locked_out_of_that_account_only() -> None:
    guessing = Guessing()
    assert all(guessing.begin(CAFE, "cora@example.org", NOON) for _ in range(PER_ACCOUNT))
    assert not guessing.begin(CAFE, "cora@example.org", NOON)
    assert guessing.begin(HOME, "cora@example.org", NOON)
    assert guessing.begin(CAFE, "carl@example.org", NOON)


def test_a_lock_out_ends_by_itself() -> None:
    guessing = Guessing()
    for _ in range(PER_ACCOUNT + 5):
        guessing.begin(CAFE, "cora@example.org", NOON)
    later = NOON + timedelta(seconds=WINDOW_S + 1)
    assert guessing.begin(CAFE, "cora@example.org", later)


def test_a_network_has_so_many_tries_in_all() -> None:
    guessing = Guessing()
    assert all(guessing.begin(CAFE, f"{number}@example.org", NOON) for number in range(PER_NETWORK))
    assert not guessing.begin(CAFE, "cora@example.org", NOON)
    assert guessing.begin(HOME, "cora@example.org", NOON)


def test_codes_are_counted_by_account_wherever_they_come_from() -> None:
    guessing = Guessing()
    assert all(guessing.begin_code("cora", NOON) for _ in range(CODES))
    assert not guessing.begin_code("cora", NOON)
    assert guessing.begin_code("carl", NOON)


def test_what_succeeds_is_no_guess() -> None:
    guessing = Guessing()
    for _ in range(max(PER_NETWORK, CODES) * 2):
        assert guessing.begin(HOME, "cora@example.org", NOON)
        assert guessing.begin_code("cora", NOON)
        guessing.succeeded(HOME, "cora@example.org", "cora")
