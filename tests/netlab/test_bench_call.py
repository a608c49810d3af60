"""The short form of `make bench-call`: the bench measures, and the ladder does its work on two bad lines.

Speech is held to what is promised of it when the machine had time to spare, to a floor when it was busy,
and on one too busy to capture and play in real time to the scale's ends only; which of them is printed. What
the screens do is held to the promise.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from bench.call.figures import Figures, figures
from bench.call.markdown import tables
from bench.call.play import Over, PageName, play
from bench.call.profiles import PROFILES
from bench.call.reactions import RUNGS, VIDEO, reactions
from bench.call.table import brief, timeline
from tests.netlab import namespaces
from tests.netlab.lab import Participant, chromium
from tests.netlab.load import TOO_BUSY_PM

pytestmark = [pytest.mark.netlab, pytest.mark.timeout(240)]

QUIET_PM = 500
"""Busier than this, and the machine may have spoilt a score by itself: docs/netlab.md, "Noise"."""


@pytest.fixture(autouse=True)
async def a_laboratory_is_possible() -> None:
    if reason := namespaces.missing():
        pytest.skip(reason)
    async with async_playwright() as playwright:
        if chromium(playwright) is None:
            pytest.skip("no Chromium: apt install chromium, or playwright install chromium")


async def a_call(name: str, page: PageName = "product", over: Over | None = None) -> Figures:
    found = await figures(name, page, await play(page, PROFILES[name], over))
    print(brief(found))
    return found


def sends_pictures(person: Participant) -> bool:
    return person.watch.value("data-rung") in VIDEO


def understood(found: Figures, *, promised: float, busy: float, stretch: str = "") -> None:
    """Everybody was heard, and scores lie on the scale; those of a stretch as promised, or as load allows."""
    at_least = promised if found.busy_pm < QUIET_PM else busy if found.busy_pm < TOO_BUSY_PM else found.floor
    print(f"{found.name}: held to STOI {at_least:.2f}, promised {promised} ({found.conditions})")
    assert found.floor < 0.45
    for heard in found.heard:
        assert found.floor < heard.stoi < 1
        assert heard.delay_ms is not None
        assert 30 < heard.delay_ms < 4000
        assert heard.sent_audio_kbps > 5
        if heard.stretch == stretch:
            assert heard.stoi >= at_least


def nobody_was_sent_to_the_telephone(found: Figures) -> None:
    assert {each.value for each in found.shown if each.what == "phone"} == {"hidden"}
    assert {each.value for each in found.shown if each.what == "rung"} <= set(RUNGS[:-1])


async def test_a_clean_call_is_measured_from_end_to_end() -> None:
    found = await a_call("P0")
    understood(found, promised=0.96, busy=0.9)
    nobody_was_sent_to_the_telephone(found)
    for seconds in found.seconds.values():
        assert len(seconds) > 15
        assert sum(each.video_kbps for each in seconds) > 1000
        assert sum(each.wire_kbps - each.audio_kbps - each.video_kbps for each in seconds) > 0
    assert "STOI's floor" in tables([found])
    assert len(timeline(found).splitlines()) > 30


async def test_a_fifth_of_all_packets_lost_leaves_speech_understood() -> None:
    found = await a_call("P8-20")
    understood(found, promised=0.95, busy=0.85)
    nobody_was_sent_to_the_telephone(found)
    assert all(sum(each.loss_pm for each in seconds) > 1000 for seconds in found.seconds.values())
    if found.busy_pm < TOO_BUSY_PM:
        assert all(heard.sent_audio_kbps > 90 for heard in found.heard), "with four copies"


async def test_a_thin_line_is_left_to_the_voices_and_video_comes_back(tmp_path: Path) -> None:
    found = await a_call("T60back", over=sends_pictures)
    understood(found, promised=0.95, busy=0.7)
    nobody_was_sent_to_the_telephone(found)
    for person in found.seconds:
        screen = reactions(found, PROFILES["T60back"], person)
        assert screen.told_ms is not None
        assert screen.voice_ms is not None
        assert screen.voice_ms < 8000
        # A machine that delays the sound by itself lets tries of the picture fail, and each doubles the wait.
        if found.busy_pm < TOO_BUSY_PM:
            assert screen.back_ms is not None
    for heard in found.heard:
        if heard.stretch == "":
            assert heard.fps <= 5


async def test_the_yardstick_is_measured_in_the_same_way() -> None:
    found = await a_call("T60", "yardstick", over=lambda _: True)
    # With 2 s to answer in, the browser may say for a moment that nothing comes.
    assert {each.what for each in found.shown} == {"link"}
    assert {each.value for each in found.shown if each.at_ms == 0} == {"connected"}
    assert len(found.heard) == 2
    assert all(found.floor < heard.stoi < 1 and heard.sent_video_kbps > 0 for heard in found.heard)
