"""A link opens one seat; its cookie opens that seat only, and dies when the link is replaced."""

from __future__ import annotations

import pytest

from server.seats import SeatCookies, is_role, link_url, seat_path

KEY = SeatCookies(b"k" * 32)


def test_a_link_holds_its_token() -> None:
    assert link_url("https://call.example.org", "t0ken") == "https://call.example.org/join/t0ken"


def test_a_cookie_opens_its_own_seat() -> None:
    assert KEY.opens(KEY.value("s", "mentor", 1), "s", "mentor", 1)


@pytest.mark.parametrize("other", [("t", "mentor", 1), ("s", "mentee", 1), ("s", "mentor", 2)])
def test_a_cookie_opens_no_other_seat_and_dies_with_its_link(other: tuple[str, str, int]) -> None:
    session, role, generation = other
    assert is_role(role)
    assert not KEY.opens(KEY.value("s", "mentor", 1), session, role, generation)


@pytest.mark.parametrize("forged", ["", "x", "é", "\udc80", "A" * 43, "A" * 10_000])
def test_a_forged_cookie_opens_nothing(forged: str) -> None:
    assert not KEY.opens(forged, "s", "mentor", 1)


def test_a_cookie_under_another_key_opens_nothing() -> None:
    assert not KEY.opens(SeatCookies(b"o" * 32).value("s", "mentor", 1), "s", "mentor", 1)


def test_a_cookie_is_safe_to_send() -> None:
    assert set(KEY.value("s", "mentor", 1)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_the_cookie_lives_below_its_seat_only() -> None:
    assert seat_path("abc", "mentee") == "/session/abc/mentee"


@pytest.mark.parametrize(
    ("text", "claim"), [("mentor", True), ("mentee", True), ("Mentor", False), ("", False)]
)
def test_there_are_two_roles(text: str, claim: bool) -> None:
    assert is_role(text) is claim


def test_the_turn_server_learns_a_stable_name_that_is_not_the_cookie() -> None:
    pseudonym = KEY.pseudonym("s", "mentor")
    assert pseudonym == KEY.pseudonym("s", "mentor") != KEY.pseudonym("s", "mentee")
    assert len(pseudonym) == 16
    assert pseudonym not in KEY.value("s", "mentor", 1)
