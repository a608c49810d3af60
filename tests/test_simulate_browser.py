"""One modelled browser: what it sends, what it measures, and what it tells the other.

Not here: what its ladder makes of it (`test_simulate`).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from signalling.ladder_table import TABLE
from signalling.ladder_values import Sample
from signalling.simulate.browser import REPORT_VALID_MS, picture_kbps
from signalling.simulate.call import Call
from signalling.simulate.line import FOREVER_MS, Phase
from signalling.simulate.scene import Access, Person, Scene

SD_SPEECH_KBPS = 95.2
"""Twice 32 kbit/s with headers, and reports."""


def call(up: Phase | None = None) -> Call:
    """Ann and Ben, Ann's uplink as given and everything else wide; time passes by `lived`."""
    line = up or Phase(for_ms=FOREVER_MS, kbps=20_000)
    return Call(Scene(length_ms=FOREVER_MS, ann=Access(up=(line,))))


def lived(played: Call, from_ms: int, to_ms: int, *, reports: bool = True) -> list[Sample]:
    """Ann's samples of every look between, without any calm time left out."""
    seen = []
    for at_ms in range(from_ms, to_ms, 500):
        played.ann.send()
        played.ben.send()
        sample, _ = played.ann.look(at_ms)
        seen.append(sample)
        played.ben.look(at_ms)
        if reports:
            played.ann.report(at_ms, played.ben)
            played.ben.report(at_ms, played.ann)
    return seen


@pytest.mark.parametrize(
    ("rung", "kbps"), [("hd", 1400), ("sd", 450), ("low", 130), ("stills", 16), ("voice", 0), ("phone", 0)]
)
def test_a_picture_takes_at_most_what_its_rung_says(rung: str, kbps: float) -> None:
    assert picture_kbps(TABLE.rungs[TABLE.index(rung)]) == kbps


def test_the_first_look_knows_nothing_of_the_peer() -> None:
    (first,) = lived(call(), 0, 500)
    told = ("received_by_peer_kbps", "loss_pm", "peer_concealed_pm", "peer_silence_ms", "peer_at_last_rung")
    assert {getattr(first, name) for name in told} == {None}
    assert (first.rtt_ms, first.rtt_rise_ms, first.silence_ms, first.concealed_pm) == (40, 0, 20, 0)
    assert (first.cpu_limited, first.video_wanted, first.capacity_kbps) == (0, 1, None)


def test_what_the_peer_hears_is_known_from_its_next_report_on() -> None:
    samples = lived(call(), 0, 3000)
    assert [each.received_by_peer_kbps for each in samples[2:]] == [545] * 4, "sd and its sound"
    assert {(each.loss_pm, each.peer_concealed_pm, each.peer_silence_ms) for each in samples[1:]} == {
        (0, 0, 20)
    }
    assert {each.delivered_pm for each in samples[3:]} == {1000}


def test_a_report_that_is_too_old_says_nothing() -> None:
    played = call()
    lived(played, 0, 2000)
    silent = lived(played, 2000, 6000, reports=False)
    known = [each.loss_pm is not None for each in silent]
    assert known == [True] * (REPORT_VALID_MS // 500 + 1) + [False] * 3
    assert [each.delivered_pm is not None for each in silent[:5]] == [True, True, True, False, False], (
        "a share of what was sent is reckoned only of the last second"
    )


def test_reports_get_lost_as_everything_does() -> None:
    dark = Phase(for_ms=FOREVER_MS, kbps=0)
    played = call(dark)
    samples = lived(played, 0, 5000)
    assert samples[-1].received_by_peer_kbps == 0, "Ben's way is open: he says that nothing arrives"
    assert samples[-1].peer_silence_ms == 4520
    ben, _ = played.ben.look(5000)
    assert (ben.received_by_peer_kbps, ben.loss_pm, ben.silence_ms) == (None, None, 5020)


def test_without_an_answer_the_round_trip_is_as_long_as_the_question_is_open() -> None:
    played = call()
    lived(played, 0, 2000)
    played.ann.sends.silent_ms = 500
    rises = []
    for at_ms in range(2000, 5000, 500):
        sample, _ = played.ann.look(at_ms)
        rises.append(sample.rtt_rise_ms)
    assert rises[0] == 0, "an answer of the last second still counts"
    assert rises[-1] == pytest.approx(3000 - 40, abs=10)


@pytest.mark.parametrize(
    ("person", "known", "unknown"),
    [
        (Person(), {"usable_kbps", "peer_concealed_pm", "cpu_limited"}, {"capacity_kbps"}),
        (Person(has_estimate=False), {"peer_concealed_pm", "cpu_limited"}, {"usable_kbps"}),
        (Person(camera_on=False), {"peer_concealed_pm"}, {"usable_kbps", "cpu_limited", "delivered_pm"}),
        (Person(muted=True), {"usable_kbps", "loss_pm"}, {"peer_concealed_pm"}),
    ],
    ids=["plain", "no estimate", "camera off", "muted"],
)
def test_what_a_browser_cannot_measure_it_does_not_know(
    person: Person, known: set[str], unknown: set[str]
) -> None:
    played = call()
    played.ann.person = person
    last = lived(played, 0, 4000)[-1]
    assert {name for name in known if getattr(last, name) is None} == set()
    assert {name for name in unknown if getattr(last, name) is not None} == set()
    assert last.video_wanted == int(person.camera_on)


def test_who_mutes_is_not_told_to_be_damaged() -> None:
    played = call()
    played.ben.person = Person(muted=True)
    lived(played, 0, 2000)
    played.ben.hears.concealed.extend([0.5] * 4)
    played.ben.report(2000, played.ann)
    played.ann.report(2000, played.ben)
    ben, _ = played.ben.look(2500)
    assert ben.peer_concealed_pm is None
    ann, _ = played.ann.look(2500)
    assert ann.peer_concealed_pm == 500


@pytest.mark.parametrize(
    ("person", "kbps"),
    [(Person(), 545), (Person(lively=0.1), 95 + 45), (Person(camera_on=False), 95), (Person(hot=True), 545)],
)
def test_a_covered_camera_sends_next_to_nothing_and_one_that_is_off_nothing(
    person: Person, kbps: float
) -> None:
    played = call()
    played.ann.person = person
    played.ann.send()
    assert played.ann.sends.received_kbps == pytest.approx(kbps, abs=1)


def test_a_hot_machine_is_seen_only_while_it_encodes() -> None:
    played = call()
    played.ann.person = Person(hot=True)
    assert lived(played, 0, 500)[0].cpu_limited == 1
    played.ann.person = replace(played.ann.person, camera_on=False)
    assert lived(played, 500, 1000)[0].cpu_limited is None


def test_without_a_picture_the_way_is_asked_how_wide_it_is_unless_it_queues() -> None:
    played = call(Phase(for_ms=FOREVER_MS, kbps=300))
    played.ann.ladder.pin("voice")
    assert [each.capacity_kbps for each in lived(played, 0, 500)] == [None]
    found = [each.capacity_kbps for each in lived(played, 500, 6000)]
    assert found[-1] == pytest.approx(295, abs=10)
    assert max(each or 0 for each in found) <= 300
    played.ann.sends.delay_ms = 500
    stale = []
    for at_ms in range(6000, 20_000, 500):
        sample, _ = played.ann.look(at_ms)
        stale.append(sample.capacity_kbps)
    assert stale[-1] is None, "nothing was asked any more"


def test_calm_time_that_is_left_out_ages_nothing() -> None:
    played = call()
    before = lived(played, 0, 20_000)[-1]
    assert played.ann.calm
    for side in (played.ann, played.ben):
        side.pass_by(79_500, 60_000)
    after = lived(played, 80_000, 80_500)[0]
    assert after == before


def test_who_has_just_muted_hears_of_no_damage_any_more() -> None:
    played = call()
    lived(played, 0, 3000)
    assert played.ann.look(3000)[0].peer_concealed_pm == 0
    played.ann.person = Person(muted=True)
    assert played.ann.look(3500)[0].peer_concealed_pm is None, "whatever the last report said"


def test_a_question_left_open_after_calm_time_is_as_old_as_it_is_and_no_older() -> None:
    played = call()
    lived(played, 0, 20_000)
    for side in (played.ann, played.ben):
        side.pass_by(79_500, 60_000)
    played.ann.sends.silent_ms = 500
    rises = [played.ann.look(at_ms)[0].rtt_rise_ms for at_ms in (80_000, 80_500, 81_000, 81_500)]
    assert rises[-1] == 2000 - 40
