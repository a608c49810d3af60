"""The bench's tables: reactions read off the screens' log, medians, ratios, the scale above them."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.call.figures import Figures, Heard, Shown
from bench.call.markdown import against, document, scale, tables
from bench.call.picture import picture
from bench.call.play import PageName
from bench.call.profiles import PROFILES, profile
from bench.call.reactions import WARNINGS, reactions
from bench.call.seconds import Second

HEARD = Heard(
    listener="ann", stretch="", stoi=0.95, longest_gap_ms=120, silent_ms=120, concealed_pm=12, buffer_ms=90,
    wander_ms=40, delay_ms=180, delay_p95_ms=230, inserted_pm=3, removed_pm=1, fps=25, frozen_ms=0,
    sent_audio_kbps=32, sent_video_kbps=0, wire_kbps=48, rtt_ms=44,
)  # fmt: skip
LOG = (
    Shown(0, "ann", "rung", "hd", "start"),
    Shown(0, "ann", "whose", "none"),
    Shown(1900, "ann", "aria-live", "Your line is weak. We may pause video to keep the sound."),
    Shown(2400, "ann", "whose", "mine"),
    Shown(2500, "ann", "rung", "sd", "bandwidth"),
    Shown(3000, "ann", "rung", "voice", "bandwidth"),
    Shown(30_000, "ann", "rung", "low", "recovered"),
    Shown(34_000, "ann", "rung", "hd", "recovered"),
)


def a_call(
    name: str = "T60back", page: PageName = "product", *, stoi: float = 0.95, log: tuple[Shown, ...] = LOG
) -> Figures:
    heard = tuple(
        replace(HEARD, listener=who, stretch=stretch, stoi=stoi)
        for stretch in profile(name).listen
        for who in ("ann", "ben")
    )
    return Figures(name, page, heard, log, {"ann": ()}, start_ms=0, busy_pm=310, conditions="", floor=0.27)


def test_a_screen_tells_when_it_reacted_and_came_back() -> None:
    found = reactions(a_call(), PROFILES["T60back"], "ann")
    assert (found.told_ms, found.fell_ms, found.voice_ms) == (1900, 2500, 3000)
    assert (found.back_ms, found.hd_ms, found.phone_ms) == (6000, 10_000, None)
    assert found.reversals == 1
    assert found.rungs[1:3] == ("2.5 s sd (bandwidth)", "3.0 s voice (bandwidth)")
    assert (found.warned_ms, found.ahead_ms) == (1900, 600)
    assert (found.falls, found.warnings, found.prompts) == (("bandwidth", "bandwidth"), 1, 0)
    assert (found.verdict_pm, found.silent_pm) == ({"mine": 1000}, 100)
    assert found.rung_ms == {"hd": 32_500, "sd": 500, "voice": 27_000, "low": 4000}


def test_a_still_picture_is_no_voice_alone_and_other_words_are_no_warning() -> None:
    log = (
        LOG[0],
        Shown(900, "ann", "aria-live", "Ann's microphone is on."),
        Shown(2000, "ann", "rung", "stills", "bandwidth"),
        Shown(5000, "ann", "rung", "survival", "bandwidth"),
    )
    found = reactions(a_call(log=log), PROFILES["T60back"], "ann")
    assert (found.told_ms, found.warned_ms, found.ahead_ms) == (900, None, None)
    assert (found.fell_ms, found.voice_ms) == (2000, 5000)


def test_a_warning_of_the_peers_fall_is_one_too() -> None:
    log = (*LOG[:3], Shown(0, "ben", "rung", "hd", "start"), Shown(3400, "ben", "rung", "voice", "bandwidth"))
    assert reactions(a_call(log=log), PROFILES["T60back"], "ann").ahead_ms == 1500


def test_the_warnings_are_the_pages_words() -> None:
    words = (Path(__file__).parents[1] / "webclient/src/words.ts").read_text()
    assert all(words.count(warning) >= 1 for warning in WARNINGS)


def test_a_side_is_named_right_by_the_time_in_which_any_was_named() -> None:
    sides = ((0, "none"), (24_000, "unclear"), (34_000, "mine"), (54_000, "theirs"), (64_000, "none"))
    log = tuple(Shown(at_ms, "ann", "whose", side) for at_ms, side in sides)
    found = reactions(a_call(log=log), PROFILES["T60back"], "ann")
    assert found.verdict_pm == {"unclear": 250, "mine": 500, "theirs": 250}
    assert found.silent_pm == 1000


def test_a_screen_that_never_named_a_side_has_no_shares() -> None:
    assert reactions(a_call(log=LOG[:2]), PROFILES["T60back"], "ann").verdict_pm == {}


def test_an_outage_is_seen_on_the_screen_and_heard_to_be_over() -> None:
    log = (LOG[0], Shown(0, "ann", "link", "connected"), Shown(2900, "ann", "link", "interrupted"))
    dark = a_call("P14-5", log=log)
    assert reactions(dark, PROFILES["P14-5"], "ann").cut_off_ms == 900
    dark = replace(dark, heard=tuple(replace(each, again_ms=400) for each in dark.heard))
    assert "| 400 / 400 ms |" in tables([dark])


def test_who_never_fell_has_not_come_back_late() -> None:
    found = reactions(a_call(log=LOG[:2]), PROFILES["T60back"], "ann")
    assert (found.fell_ms, found.voice_ms) == (None, None)
    assert (found.back_ms, found.hd_ms, found.reversals) == (0, 0, 0)


def test_a_fall_before_the_line_went_bad_is_no_reaction() -> None:
    found = reactions(
        a_call("P14-5", log=(LOG[0], Shown(500, "ann", "rung", "sd", "cpu"))), PROFILES["P14-5"], "ann"
    )
    assert found.fell_ms is None


def test_each_change_of_direction_is_a_reversal() -> None:
    log = tuple(
        Shown(1000 * at, "ann", "rung", rung)
        for at, rung in enumerate(("hd", "sd", "low", "sd", "low", "hd"))
    )
    assert reactions(a_call(log=log), PROFILES["T60back"], "ann").reversals == 3


def test_the_tables_have_both_pages_and_what_the_ladder_did() -> None:
    text = tables([a_call(stoi=0.95), a_call(page="yardstick", stoi=0.76)])
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if "|" in line]
    assert {len(row) for row in rows[:6]} == {15}
    assert rows[2][:3] == ["T60back 60 kbit/s for 24 s, then good again", "product", "0.950 / 0.950"]
    assert rows[2][-1] == "STOI x 1.25, concealed x 1.00, delay x 1.00, frozen -"
    assert rows[3][1:3] == ["yardstick", "0.760 / 0.760"]
    assert rows[4][0].endswith(": after")
    down, back = rows[-4], rows[-1]
    assert down[:6] == ["T60back", "1.9 / 1.9 s", "1.9 / 1.9 s", "0.6 / 0.6 s", "2.5 / 2.5 s", "3.0 / 3.0 s"]
    assert down[6:] == ["never"] * 4
    assert back[1:3] == ["6.0 / 6.0 s", "10.0 / 10.0 s"]
    assert back[3:9] == ["1", "0", "2, 0", "1, 0", "100, 0, 0 %", "10 %"]


def test_what_is_committed_has_the_command_that_made_it_at_its_head() -> None:
    text = document(".venv/bin/python -m bench.call T60", [a_call()])
    assert text.startswith("`.venv/bin/python -m bench.call T60` (")
    assert tables([a_call()]) in text


def test_pairs_end_at_the_bad_end() -> None:
    calls = [a_call(stoi=stoi) for stoi in (0.90, 0.95, 0.97)]
    assert "| 0.950 / 0.900 | 0.900 |" in tables(calls)


def test_each_step_down_of_a_staircase_has_its_own_fall() -> None:
    log = (
        LOG[0],
        Shown(22_000, "ann", "rung", "sd", "bandwidth"),
        Shown(41_500, "ann", "rung", "voice", "bandwidth"),
        Shown(55_000, "ann", "rung", "low", "recovered"),
        Shown(63_000, "ann", "rung", "voice", "bandwidth"),
        Shown(110_000, "ann", "rung", "hd", "recovered"),
    )
    text = tables([a_call("P10", log=log)])
    assert "| P10 | 500 kbit/s | 2.0 / 2.0 s | sd 1 |" in text
    assert "| P10 | 150 kbit/s | 1.5 / 1.5 s | low 1 |" in text
    assert "| P10 | 60 kbit/s | 3.0 / 3.0 s | voice 1 |" in text
    assert "| P10 | 25 kbit/s | never | voice 1 |" in text
    assert "| P10 | 2000 kbit/s |" not in text


def test_where_no_line_is_bad_nobody_is_right_to_name_a_side() -> None:
    sides = ((0, "none"), (3000, "unclear"), (6000, "mine"), (7000, "none"))
    log = (LOG[0], *(Shown(at_ms, "ann", "whose", side) for at_ms, side in sides))
    assert "| nobody's: unclear 75 %, else wrong |" in tables([a_call("P18r", log=log)])


def test_a_long_call_says_how_long_each_rung_was_held() -> None:
    text = tables([a_call("long0-30", log=(LOG[0], Shown(1_740_000, "ann", "rung", "sd", "cpu")))])
    assert "| long0-30 | 29.0 | 1.0 |" in text


def test_a_run_of_the_yardstick_alone_has_no_ladder() -> None:
    text = tables([a_call(page="yardstick")])
    assert "told" not in text


@pytest.mark.parametrize(
    ("names", "said"), [(("T60back",), "not measured in this run"), (("P0", "P8-20"), "0.975")]
)
def test_the_scale_is_the_runs_own(names: tuple[str, ...], said: str) -> None:
    text = scale([a_call(name, stoi=0.975 if name == "P0" else 0.9) for name in names])
    assert "0.270" in text
    assert said in text


def test_nothing_is_divided_by_nothing() -> None:
    silent = replace(HEARD, concealed_pm=0, delay_ms=None)
    assert against([HEARD], [silent]) == "STOI x 1.00, concealed -, delay -, frozen -"


def test_the_picture_shows_both_peoples_rungs_and_when_the_line_changed() -> None:
    nothing = dict.fromkeys((field.name for field in fields(Second)), 0)
    seconds = tuple(Second(**nothing | {"at_ms": 1000 * at, "concealed_pm": 50 * at}) for at in range(1, 4))
    call = replace(a_call(), seconds={"ann": seconds, "ben": seconds})
    drawn = ET.fromstring(picture(call))
    words = ["".join(text.itertext()) for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "T60back: 60 kbit/s for 24 s, then good again (machine 31 % busy)" in words
    assert {"ann: rung sent", "ben: rung sent"} < set(words)
    dashed = [
        line
        for line in drawn.iter("{http://www.w3.org/2000/svg}line")
        if line.get("stroke-dasharray") != "none"
    ]
    assert len(dashed) == 2 * 3 * len(PROFILES["T60back"].steps)
