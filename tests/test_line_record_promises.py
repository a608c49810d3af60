"""What holds for any record of packets, however odd, and for any verdict on one.

Not here: single records by value (`test_line_record`), the lines people have (`test_verdict`).
"""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.ladder_table import TABLE, Audio
from signalling.line_record import DEEPEST_MS, EVERY_MS, LOST, Figures, Record, decode_figures
from signalling.speech import HEARD_SHARE
from signalling.verdict import judge

delays = st.one_of(st.just(LOST), st.integers(0, 120), st.sampled_from([0, 399, 400, 60_000]))
packets = st.lists(st.tuples(delays, st.integers(1, 40)), min_size=0, max_size=12).map(
    lambda parts: tuple(delay for delay, count in parts for _ in range(count))
)
"""Stretches alike, as lines have them."""
sounds = st.sampled_from([audio for rung in TABLE.rungs for audio in rung.audio.values()])
speeds = st.none() | st.sampled_from([0, 1, 30, 85, 300, 10_000_000])


@settings(max_examples=50)
@given(packets, speeds, st.sampled_from([20, 60]), st.integers(0, 200))
def test_every_figure_of_a_record_is_one(
    sent: tuple[int, ...], kbps: int | None, every_ms: int, look: int
) -> None:
    record = Record(sent, kbps, every_ms)
    seen = record.look(500 * look)
    whole_ms = len(sent) * every_ms
    assert 0 <= record.lost_pm <= 1000
    assert 0 <= record.reordered_pm <= 1000
    assert 0 <= record.jitter_ms <= 60_000
    assert 0 <= record.buffer_ms <= DEEPEST_MS
    assert record.is_dead == all(delay == LOST for delay in sent)
    assert (record.kbps is None) == (kbps is None)
    assert (record.kbps or 0) >= (kbps or 0)
    assert 0 <= seen.loss_pm <= 1000
    assert 0 <= seen.silence_ms <= whole_ms
    assert seen.rise_ms == 0 or seen.rise_ms in sent


@settings(max_examples=30)
@given(packets.filter(bool), st.integers(0, 200), st.integers(1, 3), sounds)
def test_a_record_is_read_as_if_it_went_on_for_ever(
    sent: tuple[int, ...], look: int, rounds: int, audio: Audio
) -> None:
    record = Record(sent, None)
    at_ms, later_ms = EVERY_MS * look, EVERY_MS * (look + rounds * len(sent))
    assert record.look(at_ms) == record.look(later_ms)
    assert record.arrives(at_ms) == record.arrives(later_ms) == (sent[look % len(sent)] != LOST)
    assert record.concealed_pm(at_ms, audio) == record.concealed_pm(later_ms, audio)


@settings(max_examples=30)
@given(packets, st.integers(0, 100), sounds)
def test_a_packet_of_60_ms_is_three_of_20_that_share_their_fate(
    sent: tuple[int, ...], look: int, audio: Audio
) -> None:
    seldom, often = Record(sent, None, 60), Record(tuple(each for each in sent for _ in range(3)), None)
    at_ms = 500 * look
    assert seldom.look(at_ms) == often.look(at_ms)
    assert seldom.lost_pm == often.lost_pm
    assert seldom.is_thin
    assert not often.is_thin


@settings(max_examples=40)
@given(packets, st.integers(0, 40), sounds)
def test_of_speech_no_more_is_made_up_than_there_is(sent: tuple[int, ...], look: int, audio: Audio) -> None:
    made_up = Record(sent, None).concealed_pm(500 * look, audio)
    assert 0 <= made_up <= round(1000 * HEARD_SHARE)
    if sent and all(delay == LOST for delay in sent):
        assert made_up == round(1000 * HEARD_SHARE)
    if all(0 <= delay <= 20 for delay in sent):
        assert made_up == 0


@settings(max_examples=30)
@given(packets, st.integers(0, 40), st.integers(1, 3))
def test_one_copy_more_is_never_heard_as_more_damage(sent: tuple[int, ...], look: int, copies: int) -> None:
    record = Record(sent, None)
    few, many = (Audio(kbps=20, copies=each, packet_ms=20) for each in (copies, copies + 1))
    assert record.concealed_pm(500 * look, many) <= record.concealed_pm(500 * look, few)


def test_a_deep_queue_is_followed_no_deeper_than_a_conversation_bears() -> None:
    assert Record((0,) * 90 + (150,) * 10, None).buffer_ms == 170
    assert Record((0,) * 90 + (390,) * 10, None).buffer_ms == 400
    assert Record((0,) * 96 + (390,) * 4, None).buffer_ms == 20, "a few stragglers are given up"
    assert Record((), None).buffer_ms == 20


@pytest.mark.parametrize(("pm", "delay"), [(0, 1), (500, 51), (900, 91), (1000, 100)])
def test_a_delay_that_so_many_do_not_exceed(pm: int, delay: int) -> None:
    record = Record((LOST, *range(100, 0, -1), LOST), None)
    assert record.delay_ms(pm) == delay


figures = st.builds(
    Figures,
    connected=st.booleans(),
    microphone=st.sampled_from(["heard", "silent", "none"]),
    every_ms=st.sampled_from([20, 60]),
    up=packets,
    down=packets,
    up_kbps=speeds,
    down_kbps=speeds,
    rtt_ms=st.none() | st.integers(0, 60_000),
    socket=st.booleans(),
)


@settings(max_examples=12)
@given(figures)
def test_whatever_is_handed_in_has_a_verdict_that_holds_together(handed_in: Figures) -> None:
    assert decode_figures(msgspec.json.encode(handed_in).decode()) == handed_in
    verdict = judge(handed_in)
    at = TABLE.index(verdict.rung)
    if verdict.readiness == "good":
        assert at <= TABLE.index(TABLE.start)
        assert handed_in.microphone == "heard"
        assert verdict.remedy in ("none", "nearer")
    else:
        assert verdict.remedy != "none"
    if verdict.rung == "phone":
        assert verdict.readiness == "not_ready"
        assert verdict.remedy in ("telephone", "network")
    if verdict.remedy == "network":
        reached = handed_in.connected and handed_in.socket
        assert not reached or verdict.up.loss_pm in (0, 1000) or verdict.down.loss_pm in (0, 1000)
    assert (verdict.remedy == "microphone") <= (handed_in.microphone != "heard")
