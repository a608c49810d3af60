"""What a modelled line could carry and whether speech on it could be understood: the truth that judges.

Not here: judging (`test_simulate_judge`).
"""

from __future__ import annotations

from random import Random

import pytest

from signalling.ladder_table import TABLE
from signalling.simulate.hearing import Path
from signalling.simulate.line import FOREVER_MS, Link, Phase
from signalling.simulate.truth import Speech, Truth, needed_kbps


def path(*up: Phase, down: Phase | None = None) -> Path:
    last = down or Phase(for_ms=FOREVER_MS, kbps=50_000)
    return Path(Link(up, Random(0)), Link((last,), Random(1)))


def line(kbps: int = 50_000, loss_pm: int = 0, burst: float = 1) -> Phase:
    return Phase(for_ms=FOREVER_MS, kbps=kbps, loss_pm=loss_pm, burst=burst)


def carried(through: Path) -> str:
    return TABLE.rungs[Truth(through, TABLE).look()].name


def test_what_a_rung_needs_is_its_picture_its_plain_sound_and_its_reports() -> None:
    needs = [round(needed_kbps(rung), 1) for rung in TABLE.rungs[:-1]]
    assert needs == [963.2, 355.2, 131.2, 49.6, 33.6, 18.5]


@pytest.mark.parametrize(
    ("kbps", "rung"),
    [
        (1204, "hd"), (1203, "sd"), (444, "sd"), (443, "low"), (164, "low"), (163, "stills"), (62, "stills"),
        (61, "voice"), (42, "voice"), (41, "survival"), (1, "survival"),
    ],
)  # fmt: skip
def test_a_line_carries_what_leaves_a_quarter_of_it_free(kbps: int, rung: str) -> None:
    assert carried(path(line(kbps))) == rung
    assert carried(path(line(), down=line(kbps))) == rung


def test_beside_a_download_half_of_the_line_is_left() -> None:
    assert carried(path(Phase(for_ms=FOREVER_MS, kbps=2000, download=True))) == "sd"
    assert carried(path(Phase(for_ms=FOREVER_MS, kbps=2408, download=True))) == "hd"


@pytest.mark.parametrize(
    ("loss_pm", "burst", "rung"),
    [
        (500, 1, "hd"),
        (300, 3, "hd"),
        (100, 6, "hd"),
        (300, 10, "voice"),
        (200, 7, "voice"),
        (900, 1, "voice"),
    ],
)
def test_only_runs_longer_than_the_copies_reach_take_the_picture(
    loss_pm: int, burst: float, rung: str
) -> None:
    assert carried(path(line(loss_pm=loss_pm, burst=burst))) == rung


def test_what_both_accesses_damage_adds_up() -> None:
    half = line(loss_pm=150, burst=6)
    assert carried(path(half)) == "hd"
    assert carried(path(half, down=half)) == "voice"


@pytest.mark.parametrize(
    "trouble",
    [Phase(for_ms=1000, kbps=0), Phase(for_ms=1000, kbps=60, stalled=True)],
    ids=["dark", "stalled"],
)
def test_an_outage_is_no_news_of_what_a_line_carries(trouble: Phase) -> None:
    through = path(Phase(for_ms=1000, kbps=500), trouble, line(60))
    truth, seen = Truth(through, TABLE), []
    for _ in range(3):
        seen.append(TABLE.rungs[truth.look()].name)
        through.links[0].advance(1000)
    assert seen == ["sd", "sd", "voice"]


def test_before_anything_is_known_a_line_carries_what_a_call_begins_with() -> None:
    assert carried(path(Phase(for_ms=FOREVER_MS, kbps=0))) == TABLE.start


def test_speech_is_unusable_while_it_is_silent_or_half_of_it_is_made_up() -> None:
    through = path(line())
    speech, seen = Speech(through), []
    for silent_ms, concealed in (
        (0, 0.0),
        (499, 0.24),
        (500, 0.0),
        (0, 0.25),
        (0, 0.24),
        (0, 0.0),
        (900, 0.0),
    ):
        through.silent_ms = silent_ms
        through.concealed.extend([concealed] * 4)
        speech.look(500)
        seen.append((speech.unusable_ms, speech.usable_ms, speech.lasted_ms))
    assert seen == [
        (0, 500, 0), (0, 1000, 0), (500, 0, 500), (1000, 0, 1000), (0, 500, 1000), (0, 1000, 1000),
        (500, 0, 500),
    ]  # fmt: skip
