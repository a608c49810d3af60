"""Times in mails: each reader's clock, also when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.mail.times import day, moment, same_clock, span


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "minutes", "zone", "words"),
    [
        ("2026-03-28T12:00", 30, "Europe/London", "Saturday 28 March 2026, 12:00–12:30 (London time, UTC)"),
        ("2026-03-30T12:00", 30, "Europe/London", "Monday 30 March 2026, 13:00–13:30 (London time, UTC+1)"),
        (
            "2026-03-29T00:45",
            30,
            "Europe/London",
            (
                "Sunday 29 March 2026, 00:45 (London time, UTC) to "
                "Sunday 29 March 2026, 02:15 (London time, UTC+1)"
            ),
        ),
        (
            "2026-10-25T00:45",
            30,
            "Europe/London",
            (
                "Sunday 25 October 2026, 01:45 (London time, UTC+1) to "
                "Sunday 25 October 2026, 01:15 (London time, UTC)"
            ),
        ),
        (
            "2026-03-02T03:30",
            60,
            "America/New_York",
            "Sunday 1 March 2026, 22:30–23:30 (New York time, UTC-5)",
        ),
        ("2026-03-02T12:00", 45, "Asia/Kolkata", "Monday 2 March 2026, 17:30–18:15 (Kolkata time, UTC+5:30)"),
        (
            "2026-03-02T23:45",
            30,
            "UTC",
            "Monday 2 March 2026, 23:45 (UTC) to Tuesday 3 March 2026, 00:15 (UTC)",
        ),
        ("2026-03-02T14:37", 0, "Europe/London", "Monday 2 March 2026, 14:37 (London time, UTC)"),
        ("2026-03-02T12:00", 30, "Etc/GMT+5", "Monday 2 March 2026, 07:00–07:30 (UTC-5)"),
        ("2026-03-02T12:00", 30, "No/Where", "Monday 2 March 2026, 12:00–12:30 (UTC)"),
    ],
)
def test_a_span_is_told_by_the_readers_clock(starts: str, minutes: int, zone: str, words: str) -> None:
    assert span(at(starts), at(starts) + timedelta(minutes=minutes), zone) == words


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first, second = (moment(at(text), "Europe/Berlin") for text in ("2026-10-25T00:30", "2026-10-25T01:30"))
    assert first == "Sunday 25 October 2026, 02:30 (Berlin time, UTC+2)"
    assert second == "Sunday 25 October 2026, 02:30 (Berlin time, UTC+1)"


def test_a_calendar_day_is_the_same_day_everywhere() -> None:
    assert (day("2026-05-01"), day("")) == ("Friday 1 May 2026", "")


def test_clocks_are_compared_at_the_moment_that_counts() -> None:
    assert same_clock(at("2026-03-02T12:00"), "Europe/London", "Europe/Lisbon")
    assert not same_clock(at("2026-03-20T12:00"), "Europe/London", "America/New_York")
    assert same_clock(at("2026-07-01T12:00"), "Europe/Berlin", "Africa/Johannesburg")
    assert not same_clock(at("2026-01-01T12:00"), "Europe/Berlin", "Africa/Johannesburg")
