"""Who may be written down for a session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.contacts import Contact, check_minutes, check_pair, contact, parse_contact
from server.errors import InvalidError
from server.names import MAX_NAME


def test_a_contact_is_a_name_and_an_address_in_lower_case() -> None:
    assert parse_contact("  Ann  Archer <Ann@Example.org> ") == Contact("Ann Archer", "ann@example.org")


@pytest.mark.parametrize(
    "text",
    ["", "Ann", "ann@example.org", "<ann@example.org>", "Ann <ann>", "Ann <ann@example.org> <b@example.org>"],
)
def test_half_a_contact_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        parse_contact(text)
    assert refused.value.error in {"contact.unusable", "name.unusable", "email.unusable"}


@pytest.mark.parametrize(
    "name",
    ["=?utf-8?q?x?=", "Ann\x00", "Ann\u202e", "\ud800", "", " ", "A" * (MAX_NAME + 1)],
)
def test_a_name_that_could_break_a_header_is_refused(name: str) -> None:
    with pytest.raises(InvalidError, match="name of 1 to 80"):
        contact(name, "ann@example.org")


@pytest.mark.parametrize("space", ["\r\n", "\u2028", "\u2029", "\t"])
def test_a_line_break_in_a_name_becomes_a_space(space: str) -> None:
    assert contact(f"Ann{space}Bcc: all@example.org", "ann@example.org").name == "Ann Bcc: all@example.org"


@pytest.mark.parametrize("name", ["Zoë Ångström", "أمل", "Jean-Luc O'Neill", "李 明", "👩‍🏫 Ann"])
def test_names_of_the_world_are_welcome(name: str) -> None:
    assert contact(name, "ann@example.org").name == name


@pytest.mark.parametrize(
    "email",
    [
        "ann",
        "ann@",
        "@example.org",
        "ann@localhost",
        "a b@example.org",
        "ann@example.org\r\nX: y",
        "ann@exämple.org",
        "ann@example.org,ben@example.org",
        "a" * 250 + "@example.org",
        '"ann"@example.org',
        "ann@[192.0.2.1]",
        "ann@[example.org",
        "ann..archer@example.org",
        "ann@example..org",
        "ann@-example.org",
    ],
)
def test_an_address_mail_could_not_reach_is_refused(email: str) -> None:
    with pytest.raises(InvalidError) as refused:
        contact("Ann", email)
    assert refused.value.error == "email.unusable"


@pytest.mark.parametrize("email", ["ann+ringback@example.org", "o'neill_a@mail-1.example.org", "a@b.co"])
def test_an_address_mail_can_reach_is_taken_as_it_is(email: str) -> None:
    assert contact("Ann", email).email == email


@given(st.text(max_size=300))
def test_any_text_is_either_a_clean_contact_or_a_clear_refusal(text: str) -> None:
    try:
        found = parse_contact(text)
    except InvalidError:
        return
    assert found == contact(found.name, found.email)
    assert not set("\r\n\x00") & set(found.name + found.email)


def test_one_person_cannot_hold_both_seats() -> None:
    with pytest.raises(InvalidError, match="same e-mail address"):
        check_pair(Contact("Ann", "ann@example.org"), Contact("Ann Archer", "ann@example.org"))


@pytest.mark.parametrize("minutes", [4, 481, -1])
def test_a_length_out_of_range_is_refused(minutes: int) -> None:
    with pytest.raises(InvalidError):
        check_minutes(minutes)
    assert check_minutes(30) == 30
