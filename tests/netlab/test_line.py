"""The line model against its own promises: rate, delay, order, loss, bursts, queue, blackout."""

from __future__ import annotations

from itertools import groupby, pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.netlab.line import JITTER_SLOT_US, Direction, Impairment, Losses

MS = 1000
SECOND = 1000 * MS


def direction(**impairment: Any) -> Direction:
    return Direction(Impairment(**impairment), Random(7))


def packet(number: int, size: int = 1000, protocol: int = 17) -> bytes:
    header = b"\x45" + bytes(8) + bytes([protocol]) + bytes(6) + number.to_bytes(4, "big")
    return header.ljust(size, b"\0")


def number_of(received: bytes) -> int:
    return int.from_bytes(received[16:20], "big")


def drain(line: Direction, until: int) -> list[tuple[int, int]]:
    """(time, packet number) of everything that arrives, driven as the forwarder does it."""
    seen: list[tuple[int, int]] = []
    while (at := line.next_at()) is not None and at <= until:
        seen += [(at, number_of(received)) for received in line.arrivals(at)]
    return seen


def test_a_good_line_only_delays() -> None:
    line = direction(delay_ms=10)
    line.send(500, packet(1))
    assert line.next_at() == 500 + 10 * MS
    assert line.arrivals(500 + 10 * MS - 1) == []
    assert line.arrivals(500 + 10 * MS) == [packet(1)]
    assert line.next_at() is None


def test_a_rate_spaces_packets_by_their_size() -> None:
    line = direction(rate_kbps=80, delay_ms=0, queue_ms=10_000)
    for number, size in enumerate((1000, 500, 1000)):
        line.send(0, packet(number, size))
    assert drain(line, SECOND) == [(100 * MS, 0), (150 * MS, 1), (250 * MS, 2)]


@pytest.mark.parametrize("rate_kbps", [25, 60, 150, 5000])
def test_a_saturated_line_carries_exactly_its_rate(rate_kbps: int) -> None:
    line = direction(rate_kbps=rate_kbps, queue_ms=200)
    step = 1200 * 8000 // rate_kbps // 2
    for number in range(400):
        drain(line, number * step)
        line.send(number * step, packet(number, 1200))
    drain(line, 400 * step + line.impairment.delay_ms * MS)
    carried = line.counters.delivered_bytes * 8000 / (400 * step)
    assert carried == pytest.approx(rate_kbps, rel=0.01)
    assert line.counters.overflowed > 20


def test_the_queue_drops_what_comes_last_and_never_the_only_packet() -> None:
    line = direction(rate_kbps=60, queue_ms=300, delay_ms=0)
    assert line.impairment.queue_bytes == 2250
    for number in range(5):
        line.send(0, packet(number, 1000))
    assert [number for _, number in drain(line, SECOND)] == [0, 1]
    assert line.counters.overflowed == 3
    narrow = direction(rate_kbps=20, queue_ms=100, delay_ms=0)
    narrow.send(0, packet(9, 1400))
    assert drain(narrow, SECOND) == [(560 * MS, 9)]


def test_a_new_rate_applies_to_the_rest_of_the_packet_being_sent() -> None:
    line = direction(rate_kbps=8, queue_ms=10_000, delay_ms=0)
    line.send(0, packet(1))
    line.send(0, packet(2))
    line.set(500 * MS, Impairment(rate_kbps=80, queue_ms=10_000, delay_ms=0))
    assert drain(line, SECOND) == [(550 * MS, 1), (650 * MS, 2)]


def test_a_lifted_limit_lets_the_queue_go_at_once() -> None:
    line = direction(rate_kbps=8, queue_ms=10_000, delay_ms=5)
    line.send(0, packet(1))
    line.send(0, packet(2))
    line.set(300 * MS, Impairment(delay_ms=5))
    assert drain(line, SECOND) == [(305 * MS, 1), (305 * MS, 2)]


def test_jitter_varies_the_delay_within_its_bounds_and_keeps_the_order() -> None:
    line = direction(delay_ms=30, jitter_ms=20)
    arrived: list[tuple[int, int]] = []
    for number in range(2000):
        arrived += drain(line, number * JITTER_SLOT_US)
        line.send(number * JITTER_SLOT_US, packet(number, 100))
    arrived += drain(line, 3600 * SECOND)
    delays_ms = [(at - number * JITTER_SLOT_US) / MS for at, number in arrived]
    assert [number for _, number in arrived] == list(range(2000))
    assert min(delays_ms) >= 10
    assert max(delays_ms) <= 50
    assert sum(delays_ms) / 2000 == pytest.approx(31.7, abs=2)
    assert len({round(delay) for delay in delays_ms}) > 30


def test_packets_sent_together_share_one_draw_of_jitter() -> None:
    line = direction(delay_ms=30, jitter_ms=20)
    for number in range(10):
        line.send(5 * JITTER_SLOT_US + number, packet(number))
    times = [at for at, _ in drain(line, SECOND)]
    assert max(times) - min(times) <= 10


@pytest.mark.parametrize("loss_pm", [0, 20, 200, 500, 1000])
def test_random_loss_has_its_rate_and_no_memory(loss_pm: int) -> None:
    losses, count = Losses(Random(1)), 50_000
    pattern = [losses.hits(loss_pm, 1) for _ in range(count)]
    assert sum(pattern) / count * 1000 == pytest.approx(loss_pm, abs=7)
    if 0 < loss_pm < 1000:
        after_loss = [b for a, b in pairwise(pattern) if a]
        assert sum(after_loss) / len(after_loss) * 1000 == pytest.approx(loss_pm, abs=25)


@pytest.mark.parametrize(("loss_pm", "burst"), [(20, 2), (100, 3), (300, 3), (300, 8)])
def test_bursty_loss_has_its_rate_and_its_mean_burst(loss_pm: int, burst: int) -> None:
    losses, count = Losses(Random(2)), 200_000
    pattern = [losses.hits(loss_pm, burst) for _ in range(count)]
    runs = [len(list(run)) for lost, run in groupby(pattern) if lost]
    assert sum(pattern) / count * 1000 == pytest.approx(loss_pm, rel=0.06)
    assert sum(runs) / len(runs) == pytest.approx(burst, rel=0.05)


def test_lost_packets_have_used_the_line() -> None:
    line = direction(rate_kbps=80, delay_ms=0, queue_ms=10_000, loss_pm=1000)
    line.send(0, packet(1))
    drain(line, 50 * MS)
    line.set(50 * MS, Impairment(rate_kbps=80, delay_ms=0, queue_ms=10_000, loss_pm=1000))
    line.send(50 * MS, packet(2))
    drain(line, 150 * MS)
    assert line.counters.lost == 1
    drain(line, 200 * MS)
    assert line.counters.lost == 2
    assert line.counters.delivered_packets == 0


def test_equal_seeds_lose_equal_packets() -> None:
    def pattern(seed: int) -> list[bool]:
        losses = Losses(Random(seed))
        return [losses.hits(200, 3) for _ in range(500)]

    assert pattern(5) == pattern(5)
    assert pattern(5) != pattern(6)


def test_a_blackout_loses_what_is_on_the_line_and_what_comes() -> None:
    line = direction(rate_kbps=80, delay_ms=50, queue_ms=10_000)
    for number in range(3):
        line.send(0, packet(number))
    line.set(120 * MS, line.impairment.changed({"blackout": True}))
    line.send(130 * MS, packet(8))
    assert drain(line, SECOND) == []
    line.set(200 * MS, line.impairment.changed({"blackout": False}))
    line.send(200 * MS, packet(9))
    assert drain(line, SECOND) == [(350 * MS, 9)]
    assert line.counters.blacked_out == 4


def test_blocked_udp_leaves_tcp_alone() -> None:
    line = direction(udp_blocked=True)
    line.send(0, packet(1, protocol=17))
    line.send(0, packet(2, protocol=6))
    assert [number for _, number in drain(line, SECOND)] == [2]
    assert line.counters.blocked == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate_kbps": 0},
        {"loss_pm": 1001},
        {"loss_pm": -1},
        {"burst": 0},
        {"delay_ms": -1},
        {"loss_pm": 900, "burst": 2},
    ],
)
def test_an_impossible_line_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        Impairment(**wrong)  # type: ignore[arg-type]


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError):
        Impairment().changed({"rate_kbit": 60})


impairments = st.builds(
    Impairment,
    rate_kbps=st.none() | st.integers(8, 5000),
    queue_ms=st.integers(0, 2000),
    delay_ms=st.integers(0, 300),
    jitter_ms=st.integers(0, 300),
    loss_pm=st.integers(0, 500),
    burst=st.integers(1, 4),
    blackout=st.booleans(),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 100 * MS), st.one_of(st.integers(20, 1500), impairments)),
        max_size=60,
    )
)
def test_whatever_happens_to_the_line_packets_keep_their_order_and_are_accounted_for(
    events: list[tuple[int, int | Impairment]],
) -> None:
    line, now, arrived = direction(), 0, list[tuple[int, int]]()
    for number, (pause, event) in enumerate(events):
        now += pause
        arrived += drain(line, now)
        if isinstance(event, Impairment):
            line.set(now, event)
        else:
            line.send(now, packet(number, event))
    arrived += drain(line, now + 3600 * SECOND)
    counters = line.counters
    assert arrived == sorted(arrived)
    assert line.next_at() is None
    assert counters.delivered_packets == len(arrived)
    assert counters.sent_packets == (
        counters.delivered_packets + counters.lost + counters.overflowed + counters.blacked_out
    )
