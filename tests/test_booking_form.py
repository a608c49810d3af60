"""What a coordinator's form becomes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.pages.booking_form import FIELDS, MAX_FIELD, blank, read

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
GOOD = {
    "mentor_name": "Ann Archer",
    "mentor_email": "ann@example.org",
    "mentor_number": "+44 7700 900001",
    "mentee_name": "Ben Brook",
    "mentee_email": "ben@example.org",
    "day": "2026-03-30",
    "time": "14:00",
    "minutes": "45",
    "zone": "Europe/London",
}


def test_a_filled_form_is_a_booking_with_its_start_in_utc() -> None:
    booking = read(GOOD, NOW).booking
    assert booking is not None
    assert booking.starts == datetime(2026, 3, 30, 13, 0, tzinfo=UTC)  # summer time began the day before
    assert (booking.minutes, booking.mentor_number, booking.mentee_number) == (45, "+447700900001", "")
    assert not booking.numbers_agreed
    agreed = read(GOOD | {"numbers_agreed": "1"}, NOW).booking
    assert agreed is not None
    assert agreed.numbers_agreed


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("mentor_name", ""),
        ("mentor_email", "ann"),
        ("mentor_number", "07700 900001"),
        ("mentee_email", "Ann@example.org"),
        ("day", "soon"),
        ("day", "1999-01-01"),
        ("minutes", "3"),
        ("minutes", "half"),
        ("minutes", "9" * 5000),
        ("zone", "Middle/Earth"),
        ("zone", "../../etc/passwd"),
    ],
)
def test_each_mistake_is_told_at_its_field_and_keeps_the_rest(field: str, text: str) -> None:
    answer = read(GOOD | {field: text}, NOW)
    assert answer.booking is None
    assert list(answer.problems) == [field]
    assert answer.problems[field].endswith(".")
    assert answer.form["mentee_name"] == "Ben Brook"
    assert len(answer.form[field]) <= MAX_FIELD


def test_all_mistakes_are_told_together() -> None:
    wrong = GOOD | {
        "mentee_email": "ANN@example.org",
        "mentor_number": "12",
        "mentee_number": "12",
        "zone": "X",
    }
    assert set(read(wrong, NOW).problems) == {"mentee_email", "mentor_number", "mentee_number", "zone"}
    assert "same e-mail address" in read(wrong, NOW).problems["mentee_email"]


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=400)))
def test_any_posted_text_gets_an_answer(posted: dict[str, str]) -> None:
    answer = read(posted, NOW)
    assert (answer.booking is None) == bool(answer.problems)


def test_the_form_starts_with_now_in_the_readers_zone() -> None:
    form = blank(NOW, "Europe/Berlin")
    assert (form["day"], form["time"], form["minutes"]) == ("2026-03-20", "10:00", "30")
