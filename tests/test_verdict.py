"""The verdict of a connection check: the rung and the remedy, on lines made of a few words each.

Not here: measuring a real line (`tests/bots/test_check.py`, `tests/browser/test_check.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

import msgspec
import pytest

from signalling.ladder_table import TABLE
from signalling.line_record import LOST, Figures, Record, decode_figures
from signalling.protocol import Readiness
from signalling.verdict import Remedy, judge

PACKETS = 400
"""8 s."""


@dataclass(frozen=True)
class Path:
    """One direction, made up: `bursts` is how many are lost in a row, `queue_ms` what stands in the way."""

    kbps: int | None = 20_000
    loss_pm: int = 0
    bursts: int = 1
    jitter_ms: int = 3
    queue_ms: int = 0
    outage_s: tuple[float, float] = (0, 0)

    def delays(self, seed: int) -> tuple[int, ...]:
        random, delays, losing = Random(seed), [], 0
        for at in range(PACKETS):
            losing = losing - 1 if losing else 0
            if not losing and random.random() < self.loss_pm / 1000 / self.bursts:
                losing = self.bursts
            dark = self.outage_s[0] <= at / 50 < self.outage_s[1]
            standing = self.queue_ms if at % 50 else 0
            delays.append(LOST if losing or dark else standing + random.randrange(self.jitter_ms + 1))
        return tuple(delays)


def checked(
    up: Path, down: Path | None = None, microphone: Literal["heard", "silent", "none"] = "heard"
) -> Figures:
    down = down or up
    return Figures(
        connected=True,
        microphone=microphone,
        up=up.delays(1),
        down=down.delays(2),
        up_kbps=up.kbps,
        down_kbps=down.kbps,
        rtt_ms=40,
    )


@dataclass(frozen=True)
class Case:
    name: str
    up: Path
    down: Path
    readiness: Readiness
    rung: str
    remedy: Remedy


CLEAN = Path()
CASES = [
    Case("a clean line", CLEAN, CLEAN, "good", "hd", "none"),
    Case(
        "home Wi-Fi, 1 %",
        Path(loss_pm=10, jitter_ms=20),
        Path(loss_pm=10, jitter_ms=20),
        "good",
        "hd",
        "none",
    ),
    Case("10 % random loss", Path(loss_pm=100), Path(loss_pm=100), "good", "hd", "nearer"),
    Case("500 kbit/s", Path(kbps=500), Path(kbps=500), "good", "sd", "none"),
    Case("250 kbit/s up", Path(kbps=250), CLEAN, "weak", "low", "voice_first"),
    Case("60 kbit/s down", CLEAN, Path(kbps=60), "weak", "voice", "voice_first"),
    Case("25 kbit/s", Path(kbps=25), Path(kbps=25), "weak", "survival", "telephone"),
    Case("8 kbit/s", Path(kbps=8), Path(kbps=8), "not_ready", "phone", "telephone"),
    Case("30 % random loss up", Path(kbps=90, loss_pm=300), CLEAN, "weak", "voice", "nearer"),
    Case("30 % in bursts of 3", Path(kbps=90, loss_pm=300, bursts=3), CLEAN, "weak", "voice", "nearer"),
    Case("a queue of 300 ms, 1 Mbit/s", Path(kbps=300, queue_ms=300), CLEAN, "weak", "low", "others"),
    Case("dark after 2 s", Path(outage_s=(2, 8)), CLEAN, "not_ready", "phone", "telephone"),
    Case(
        "75 % loss", Path(kbps=20, loss_pm=750), Path(kbps=20, loss_pm=750), "not_ready", "phone", "telephone"
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict_names_the_rung_and_one_remedy(case: Case) -> None:
    verdict = judge(checked(case.up, case.down))
    assert (verdict.readiness, verdict.rung, verdict.remedy) == (case.readiness, case.rung, case.remedy)


def test_packets_sent_less_often_on_a_thin_line_count_as_longer_ones() -> None:
    thin = msgspec.structs.replace(checked(Path(kbps=60, loss_pm=100)), every_ms=60)
    assert judge(thin).rung == "voice"
    often, seldom = Record((0, LOST, 0, 0), 60), Record((0, LOST, 0, 0), 60, every_ms=60)
    assert (often.look(80).silence_ms, seldom.look(120).silence_ms) == (0, 60)
    assert often.lost_pm == seldom.lost_pm == 250


def test_nobody_else_is_blamed_for_a_queue_that_the_check_filled() -> None:
    queue = checked(Path(kbps=60, queue_ms=200))
    assert judge(queue).remedy == "others"
    assert judge(msgspec.structs.replace(queue, every_ms=60)).remedy != "others"


def test_the_worse_direction_decides() -> None:
    thin = Path(kbps=250)
    assert judge(checked(thin, CLEAN)).rung == judge(checked(CLEAN, thin)).rung == "low"


def test_a_better_line_never_has_a_worse_verdict() -> None:
    rungs = [TABLE.index(judge(checked(Path(kbps=kbps))).rung) for kbps in (8, 60, 200, 300, 600, 2000, 9000)]
    assert rungs == sorted(rungs, reverse=True)
    assert rungs[0] == len(TABLE.rungs) - 1
    assert rungs[-1] == 0


def test_without_a_connection_another_network_is_the_remedy() -> None:
    verdict = judge(Figures(connected=False, microphone="heard"))
    assert (verdict.readiness, verdict.rung, verdict.remedy) == ("not_ready", "phone", "network")
    deaf = judge(checked(CLEAN, Path(loss_pm=1_000_000)))
    assert (deaf.readiness, deaf.remedy) == ("not_ready", "network")


def test_a_network_that_stops_web_sockets_lets_nobody_into_a_room() -> None:
    verdict = judge(msgspec.structs.replace(checked(CLEAN), socket=False))
    assert (verdict.readiness, verdict.remedy) == ("not_ready", "network")


def test_a_line_without_a_speed_is_judged_by_its_packets_alone() -> None:
    assert judge(checked(Path(kbps=None))).readiness == "good"


@pytest.mark.parametrize(("microphone", "readiness"), [("silent", "weak"), ("none", "not_ready")])
def test_a_good_line_without_a_voice_is_told_to_look_at_the_microphone(
    microphone: Literal["silent", "none"], readiness: Readiness
) -> None:
    verdict = judge(checked(CLEAN, microphone=microphone))
    assert (verdict.readiness, verdict.remedy) == (readiness, "microphone")


def test_a_record_says_what_was_lost_late_and_overtaken() -> None:
    record = Record((0, 40, LOST, 10, 0, 0, 0, 0, 0, 0), 900)
    assert record.lost_pm == 100
    assert record.reordered_pm == 0
    assert Record((50, 0, 0), None).reordered_pm == 667
    assert Record((10, 20, LOST, 40, 30), None).jitter_ms == 10
    assert Record((), None).is_dead


def test_the_next_packet_helps_out_where_sound_is_sent_twice() -> None:
    single = Record((LOST, 0, 0, 0) * 100, None)
    assert (single.look(8000).concealed_pm, single.look(8000).concealed_red_pm) == (150, 0)
    double = Record((LOST, LOST, 0, 0) * 100, None)
    assert double.look(8000).concealed_red_pm == 150


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
