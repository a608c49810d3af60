"""What the page of the ladder says of each kind of rung, rule, pin and sign, on a table made up for it.

Not here: whether the page in docs/ is up to date (`test_ladder_doc`).
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from signalling import ladder_doc
from signalling.ladder_doc import render
from signalling.ladder_table import TABLE, Audio, Mode, Move, Order, Pin, Rung, Sign, Still, Video

PLAIN = Audio(kbps=20, copies=0, packet_ms=20)
SOUND: dict[Mode, Audio] = {
    "plain": PLAIN,
    "lossy": Audio(kbps=20, copies=4, packet_ms=20),
    "thin": Audio(kbps=9, copies=1, packet_ms=60),
}
RUNG = Rung(
    name="low",
    audio=SOUND,
    hold_from_kbps=150,
    climb_from_kbps=0,
    thin_below_kbps=60,
    capacity_from_kbps=0,
    why="made up",
)
MOVE = Move(name="made_up", reason="loss", to="next", all=("lossy",), for_ms=2900, why="a test")


def rung_row(**changes: object) -> str:
    """The line of the rung `low`, changed so."""
    rung = msgspec.structs.replace(RUNG, **changes)
    rungs = tuple(rung if each.name == "low" else each for each in TABLE.rungs)
    return line(render(msgspec.structs.replace(TABLE, rungs=rungs)), "| `low` | ")


def fall_row(**changes: object) -> str:
    """The line of a fall changed so, with no other falls beside it."""
    falls = (msgspec.structs.replace(MOVE, **changes),)
    return line(render(msgspec.structs.replace(TABLE, falls=falls)), "| `made_up`")


def line(page: str, begins: str) -> str:
    (found,) = [each for each in page.splitlines() if each.startswith(begins)]
    return found


@pytest.mark.parametrize(
    ("changes", "picture"),
    [
        ({}, "none"),
        ({"video": Video(max_kbps=130, height=180, max_fps=15)}, "180p, 15 a second, up to 130 kbit/s"),
        (
            {"video": Video(max_kbps=130, height=180, max_fps=15, try_kbps=30)},
            "180p, 15 a second, up to 130 kbit/s, 30 at first",
        ),
        ({"still": Still(every_ms=2500, max_bytes=12_000, height=270)}, "270p, one in 2.5 s, up to 12 kB"),
    ],
)
def test_a_rung_shows_its_picture_its_three_sounds_and_what_it_wants(
    changes: dict[str, object], picture: str
) -> None:
    sound = "20 / 20 x 5 / 9 x 2 at 60 ms"
    assert rung_row(**changes) == f"| `low` | {picture} | {sound} | 150 kbit/s | - | made up |"


@pytest.mark.parametrize(
    ("changes", "name", "rest"),
    [
        ({}, "", "the next lower | `lossy` | - | 2.9 s | -"),
        (
            {"any": ("thin", "hot"), "none": ("deaf", "unheard"), "for_ms": 0},
            "",
            "the next lower | `lossy`; `thin` or `hot`; not `deaf`, `unheard` | - | at once | -",
        ),
        (
            {"to": "fit", "not_below": "voice", "settled": True, "swings": True, "warn_ms": 400},
            " (settled, swings)",
            "the best that fits, not below `voice` | `lossy` | 0.4 s | 2.9 s | -",
        ),
        (
            {"to": "received", "dwell_ms": 3000, "swings": True},
            " (swings)",
            "the best that what arrives would fill | `lossy` | - | 2.9 s | 3 s of a change",
        ),
        (
            {"to": "survival", "at": "voice", "all": (), "none": ("lossy",)},
            "",
            "`survival`, from `voice` only | not `lossy` | - | 2.9 s | -",
        ),
    ],
    ids=["plain", "signs", "fit", "received", "at"],
)
def test_a_fall_is_told_in_words(changes: dict[str, object], name: str, rest: str) -> None:
    assert fall_row(**changes) == f"| `made_up`{name} | loss | {rest} | a test |"


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({}, ["hd", "sd", "low", "stills", "voice"]),
        ({"not_below": "low"}, ["hd", "sd"]),
        ({"to": "fit", "not_below": "voice"}, ["hd", "sd", "low", "stills"]),
        ({"to": "sd"}, ["hd"]),
        ({"to": "survival", "at": "voice"}, ["voice"]),
    ],
)
def test_the_diagram_names_a_reason_at_each_step_that_a_fall_may_take(
    changes: dict[str, object], steps: list[str]
) -> None:
    page = render(msgspec.structs.replace(TABLE, falls=(msgspec.structs.replace(MOVE, **changes),)))
    assert re.findall(r"^    (\w+) --> \w+: loss$", page, re.MULTILINE) == steps


def test_the_diagram_leads_from_the_start_down_up_and_to_the_telephone_and_back() -> None:
    diagram = render()[: render().index("## Rungs")]
    names = [rung.name for rung in TABLE.rungs]
    for better, worse in pairwise(names[:-1]):
        assert f"    {worse} --> {better}: probe\n" in diagram
    assert f"    [*] --> {TABLE.start}\n" in diagram
    assert "    survival --> phone: speech unusable\n    phone --> voice: the line holds\n" in diagram
    assert "    voice --> low: first probe\n    survival --> low: first probe where roomy\n" in diagram


def test_pins_orders_and_signs_have_a_dash_where_there_is_nothing() -> None:
    page = render(
        msgspec.structs.replace(
            TABLE,
            pins={"none": Pin(), "both": Pin(ceiling="sd", floor="low")},
            orders={"speech": Order(why="plain"), "picture": Order(floor="low", fps=25, why="signed")},
            signs={
                "lossy": Sign(metric="loss_pm", test="at_least", limit=50, why="heard"),
                "thin": Sign(metric="usable_kbps", test="below", limit="hold_from_kbps", why="too little"),
            },
        )
    )
    for row in (
        "| `none` | - | - |",
        "| `both` | `sd` | `low` |",
        "| `speech` | - | - | plain |",
        "| `picture` | `low` | 25 pictures a second | signed |",
        "| `lossy` | `loss_pm` at least 50 | heard |",
        "| `thin` | `usable_kbps` below the rung's `hold_from_kbps` | too little |",
    ):
        assert f"{row}\n" in page


def test_every_row_of_every_grid_has_as_many_cells_as_its_head() -> None:
    grids = re.findall(r"(?:^\|.*\|\n)+", render(), re.MULTILINE)
    assert len(grids) >= 9
    for grid in grids:
        assert len({row.count("|") for row in grid.splitlines()}) == 1, grid[:60]


def test_a_stale_page_is_told_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder_doc, "TARGET", tmp_path / "ladder.md")
    stale = ladder_doc.main(["--check"])
    assert stale == "ladder.md is out of date: run python -m signalling.ladder_doc"
    assert not ladder_doc.TARGET.exists(), "checking writes nothing"
    assert ladder_doc.main([]) is None
    assert ladder_doc.main(["--check"]) is None
    ladder_doc.TARGET.write_text(ladder_doc.TARGET.read_text() + " ")
    assert ladder_doc.main(["--check"]) == stale
