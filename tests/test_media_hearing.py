"""What the partner measures and reports: loss by sequence numbers, round trips by questions, 22 bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.hearing import MOST_PACKETS, SEQUENCES, Hearing
from server.media.reports import EXTRA_BYTES, SHAPE, Questions, Report, decode, encode

REPORT = Report(
    n=70_000,
    echo=69_999,
    held_ms=240,
    received_kbps=1234,
    loss_pm=53,
    concealed_pm=0,
    silence_ms=20,
    server_rise_ms=None,
    at_last_rung=True,
)
NUMBERS = st.none() | st.integers(0, 65_534)
REPORTS = st.builds(
    Report,
    n=st.integers(0, 2**32 - 1),
    echo=st.none() | st.integers(0, 2**32 - 2),
    held_ms=st.integers(0, 65_535),
    received_kbps=NUMBERS,
    loss_pm=NUMBERS,
    concealed_pm=NUMBERS,
    silence_ms=NUMBERS,
    server_rise_ms=NUMBERS,
    at_last_rung=st.booleans(),
    speech_lost=st.booleans(),
    long=st.booleans(),
)


@given(REPORTS)
def test_a_report_arrives_as_it_was_sent(report: Report) -> None:
    assert decode(encode(report)) == report


def test_a_report_is_laid_out_as_the_protocol_says() -> None:
    """docs/protocol.md, Reports: version, flags, five metrics, held, number, echo."""
    told = "01 01 04d2 0035 0000 0014 ffff 00f0 00011170 0001116f"
    assert encode(REPORT) == bytes.fromhex(told)
    assert len(encode(REPORT)) == 22


@pytest.mark.parametrize(
    "data",
    [
        "text",
        None,
        b"",
        bytes(SHAPE.size),
        b"\x02" + bytes(SHAPE.size - 1),
        b"\x01" + bytes(SHAPE.size),
        b"\x01" + bytes(SHAPE.size + EXTRA_BYTES),
    ],
)
def test_anything_else_is_no_report(data: object) -> None:
    assert decode(data) is None


@given(st.binary(min_size=0, max_size=700))
def test_no_bytes_are_too_much_for_it(data: bytes) -> None:
    decode(data)


def heard(*sequences: int, every_ms: int = 20) -> tuple[Hearing, int]:
    hearing, at_ms = Hearing(), 0
    for sequence in sequences:
        at_ms += every_ms
        hearing.packet(at_ms, sequence % SEQUENCES)
    return hearing, at_ms


def test_what_is_missing_between_the_first_and_the_last_is_lost() -> None:
    hearing, at_ms = heard(*(number for number in range(100) if number % 10 != 5))
    assert hearing.loss_pm(at_ms) == 100


def test_numbers_begin_again_at_65536_and_come_out_of_order() -> None:
    hearing, at_ms = heard(*range(65_530, 65_534), 65_535, 65_534, *range(65_536, 65_550))
    assert hearing.loss_pm(at_ms) == 0


def test_after_a_leap_the_count_begins_anew() -> None:
    hearing, at_ms = heard(*range(50), *range(30_000, 30_020))
    assert hearing.loss_pm(at_ms) == 0


def test_what_was_lost_longer_ago_than_the_window_is_forgotten() -> None:
    hearing, at_ms = heard(*range(0, 40, 2), *range(40, 160))
    assert hearing.loss_pm(at_ms) == 0


def test_too_little_says_nothing() -> None:
    hearing, at_ms = heard(1, 2, 9)
    assert hearing.loss_pm(at_ms) is None


def test_a_flood_is_kept_in_bounds() -> None:
    hearing, at_ms = heard(*range(5 * MOST_PACKETS), every_ms=0)
    assert hearing.loss_pm(at_ms) == 0
    assert len(hearing._packets) == MOST_PACKETS


def test_the_rate_is_of_the_last_second() -> None:
    hearing = Hearing()
    for second in range(4):
        hearing.received(second * 500, second * 5000)
    assert hearing.received_kbps == 80


def test_a_round_trip_is_what_the_answer_took_less_what_it_was_held_back() -> None:
    questions = Questions()
    questions.asked(1, 0)
    questions.asked(2, 250)
    questions.answered(2, 40, 400)
    assert questions.rtt_ms(400) == 110
    questions.answered(1, 0, 500)
    assert questions.rtt_ms(500) == 110, "an answer that was overtaken says nothing"


def test_without_answers_the_oldest_question_tells_its_age() -> None:
    questions = Questions()
    assert questions.rtt_ms(0) is None
    questions.asked(1, 0)
    questions.answered(1, 0, 50)
    for number in range(2, 12):
        questions.asked(number, number * 250)
    assert questions.rtt_ms(3000) == 2500
