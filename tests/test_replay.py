"""A trace file is read, run and written as its words say, and anything else is no trace file.

Not here: the shared traces themselves (`test_ladder`).
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling import replay
from signalling.ladder import Ladder
from signalling.ladder_table import TABLE
from signalling.ladder_values import Decision, Sample
from signalling.replay import Segment, Trace, Traces
from tests.ladder_limits import CLEAN

LINES: dict[str, dict[str, int | None]] = {
    "clean": msgspec.to_builtins(CLEAN),
    "dark": {"silence_ms": 5000, "peer_silence_ms": 5000},
}


def run(*segments: Segment, start: str | None = None) -> list[Decision]:
    trace = Trace(name="a trace", claim="says something", start=start, segments=list(segments))
    return Traces(lines=LINES, traces=[trace]).replay(trace)


def rungs(decisions: list[Decision]) -> list[str]:
    return [each.rung for each in decisions if each.rung != each.previous]


def test_segments_follow_each_other_in_time() -> None:
    decisions = run(Segment(for_ms=60_000, like="clean"), Segment(for_ms=20_000, like="dark"))
    assert rungs(decisions) == ["hd", "phone"]
    called = next(each for each in decisions if each.rung == "phone")
    assert called.at_ms == 60_000 + 4000


def test_a_segment_is_looked_at_as_often_as_it_says() -> None:
    often = run(Segment(for_ms=8_000, like="dark", every_ms=250))
    seldom = run(Segment(for_ms=8_000, like="dark", every_ms=1000))
    assert next(each.at_ms for each in often if each.phone == "offered") == 4000
    assert next(each.at_ms for each in seldom if each.phone == "offered") == 7000, "each counts for 600 ms"


def test_what_is_changed_overrides_the_line_and_null_takes_it_away() -> None:
    muffled = Segment(for_ms=20_000, like="clean", changed={"peer_concealed_pm": 400})
    assert "phone" in rungs(run(muffled))
    unheard = Segment(for_ms=60_000, like="clean", changed={"peer_silence_ms": None})
    assert rungs(run(unheard)) == [], "nobody knows whether the peer hears, so nothing is tried"


def test_without_a_line_a_segment_knows_nothing() -> None:
    assert run(Segment(for_ms=60_000)) == []


def test_a_segment_of_a_line_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="claen"):
        run(Segment(for_ms=500, like="claen"))


def test_pins_orders_and_settling_come_before_the_segments_first_look() -> None:
    pinned = run(Segment(for_ms=1000, like="clean", pin="voice"))
    assert [(each.at_ms, each.rung, each.reason) for each in pinned] == [(0, "voice", "pinned")]
    kept = run(Segment(for_ms=30_000, like="dark", order="picture"))
    assert rungs(kept) == ["low"]
    thin = {"usable_kbps": 60, "received_by_peer_kbps": 50, "rtt_rise_ms": 200}
    for settle, fell_ms in ((False, 11_000), (True, 16_000)):
        calm = Segment(for_ms=10_000, like="clean", changed={"video_wanted": 0})
        squeezed = Segment(for_ms=9_000, like="clean", changed={**thin}, settle=settle)
        falls = [each.at_ms for each in run(calm, squeezed, start="hd") if each.rung not in ("hd", "sd")]
        assert falls[0] == fell_ms


def test_a_brief_says_only_what_is_not_as_before() -> None:
    start = Ladder(start="sd").decision
    told = replay.brief(run(Segment(for_ms=30_000, like="clean")), start)
    assert [set(each) - {"at_ms", "reason"} for each in told[:2]] == [
        {"probing"},
        {"rung", "probing", "audio"},
    ]
    assert (told[0]["probing"], told[1]["rung"], told[1]["probing"]) == ("hd", "hd", None)
    warned = replay.brief(run(Segment(for_ms=3000, like="dark")), start)
    assert [each["warning"] for each in warned if "warning" in each] == ["phone"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"lines": {}, "traces": [{"name": "a", "claim": "b"}]}',
        b'{"lines": {"x": {"loss_pm": "5"}}, "traces": []}',
        b'{"lines": {}, "traces": [{"name": "a", "claim": "b", "segments": [{"like": "x"}]}]}',
        b'{"lines": {}, "traces": [{"name": "a", "claim": "b", "segments": [{"for_ms": 1, "lik": "x"}]}]}',
        b'{"lines": {}, "traces": [], "more": 1}',
    ],
)
def test_another_file_is_refused(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(text)
    with pytest.raises(msgspec.DecodeError):
        replay.read(path)


def test_a_metric_that_no_sample_has_stops_the_run() -> None:
    with pytest.raises(msgspec.ValidationError, match="los_pm"):
        run(Segment(for_ms=500, like="clean", changed={"los_pm": 5}))


def a_file(tmp_path: Path) -> Path:
    """One trace without its decisions."""
    path = tmp_path / "traces.json"
    trace = Trace(name="dark", claim="the telephone", segments=[Segment(for_ms=9000, like="dark")])
    path.write_text(replay.pretty(Traces(lines=LINES, traces=[trace])), encoding="utf-8")
    return path


def test_the_present_decisions_are_printed_or_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = a_file(tmp_path)
    before = path.read_bytes()
    replay.main([str(path)])
    printed = capsys.readouterr().out
    assert path.read_bytes() == before
    replay.main([str(path), "--write"])
    assert capsys.readouterr().out == ""
    assert path.read_text(encoding="utf-8") == printed
    (trace,) = replay.read(path).traces
    assert [each["rung"] for each in trace.decisions if "rung" in each] == ["phone"]
    replay.main([str(path), "--write"])
    assert path.read_text(encoding="utf-8") == printed, "written once is written for good"


numbers = st.none() | st.integers(-10, 10_000)
samples = st.dictionaries(st.sampled_from(Sample.__struct_fields__), numbers, max_size=4)
segments = st.builds(
    Segment,
    for_ms=st.integers(0, 90_000),
    like=st.none() | st.text(max_size=6),
    changed=samples,
    every_ms=st.sampled_from([250, 500]),
    settle=st.booleans(),
    pin=st.sampled_from([None, *TABLE.pins]),
    order=st.sampled_from([None, *TABLE.orders]),
)
decisions = st.fixed_dictionaries({"at_ms": st.integers(0, 9), "reason": st.text(max_size=5)})
traces = st.builds(
    Trace,
    name=st.text(max_size=9),
    claim=st.text(max_size=9),
    start=st.none() | st.just("hd"),
    segments=st.lists(segments, max_size=3),
    decisions=st.lists(decisions, max_size=3),
)
files = st.builds(
    Traces,
    lines=st.dictionaries(st.text(max_size=6), samples, max_size=3),
    traces=st.lists(traces, max_size=3),
)


@settings(max_examples=30)
@given(files)
def test_what_is_written_for_people_reads_back_as_it_was(written: Traces) -> None:
    text = replay.pretty(written)
    assert msgspec.json.decode(text, type=Traces) == written
    assert text.endswith("\n}\n")
