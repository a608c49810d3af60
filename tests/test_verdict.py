"""The verdict of a connection check: the rung and the remedy, on lines made of a few words each.

Not here: records and figures (`test_line_record`), measuring a real line (`tests/bots/test_check.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
import pytest

from signalling.ladder_table import TABLE
from signalling.line_record import LOST, Figures, Record, decode_figures
from signalling.protocol import Readiness
from signalling.verdict import Remedy, judge
from tests.made_line import Path


def checked(
    up: Path,
    down: Path | None = None,
    microphone: Literal["heard", "silent", "none"] = "heard",
    thin: bool = False,
) -> Figures:
    """`thin`: packets as often as speech sends them filled a queue, and went out less often."""
    down = down or up
    return Figures(
        connected=True,
        microphone=microphone,
        every_ms=60 if thin else 20,
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
    thin: bool = False


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
    Case("10 % random loss", Path(loss_pm=100), Path(loss_pm=100), "good", "sd", "nearer"),
    Case("500 kbit/s", Path(kbps=500), Path(kbps=500), "good", "sd", "none"),
    Case("250 kbit/s up", Path(kbps=250), CLEAN, "weak", "low", "voice_first"),
    Case("100 kbit/s, of which TCP found 60", Path(kbps=60), Path(kbps=85), "weak", "stills", "voice_first"),
    Case("60 kbit/s down", CLEAN, Path(kbps=60), "weak", "voice", "voice_first", thin=True),
    Case("25 kbit/s", Path(25, queue_ms=200), Path(25), "weak", "survival", "telephone", thin=True),
    Case("8 kbit/s", Path(8, queue_ms=300), Path(8), "not_ready", "phone", "telephone", thin=True),
    Case("20 % random loss up", Path(kbps=300, loss_pm=200), CLEAN, "weak", "low", "nearer"),
    Case("25 % in bursts of 3", Path(kbps=90, loss_pm=250, bursts=3), CLEAN, "weak", "low", "nearer"),
    Case("the same where TCP was lucky", Path(loss_pm=250, bursts=3), CLEAN, "weak", "low", "nearer"),
    Case("25 % in bursts of 3 down", CLEAN, Path(kbps=90, loss_pm=250, bursts=3), "weak", "low", "nearer"),
    Case("a queue of 300 ms, 1 Mbit/s", Path(kbps=300, queue_ms=300), CLEAN, "weak", "low", "others"),
    Case("dark after 2 s", Path(outage_s=(2, 8)), CLEAN, "not_ready", "phone", "telephone"),
    Case(
        "90 % loss", Path(kbps=20, loss_pm=900), Path(kbps=20, loss_pm=900), "not_ready", "phone", "telephone"
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_verdict_names_the_rung_and_one_remedy(case: Case) -> None:
    verdict = judge(checked(case.up, case.down, thin=case.thin))
    assert (verdict.readiness, verdict.rung, verdict.remedy) == (case.readiness, case.rung, case.remedy)


def test_packets_sent_less_often_on_a_thin_line_count_as_longer_ones() -> None:
    assert judge(checked(Path(kbps=60, loss_pm=100), thin=True)).rung == "voice"
    often, seldom = Record((0, LOST, 0, 0), 60), Record((0, LOST, 0, 0), 60, every_ms=60)
    assert (often.look(80).silence_ms, seldom.look(120).silence_ms) == (0, 60)
    assert often.lost_pm == seldom.lost_pm == 250


def test_nobody_else_is_blamed_for_a_queue_that_the_check_filled() -> None:
    queue = checked(Path(kbps=60, queue_ms=200))
    assert judge(queue).remedy == "others"
    assert judge(checked(Path(kbps=60, queue_ms=200), thin=True)).remedy == "voice_first"
    deep = checked(Path(kbps=60, queue_ms=390, loss_pm=25))
    assert judge(deep).remedy == "others"
    assert judge(checked(Path(kbps=60, queue_ms=390, loss_pm=25), thin=True)).remedy == "voice_first"


THIN = decode_figures(
    '{"connected":true, "microphone":"heard", "everyMs":60, "up":[-1, -1, -1, -1, -1, 0, 0, 11, 187,'
    "187, -1, 187, 187, 187, 0, 0, 10, 20, 9, 2, 14, 4, 16, 13, 0, 0, 15, 4, 12, 0, 10, 0, 4, 4, 3, 11,"
    '11, 0], "down":[1, 14, 0, 190, -1, -1, -1, -1, 80, 70, 63, 54, 53, 51, 62, 78, 86, 109, 111, 99,'
    '93, 91, 71, 61, 68, 64, 47, 33, 40, 19, 27, 56], "upKbps":41, "downKbps":19, "rttMs":102,'
    '"socket":true}'
)
"""Of a line of 40 kbit/s with a queue of 300 ms, as a browser handed them in."""


def test_what_a_thin_lines_queue_drops_sends_nobody_nearer_to_the_router() -> None:
    verdict = judge(THIN)
    assert (verdict.rung, verdict.remedy) == ("survival", "telephone")


def test_the_worse_direction_decides() -> None:
    thin = Path(kbps=250)
    assert judge(checked(thin, CLEAN)).rung == judge(checked(CLEAN, thin)).rung == "low"


def test_a_better_line_never_has_a_worse_verdict() -> None:
    thin = [judge(checked(Path(kbps=kbps, queue_ms=queue), thin=True)) for kbps, queue in ((8, 300), (60, 0))]
    wide = [judge(checked(Path(kbps=kbps))) for kbps in (100, 200, 300, 600, 2000, 9000)]
    rungs = [TABLE.index(verdict.rung) for verdict in thin + wide]
    assert rungs == sorted(rungs, reverse=True)
    assert rungs[0] == len(TABLE.rungs) - 1
    assert rungs[-1] == 0


def test_without_a_connection_another_network_is_the_remedy() -> None:
    verdict = judge(Figures(connected=False, microphone="heard"))
    assert (verdict.readiness, verdict.rung, verdict.remedy) == ("not_ready", "phone", "network")
    deaf = judge(checked(CLEAN, Path(loss_pm=1000)))
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


def test_a_worse_loss_never_has_a_better_verdict() -> None:
    """On an open line, where TCP is slower the more is lost."""
    lines = [Path(kbps=90_000 // pm, loss_pm=pm) for pm in (10, 120, 200, 500, 900)]
    rungs = [TABLE.index(judge(checked(line)).rung) for line in lines]
    assert rungs == sorted(rungs)
    assert rungs[0] == 0
    assert rungs[-1] == len(TABLE.rungs) - 1


def test_under_heavy_loss_a_line_that_packets_alone_filled_is_known_to_be_thin() -> None:
    line = Path(kbps=60, loss_pm=200)
    assert judge(checked(line)).rung == "low", "TCP is slow there on an open line too"
    assert judge(checked(line, thin=True)).rung in ("voice", "survival")
