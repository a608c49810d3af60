"""What a record of packets says of a line, what is heard over it, and which figures are taken at all.

Not here: what follows for a call (`test_verdict`).
"""

from __future__ import annotations

from random import Random

import msgspec
import pytest

from signalling.ladder_table import Audio
from signalling.line_record import LOST, Record, decode_figures
from signalling.simulate.hearing import Path as HeardPath
from signalling.simulate.line import FOREVER_MS, Link, Phase
from signalling.speech import HEARD_SHARE
from tests.made_line import Path


def test_a_record_says_what_was_lost_late_and_overtaken() -> None:
    record = Record((0, 40, LOST, 10, 0, 0, 0, 0, 0, 0), 900)
    assert record.lost_pm == 100
    assert record.reordered_pm == 0
    assert Record((50, 0, 0), None).reordered_pm == 667
    assert Record((10, 20, LOST, 40, 30), None).jitter_ms == 10
    assert Record((), None).is_dead


def test_what_the_packets_have_shown_a_line_carries_no_slow_tcp_denies() -> None:
    assert Record((0,) * 400, 59).kbps == 85
    assert Record((0,) * 100, 24, every_ms=60).kbps == 30
    assert Record((0,) * 400, 500).kbps == 500
    assert Record((200,) * 400, 59).kbps == 59, "they stood in a queue"
    assert Record((0, LOST) * 200, 59).kbps == 59, "half of them did not come"
    assert Record((0,) * 400, None).kbps is None


def sound(copies: int, kbps: int = 20) -> Audio:
    return Audio(kbps=kbps, copies=copies, packet_ms=20)


def made_up_pm(gone: int, there: int, audio: Audio) -> int:
    """So many packets lost and so many arrived, again and again, were somebody speaking all the time."""
    record = Record(((LOST,) * gone + (0,) * there) * 100, None)
    return round(record.concealed_pm(8000, audio) / HEARD_SHARE)


def test_what_is_lost_is_heard_by_a_later_packet_that_has_a_copy_of_it() -> None:
    assert made_up_pm(1, 3, sound(0, kbps=16)) == pytest.approx(250, abs=2)
    assert made_up_pm(1, 3, sound(0, kbps=20)) == pytest.approx(125, abs=2), "half by in-band FEC"
    assert made_up_pm(1, 3, sound(1)) == 0
    assert made_up_pm(2, 2, sound(1)) == pytest.approx(250, abs=2)
    assert made_up_pm(5, 5, sound(4)) == 0
    assert made_up_pm(10, 10, sound(4)) == pytest.approx(250, abs=2), "half of them lost their copies as well"


def test_a_copy_counts_when_it_comes_before_its_turn() -> None:
    """Where little is lost a listener does not wait for it."""
    assert made_up_pm(2, 98, sound(4)) == pytest.approx(10, abs=1)
    assert made_up_pm(2, 18, sound(4)) == 0


@pytest.mark.parametrize(("loss_pm", "burst"), [(200, 1), (500, 1), (250, 3), (300, 3)])
@pytest.mark.parametrize("copies", [0, 1, 4])
def test_the_check_and_the_model_of_calls_hear_the_same(loss_pm: int, burst: int, copies: int) -> None:
    link = Link([Phase(for_ms=FOREVER_MS, kbps=50_000, loss_pm=loss_pm, burst=burst)], Random(1))
    path, heard = HeardPath(link, Link([Phase(for_ms=FOREVER_MS, kbps=50_000)], Random(2))), 0.0
    for _ in range(4000):
        path.carry(50, 0, sound(copies), True)
        heard += path.concealed[-1] / 4
    record = Record(Path(loss_pm=loss_pm, bursts=burst).delays(3, packets=100_000), None)
    whole = sum(record.concealed_pm(at_ms, sound(copies)) for at_ms in range(2000, 2_000_000, 2000)) / 999
    assert whole == pytest.approx(heard, rel=0.2, abs=3)


def test_silence_grows_while_nothing_arrives_and_a_rise_is_what_even_the_fastest_had_to_wait() -> None:
    record = Record((0,) * 100 + (LOST,) * 100 + (70,) * 100, None)
    assert [record.look(at_ms).silence_ms for at_ms in (2000, 3000)] == [0, 1000]
    assert record.look(6000 - 20).rise_ms == 70


def good_json() -> dict[str, object]:
    return {
        "connected": True,
        "microphone": "heard",
        "up": [0],
        "down": [0],
        "upKbps": 1,
        "downKbps": 1,
        "rttMs": 9,
    }


def test_figures_are_read_as_the_browser_writes_them() -> None:
    assert decode_figures(msgspec.json.encode(good_json()).decode()).up_kbps == 1


@pytest.mark.parametrize(
    "change",
    [
        {"up": [0] * 1001},
        {"up": [-2]},
        {"up": [0.5]},
        {"down": [60_001]},
        {"upKbps": -1},
        {"rttMs": "9"},
        {"microphone": "loud"},
        {"connected": 1},
        {"name": "Ann Archer"},
    ],
    ids=lambda change: str(change)[:40],
)
def test_figures_that_no_check_measures_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_figures(msgspec.json.encode(good_json() | change).decode())
